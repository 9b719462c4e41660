/** Events of a device as lines of the event stream: numbers of people and cards become pseudonyms here, and the device's clock is judged. */
import { type ClockQuality, type DeviceId, EventLine } from '@cardwatch/contracts';
import type { RawEvent, RawPass } from '@cardwatch/drivers';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { RecordCrypto } from '../ports.ts';
import { observedWindow } from './moment.core.ts';

export interface EventContext {
  readonly deviceId: DeviceId;
  readonly generation: number;
  /** False: the device's own counter counts its records, so that an event's number is no key of it. */
  readonly numbered: boolean;
  /** Device clock minus agent clock; undefined when the device does not tell. */
  readonly driftMs: number | undefined;
  /** Above it the device's time does not count. 60 s unless the profile says otherwise. */
  readonly driftMsMax: number;
  readonly crypto: RecordCrypto;
}

const uint32Max = 0xffffffff;

/** The event's own number, when it can be one. */
export const eventNoOf = ({ eventNo }: RawEvent): number | undefined =>
  eventNo !== undefined && Number.isInteger(eventNo) && eventNo >= 0 && eventNo <= uint32Max ? eventNo : undefined;

interface Moment {
  readonly observedAt: EpochMs;
  readonly clockQuality: ClockQuality;
}

/**
 * Business time: the device's while its clock is right within the limit, else the agent's, with the quality saying so. What a device with a wrong clock
 * tells later is put right by its drift.
 */
export function momentOf(
  event: Pick<RawEvent, 'observedAt' | 'observedText'>,
  live: boolean,
  { driftMs, driftMsMax }: Pick<EventContext, 'driftMs' | 'driftMsMax'>,
  now: EpochMs,
): Moment {
  const { observedAt: at, observedText } = event;
  if (at === undefined) return { observedAt: now, clockQuality: /[1-9]/.test(observedText) ? 'invalid' : 'derived' };
  const drifted = driftMs !== undefined && Math.abs(driftMs) > driftMsMax;
  const right = Math.round(drifted ? at - driftMs : at);
  if (right < now - observedWindow.pastMs || right > now + observedWindow.futureMs || right < 0)
    return { observedAt: now, clockQuality: 'invalid' };
  if (!drifted) return { observedAt: epochMs(right), clockQuality: 'ok' };
  return { observedAt: live ? now : epochMs(right), clockQuality: 'drifted' };
}

/** A person's number of the device, apart from card numbers that look the same. */
export const personRefOf = (crypto: RecordCrypto, personNo: string): string => crypto.cardRef(`person/${personNo}`);

/** One event as a line. What the contract cannot hold becomes a device alarm that says so; nothing is dropped. */
export function normaliseEvent(raw: RawEvent, context: EventContext, now: EpochMs): EventLine {
  const parsed = EventLine.safeParse(lineOf(raw, context, now));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return EventLine.parse({
    type: 'deviceAlarm',
    deviceId: context.deviceId,
    alarm: 'eventUnreadable',
    active: true,
    detail: `${raw.type} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`.slice(0, 200),
    ...numbersOf(raw, context),
    observedAt: now,
    recordedAt: now,
  });
}

function lineOf(raw: RawEvent, context: EventContext, now: EpochMs): Record<string, unknown> {
  const { deviceId } = context;
  if (raw.type === 'pass') return passOf(raw, context, now);
  const { observedAt } = momentOf(raw, false, context, now);
  const base = { deviceId, ...numbersOf(raw, context), observedAt, recordedAt: now };
  switch (raw.type) {
    case 'door':
      return { type: 'door', point: raw.point, state: raw.state.slice(0, 32), ...base };
    case 'deviceAlarm':
      return present({
        type: 'deviceAlarm',
        alarm: raw.alarm.slice(0, 48),
        active: raw.active,
        detail: raw.detail?.slice(0, 200),
        ...base,
      });
    case 'deviceAudit':
      return present({
        type: 'deviceAudit',
        action: raw.action.slice(0, 48),
        actor: raw.actor?.slice(0, 64),
        detail: raw.detail?.slice(0, 200),
        ...base,
      });
  }
}

function passOf(raw: RawPass, context: EventContext, now: EpochMs): Record<string, unknown> {
  const { deviceId, generation, crypto } = context;
  const hidden = (number: string | undefined, hide: (known: string) => string): string | undefined =>
    number === undefined || /^0*$/.test(number) ? undefined : hide(number);
  return present({
    type: 'pass',
    deviceId,
    generation,
    eventNo: context.numbered ? eventNoOf(raw) : undefined,
    personRef: hidden(raw.personNo, (number) => personRefOf(crypto, number)),
    cardRef: hidden(raw.cardNo, (number) => crypto.cardRef(number)),
    direction: raw.direction,
    directionFrom: raw.directionFrom,
    method: raw.method,
    result: raw.result,
    reason: raw.reason?.slice(0, 64),
    code: { scheme: raw.code.scheme.slice(0, 32), raw: raw.code.raw.slice(0, 64) },
    codeTable: raw.codeTable.slice(0, 64),
    ...momentOf(raw, raw.live, context, now),
    recordedAt: now,
    live: raw.live,
    source: raw.source,
  });
}

const numbersOf = (raw: RawEvent, { generation, numbered }: EventContext): Record<string, unknown> => {
  const eventNo = numbered ? eventNoOf(raw) : undefined;
  return eventNo === undefined ? {} : { generation, eventNo };
};

const present = (line: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));

/**
 * What makes an event the same one again. Of a numbered one only what a stream and a later question both tell; of one without a number all that the device
 * told. undefined: neither number nor time, so that nothing can tell two of them apart.
 */
export function fingerprintOf(raw: RawEvent): string | undefined {
  const eventNo = eventNoOf(raw);
  const code = raw.type === 'pass' ? `${raw.code.scheme}/${raw.code.raw}` : '';
  if (eventNo !== undefined) return [eventNo, raw.observedAt ?? raw.observedText, code].join('|');
  if (raw.observedText === '' && raw.observedAt === undefined) return undefined;
  const time = raw.observedAt ?? raw.observedText;
  switch (raw.type) {
    case 'pass':
      return ['pass', time, raw.personNo ?? '', raw.cardNo ?? '', raw.direction, raw.method, raw.result, code].join('|');
    case 'door':
      return ['door', time, raw.point, raw.state].join('|');
    case 'deviceAlarm':
      return ['alarm', time, raw.alarm, raw.active, raw.detail ?? ''].join('|');
    case 'deviceAudit':
      return ['audit', time, raw.action, raw.actor ?? '', raw.detail ?? ''].join('|');
  }
}
