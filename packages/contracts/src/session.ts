/** Messages beside the batches: hello and its answer, acknowledgements, commands and replies. All JSON, at most `sessionLimits.messageBytes`. */
import { z } from 'zod';
import { DeviceId, EpochNo, InstanceId, OperationName, ProfileName, Seq, Stream, WireTime } from './ids.ts';

export const sessionLimits = { messageBytes: 256 * 1024, devices: 1_000, sparseRanges: 256, cursors: 4_000 } as const;

/** 校区 → zone → building → area (canteen, dorm, bathhouse, shop…) */
export const Place = z.strictObject({
  campus: z.string().min(1).max(64),
  zone: z.string().max(64).optional(),
  building: z.string().max(64).optional(),
  area: z.string().max(64).optional(),
  areaType: z.enum(['canteen', 'dorm', 'bathhouse', 'shop', 'gate', 'library', 'office', 'other']).optional(),
});
export type Place = z.infer<typeof Place>;

export const DeviceKind = z.enum(['pos', 'gate', 'shower', 'meter', 'network', 'other']);
export type DeviceKind = z.infer<typeof DeviceKind>;

/** Whether each number of a device's own counter belongs to a record or event that we get. */
export const Numbering = z.enum(['dense', 'sparse']);
export type Numbering = z.infer<typeof Numbering>;

/** A device as its agent's configuration declares it. */
export const DeviceDeclaration = z.strictObject({
  deviceId: DeviceId,
  name: z.string().min(1).max(64),
  kind: DeviceKind,
  profile: ProfileName,
  line: z.string().max(64),
  place: Place,
  maintenance: z.boolean().optional(),
  /** Numbers of the device may have holes by nature: a hole is no gap. Left out: dense. */
  numbering: Numbering.optional(),
  /** Devices that it is reached through, nearest first. */
  parents: z.array(DeviceId).max(8).optional(),
});
export type DeviceDeclaration = z.infer<typeof DeviceDeclaration>;

/** What an agent holds of one stream: numbers `first..last` on disk, `acked` acknowledged. last = 0 when nothing was ever written. */
const StreamPosition = z.strictObject({ first: z.int().min(0), last: z.int().min(0), acked: z.int().min(0) });
export type StreamPosition = z.infer<typeof StreamPosition>;

/** Sent after every connect, on `up/hello`. A larger device list comes in several hellos with the same instance and rising `part`. */
export const Hello = z.strictObject({
  v: z.literal(1),
  instance: InstanceId,
  /** null: no journal yet, asks for an epoch. */
  epoch: z.strictObject({ no: EpochNo, uuid: z.uuid() }).nullable(),
  streams: z.strictObject({ money: StreamPosition, event: StreamPosition, health: StreamPosition }),
  part: z.int().min(1).max(64),
  parts: z.int().min(1).max(64),
  devices: z.array(DeviceDeclaration).max(sessionLimits.devices),
  versions: z.strictObject({ agent: z.string().max(32), node: z.string().max(32) }),
  bootedAt: WireTime,
  sentAt: WireTime,
  /** Nonce of the collector's `challenge` to this process start; null: none came on this connection. Left out: an agent that knows no challenge, it is asked none. */
  answers: z.uuid().nullable().optional(),
});
export type Hello = z.infer<typeof Hello>;

const SparseRange = z.tuple([Seq, Seq]);
const Progress = z.strictObject({
  /** All numbers up to here are committed or declared lost; 0 = none. */
  contiguousUpto: z.int().min(0),
  /** Committed ranges above it, ascending. The agent sends what is missing in between. */
  sparse: z.array(SparseRange).max(sessionLimits.sparseRanges),
});

/** Answer to a hello, on `down/ack`. */
export const Welcome = z.strictObject({
  v: z.literal(1),
  type: z.literal('welcome'),
  instance: InstanceId,
  /** `granted` when it is new: the agent starts a new journal life with it. */
  epoch: z.strictObject({ no: EpochNo, uuid: z.uuid(), granted: z.boolean() }),
  streams: z.strictObject({ money: Progress, event: Progress, health: Progress }),
  /** Last committed record of each of the agent's devices, so that a re-imaged agent goes on where the ledger stands. */
  cursors: z
    .array(z.strictObject({ deviceId: DeviceId, generation: z.int().min(1), lastRecordNo: z.int().min(0) }))
    .max(sessionLimits.cursors),
  credit: z.int().min(0).max(64),
  serverTime: WireTime,
});
export type Welcome = z.infer<typeof Welcome>;

/** Another live instance holds the identity: data stay in both journals, both sides raise an alarm. */
export const Refused = z.strictObject({
  v: z.literal(1),
  type: z.literal('refused'),
  instance: InstanceId,
  reason: z.enum(['duplicateIdentity', 'suspended', 'badHello']),
  retryAfterMs: z.int().min(0),
  serverTime: WireTime,
});
export type Refused = z.infer<typeof Refused>;

/**
 * Answer to the hello of a process start that has not shown yet that it lives: it says its hello again at once, with the nonce in `answers`. A broker that keeps
 * messages may bring up the hello of a process that is gone; nobody answers for that one, whatever its clock said.
 */
export const Challenge = z.strictObject({
  v: z.literal(1),
  type: z.literal('challenge'),
  instance: InstanceId,
  nonce: z.uuid(),
  serverTime: WireTime,
});
export type Challenge = z.infer<typeof Challenge>;

/** After a commit, computed from the database. A batch below the watermark is answered with the current state, never with an error. */
export const Ack = z.strictObject({
  v: z.literal(1),
  type: z.literal('ack'),
  epoch: EpochNo,
  stream: Stream,
  contiguousUpto: z.int().min(0),
  sparse: z.array(SparseRange).max(sessionLimits.sparseRanges),
  /** Numbers that became dead letters: acknowledged, counted as unresolved. */
  reject: z.array(z.strictObject({ seq: Seq, reason: z.string().max(120) })).max(256),
  /** Batches that may be in flight on this stream. */
  credit: z.int().min(0).max(64),
  retryAfterMs: z.int().min(0).optional(),
  serverTime: WireTime,
});
export type Ack = z.infer<typeof Ack>;

export const AckMessage = z.discriminatedUnion('type', [Welcome, Refused, Challenge, Ack]);
export type AckMessage = z.infer<typeof AckMessage>;

/** On `down/command`. The row lives in the collector's database with an expiry and is sent again on hello. */
export const Command = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  expiresAt: WireTime,
  action: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('pollNow'), deviceId: DeviceId }),
    z.strictObject({
      type: z.literal('recollect'),
      deviceId: DeviceId,
      generation: z.int().min(1),
      from: z.int().min(0),
      to: z.int().min(0),
    }),
    /** Has the device do something that its driver offers. Done at most once for one command id, whatever happens in between. */
    z.strictObject({ type: z.literal('operate'), deviceId: DeviceId, name: OperationName }),
  ]),
});
export type Command = z.infer<typeof Command>;

/** On `up/reply`. */
export const Reply = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  outcome: z.enum(['done', 'partial', 'failed', 'expired', 'unsupported']),
  detail: z.string().max(200).optional(),
  /** Record numbers that the terminal no longer holds. */
  overwritten: z
    .array(z.tuple([z.int(), z.int()]))
    .max(64)
    .optional(),
  sentAt: WireTime,
});
export type Reply = z.infer<typeof Reply>;
