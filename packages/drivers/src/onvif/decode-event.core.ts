/** Messages of a pull point, and the state of a door, as frames and observations. */
import { epochMs } from '@cardwatch/kernel';
import type { RawEvent, RawPass } from '../contract.ts';
import type { DecodedKeys, DecodedObservation } from '../decode.ts';
import { observationOf } from '../gate/decoded.core.ts';
import { epochFromIso } from '../gate/iso-time.core.ts';
import { type XmlNode, descendantsOf, textAt } from '../web/xml.core.ts';
import { type Notification, doorReadings, leaseMs, notificationsOf, onvifLimits } from './messages.core.ts';
import type { OnvifProfile } from './model.ts';
import { meaningOf } from './topics.core.ts';

export interface ElementDecoded {
  readonly frame: DecodedKeys;
  readonly observations?: readonly DecodedObservation[];
}

/** What is live is judged by the time of the reply itself: both are of the device's clock. */
export function decodePull(element: XmlNode, codes: OnvifProfile['codes']): ElementDecoded {
  const all = notificationsOf(element);
  const told = descendantsOf(element, 'NotificationMessage').length;
  const context = { codes, directions: {}, now: epochFromIso(textAt(element, 'CurrentTime') ?? '') ?? epochMs(0), offsetMs: 0 };
  const read = all.map((message) => ({ message, meaning: meaningOf(message, context) }));
  const events = read.flatMap(({ meaning }) => meaning.events);
  const passes = events.filter((event) => event.type === 'pass');
  const lease = leaseMs(element);
  const frame = {
    messages: told,
    error: null,
    ...(lease === undefined ? {} : { leaseMs: lease, ...(lease <= 0 ? { expired: true } : {}) }),
    topics: all.map(({ topic }) => topic),
    results: passes.map(({ result }) => result),
    reasons: passes.map(saidReason),
    others: events.filter((event) => event.type !== 'pass').map(nameOf),
    initialized: all.filter(({ operation }) => operation === 'Initialized').length,
    discarded: read.reduce((sum, { meaning }) => sum + meaning.dropped, 0),
    ...(told > onvifLimits.messages ? { more: told - onvifLimits.messages } : {}),
  };
  const observations = read.flatMap(({ message, meaning }) => [
    ...meaning.events.map((event) => observationOf(event, asideOf(message, meaning.dropped))),
    ...(message.operation === 'Initialized' ? stateOf(message, meaning.readings) : []),
  ]);
  return { frame, observations };
}

function asideOf({ source, topic }: Notification, discarded: number) {
  const door = source.get('DoorToken') ?? source.get('AccessPointToken');
  return {
    ...(door === undefined || !/^[\w.-]{1,64}$/.test(door) ? {} : { door }),
    ...(topic.startsWith('AccessControl') ? {} : { code: topic.slice(0, 64) }),
    discarded,
  };
}

/** State told again after subscribing is a reading, no event. */
const stateOf = (
  { utcText, source }: Notification,
  readings: readonly { readonly point: string; readonly raw: unknown }[],
): readonly DecodedObservation[] =>
  readings.length === 0
    ? []
    : [
        {
          kind: 'health',
          about: 'state',
          observedText: utcText,
          ...(source.has('DoorToken') ? { device: (source.get('DoorToken') ?? '').slice(0, 64) } : {}),
          readings: readings.map(({ point, raw }) => ({ point, value: String(raw) })),
        },
      ];

/** The device's own word where it has one. */
const saidReason = ({ code, reason }: RawPass): string | null => /:(\w+)$/.exec(code.raw)?.[1] ?? reason ?? null;

const nameOf = (event: RawEvent): string => (event.type === 'deviceAlarm' ? `${event.alarm} ${event.active}` : event.type);

const alarms: Readonly<Record<string, string>> = {
  DoorForcedOpen: 'forced',
  DoorOpenTooLong: 'heldOpen',
  TamperDetected: 'tamper',
  FaultDetected: 'doorFault',
};

/** GetDoorStateResponse: a reading of each part, and an alarm of each that is one. */
export function decodeDoorState(element: XmlNode): ElementDecoded | string {
  const readings = doorReadings(element);
  if (readings.length === 0) return 'GetDoorStateResponse without a state';
  const bad = readings.flatMap(({ raw }): readonly DecodedObservation[] => {
    const alarm = Object.hasOwn(alarms, raw) ? alarms[raw] : undefined;
    return alarm === undefined ? [] : [{ kind: 'health', about: 'alarm', alarm, active: true }];
  });
  return {
    frame: Object.fromEntries(readings.map(({ point, raw }) => [point, raw])),
    observations: [
      { kind: 'health', about: 'state', readings: readings.map(({ point, raw }) => ({ point, value: raw })) },
      ...bad,
    ],
  };
}
