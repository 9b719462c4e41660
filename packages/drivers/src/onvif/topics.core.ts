import type { RawEvent, RawPass, RawReading } from '../contract.ts';
import { epochFromIso } from '../gate/iso-time.core.ts';
import type { EpochMs } from '@cardwatch/kernel';
import { minuteMs } from '@cardwatch/kernel';
import type { Notification } from './messages.core.ts';
import type { OnvifProfile } from './model.ts';

export interface TopicContext {
  readonly codes: OnvifProfile['codes'];
  readonly directions: Readonly<Record<string, 'in' | 'out'>>;
  readonly now: EpochMs;
  /** Device clock minus ours, ms: what is live is judged by it. */
  readonly offsetMs: number;
}

/** What a message means. `dropped`: parts that must not go on, such as the holder's name. */
export interface Meaning {
  readonly events: readonly RawEvent[];
  readonly readings: readonly RawReading[];
  readonly dropped: number;
}

const liveMs = 5 * minuteMs;

/** Events of the ONVIF topic namespace. `Initialized` is the state after subscribing, told again, and no event. */
export function meaningOf(message: Notification, context: TopicContext): Meaning {
  const dropped = [...message.data.keys()].filter((name) => /name|picture|image|photo|face/i.test(name)).length;
  const readings = readingsOf(message);
  if (message.operation === 'Initialized') return { events: [], readings, dropped };
  return { events: eventsOf(message, context), readings, dropped };
}

function told({ utcText }: Notification): { readonly observedText: string; readonly observedAt: EpochMs | undefined } {
  return { observedText: utcText, observedAt: epochFromIso(utcText) };
}

function eventsOf(message: Notification, context: TopicContext): readonly RawEvent[] {
  const [root = '', second = '', third = ''] = message.topic.split('/');
  switch (root) {
    case 'AccessControl':
      return second === 'Duress' ? [alarm(message, 'duress', true)] : [passOf(message, context)];
    case 'Door':
      return second === 'State' ? doorEvents(message, third) : [];
    case 'Configuration':
      return [{ type: 'deviceAudit', action: 'configurationChanged', detail: message.topic.slice(0, 120), ...told(message) }];
    case 'Device':
      return second === 'HardwareFailure' ? [alarm(message, 'hardwareFailure', !saysNo(message), third.slice(0, 60))] : [];
    case 'Monitoring':
      return third === 'LastReboot' ? [{ type: 'deviceAudit', action: 'restarted', ...told(message) }] : [];
    default:
      return [];
  }
}

/** Nothing but these is a result; a topic that a firmware made up itself is unknown. */
const results: Readonly<Record<string, RawPass['result']>> = {
  AccessGranted: 'granted',
  AccessTaken: 'taken',
  AccessNotTaken: 'notTaken',
  Denied: 'denied',
};

function passOf(message: Notification, { codes, directions, now, offsetMs }: TopicContext): RawPass {
  const [, kind = '', who = '', what = ''] = message.topic.split('/');
  const result = (Object.hasOwn(results, kind) ? results[kind] : undefined) ?? 'unknown';
  const saidReason = message.data.get('Reason') ?? '';
  const reason = result === 'denied' ? reasonOf(saidReason, who, codes) : undefined;
  const direction = directions[message.source.get('AccessPointToken') ?? ''];
  const { observedText, observedAt } = told(message);
  const personNo = plainToken(message.data.get('CredentialToken'));
  const cardNo = plainToken(message.data.get('Card'));
  const detail = /^[A-Za-z]{1,40}$/.test(saidReason) ? `:${saidReason}` : '';
  return {
    type: 'pass',
    eventNo: undefined,
    ...(personNo === undefined ? {} : { personNo }),
    ...(cardNo === undefined ? {} : { cardNo }),
    ...(direction === undefined ? { direction: 'unknown' } : { direction, directionFrom: 'reader' }),
    method: what === 'Card' ? 'card' : 'unknown',
    result,
    ...(reason === undefined ? {} : { reason }),
    code: { scheme: 'onvif', raw: `${[kind, who, what].filter((part) => part !== '').join('/')}${detail}`.slice(0, 64) },
    codeTable: `${codes.name}@${codes.version}`,
    observedText,
    observedAt,
    live: observedAt !== undefined && Math.abs(now + offsetMs - observedAt) <= liveMs,
    source: 'pullPoint',
  };
}

function reasonOf(said: string, who: string, { reasons }: OnvifProfile['codes']): string {
  if (who === 'CredentialNotFound') return 'unknown-credential';
  return (Object.hasOwn(reasons, said) ? reasons[said] : undefined) ?? 'other';
}

/** A credential's token is a number of the device's own list. What has spaces or other scripts in it could be a name. */
const plainToken = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : undefined;

const alarm = (message: Notification, name: string, active: boolean, detail?: string): RawEvent => ({
  type: 'deviceAlarm',
  alarm: name,
  active,
  ...(detail === undefined || detail === '' ? {} : { detail }),
  ...told(message),
});

const stateOf = ({ data }: Notification): string => {
  const text = data.get('State') ?? '';
  return /^[A-Za-z]{1,32}$/.test(text) ? text : 'Unknown';
};

const saysNo = ({ data }: Notification): boolean => [...data.values()].some((value) => /^(false|0|Normal|OK)$/i.test(value));

function doorEvents(message: Notification, part: string): readonly RawEvent[] {
  const state = stateOf(message);
  const door = (point: 'contact' | 'lock'): RawEvent => ({ type: 'door', point, state: state.toLowerCase(), ...told(message) });
  switch (part) {
    case 'DoorPhysicalState':
      return [door('contact')];
    case 'LockPhysicalState':
    case 'DoubleLockPhysicalState':
      return [door('lock')];
    case 'DoorAlarm':
      return doorAlarm(message, state);
    case 'DoorTamper':
      return state === 'Unknown' ? [] : [alarm(message, 'tamper', state === 'TamperDetected')];
    case 'DoorFault':
      return state === 'Unknown' ? [] : [alarm(message, 'doorFault', state === 'FaultDetected')];
    default:
      return [];
  }
}

/** `Normal` ends whichever of the two it was. */
function doorAlarm(message: Notification, state: string): readonly RawEvent[] {
  if (state === 'DoorForcedOpen') return [alarm(message, 'forced', true)];
  if (state === 'DoorOpenTooLong') return [alarm(message, 'heldOpen', true)];
  return state === 'Normal' ? [alarm(message, 'forced', false), alarm(message, 'heldOpen', false)] : [];
}

const doorPoints: Readonly<Record<string, string>> = {
  DoorPhysicalState: 'contact',
  LockPhysicalState: 'lock',
  DoubleLockPhysicalState: 'doubleLock',
  DoorAlarm: 'doorAlarm',
  DoorTamper: 'doorTamper',
  DoorFault: 'doorFault',
  DoorMode: 'doorMode',
};

function readingsOf(message: Notification): readonly RawReading[] {
  const match = /^Door\/State\/([A-Za-z]+)$/.exec(message.topic)?.[1] ?? '';
  const point = Object.hasOwn(doorPoints, match) ? doorPoints[match] : undefined;
  return point === undefined ? [] : [{ point, raw: stateOf(message) }];
}

/**
 * What a message is known again by: only where it names a credential. Two strangers within one second look alike and are two.
 */
export function messageKey({ topic, utcText, source, data }: Notification): string | undefined {
  return data.has('CredentialToken') || data.has('Card') ? `${topic}|${utcText}|${pairs(source)}|${pairs(data)}` : undefined;
}

const pairs = (items: ReadonlyMap<string, string>): string => JSON.stringify([...items]);
