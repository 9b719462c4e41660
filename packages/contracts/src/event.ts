import { z } from 'zod';
import { DeviceId, Hash128, Stream, WireTime } from './ids.ts';
import { ClockQuality } from './record.ts';

const seen = { observedAt: WireTime, recordedAt: WireTime };
const generation = z.int().min(1).max(0xffffffff);
const number32 = z.int().min(0).max(0xffffffff);

/** The device's own number of an event, where it has one: with the device and its generation it is the key of the event. */
const numbered = { generation: generation.optional(), eventNo: number32.optional() };

export const PassMethod = z.enum(['face', 'card', 'finger', 'password', 'qr', 'remote', 'button', 'mixed', 'unknown']);
export type PassMethod = z.infer<typeof PassMethod>;
export const PassResult = z.enum(['granted', 'denied', 'taken', 'notTaken', 'unknown']);
export type PassResult = z.infer<typeof PassResult>;

/** 通行记录. Unknown or disputed codes are never `granted`. No name, picture, template, temperature. */
export const PassEvent = z.strictObject({
  type: z.literal('pass'),
  deviceId: DeviceId,
  generation,
  eventNo: number32.optional(),
  previousEventNo: number32.optional(),
  personRef: Hash128.optional(),
  cardRef: Hash128.optional(),
  direction: z.enum(['in', 'out', 'unknown']),
  directionFrom: z.enum(['record', 'reader']).optional(),
  method: PassMethod,
  result: PassResult,
  reason: z.string().max(64).optional(),
  code: z.strictObject({ scheme: z.string().max(32), raw: z.string().max(64) }),
  codeTable: z.string().max(64),
  ...seen,
  clockQuality: ClockQuality,
  live: z.boolean(),
  source: z.enum(['stream', 'push', 'poll', 'pullPoint', 'backfill']),
});
export type PassEvent = z.infer<typeof PassEvent>;

/** Lock, contact, exit button, fire input of a door. */
export const DoorEvent = z.strictObject({
  type: z.literal('door'),
  deviceId: DeviceId,
  point: z.enum(['lock', 'contact', 'exitButton', 'fireInput']),
  state: z.string().max(32),
  ...numbered,
  ...seen,
});
export type DoorEvent = z.infer<typeof DoorEvent>;

/** Forced, held open, tamper, duress, leak, stuck valve: what a device reports of itself. */
export const DeviceAlarm = z.strictObject({
  type: z.literal('deviceAlarm'),
  deviceId: DeviceId,
  alarm: z.string().max(48),
  active: z.boolean(),
  detail: z.string().max(200).optional(),
  ...numbered,
  ...seen,
});
export type DeviceAlarm = z.infer<typeof DeviceAlarm>;

/** Remote open, login, reset, time set: what was done to a device. */
export const DeviceAudit = z.strictObject({
  type: z.literal('deviceAudit'),
  deviceId: DeviceId,
  action: z.string().max(48),
  actor: z.string().max(64).optional(),
  detail: z.string().max(200).optional(),
  ...numbered,
  ...seen,
});
export type DeviceAudit = z.infer<typeof DeviceAudit>;

/** Record numbers `from..to` of a terminal that were never collected. Closed when they were, or when they are declared lost. */
export const DeviceGap = z.strictObject({
  type: z.literal('gap'),
  deviceId: DeviceId,
  generation,
  from: number32,
  to: number32,
  cause: z.enum(['overwritten', 'skipped', 'unreadable', 'generationEnded']),
  closedBy: z.enum(['recollected', 'declaredLost']).optional(),
  estimateFen: z.int().optional(),
  ...seen,
});
export type DeviceGap = z.infer<typeof DeviceGap>;

/** What the agent reports of its own custody: a clock step, a damaged span, dropped health data, storage trouble, a second identity. */
export const AgentNotice = z.strictObject({
  type: z.literal('agentNotice'),
  notice: z.enum([
    'clockJump',
    'journalHole',
    'dropped',
    'storageFailed',
    'storageRecovered',
    'duplicateIdentity',
    'newEpoch',
    'started',
    'configReloaded',
    'configRefused',
  ]),
  stream: Stream.optional(),
  first: z.int().min(0).optional(),
  last: z.int().min(0).optional(),
  deltaMs: z.int().optional(),
  detail: z.string().max(200).optional(),
  recordedAt: WireTime,
});
export type AgentNotice = z.infer<typeof AgentNotice>;

/** Everything that may stand on a line of the `event` stream. */
export const EventLine = z.discriminatedUnion('type', [PassEvent, DoorEvent, DeviceAlarm, DeviceAudit, DeviceGap, AgentNotice]);
export type EventLine = z.infer<typeof EventLine>;

export const EventType = z.enum(['pass', 'door', 'deviceAlarm', 'deviceAudit', 'gap', 'agentNotice']);
export type EventType = z.infer<typeof EventType>;
