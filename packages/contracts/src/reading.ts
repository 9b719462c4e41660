import { z } from 'zod';
import { DeviceId, OperationName, WireTime } from './ids.ts';

/** 设备状态. `sellingOffline` 脱机 is alive and sells but cannot upload; `offline` 离线 does not answer; `unknown` 未知: its agent is lost. */
export const DeviceState = z.enum(['online', 'degraded', 'sellingOffline', 'offline', 'maintenance', 'disabled', 'unknown']);
export type DeviceState = z.infer<typeof DeviceState>;

/** Why a device is in its state. A wrong password is not offline; a dead agent makes devices unknown, not offline. */
export const StateCause = z.enum([
  'noReply',
  'unreachableParent',
  'authFailed',
  'protocolError',
  'unsupported',
  'busFault',
  'slow',
  'lossy',
  'clock',
  'storeNearlyFull',
  'uplinkDown',
  /** Another device answers at its address. */
  'identityChanged',
  'agentLost',
  'neverSeen',
]);
export type StateCause = z.infer<typeof StateCause>;

export const Quality = z.enum(['good', 'uncertain', 'badSensor', 'badRange', 'badComm']);
export type Quality = z.infer<typeof Quality>;

export const ReadingValue = z.union([z.number(), z.boolean(), z.string().max(64), z.null()]);
export type ReadingValue = z.infer<typeof ReadingValue>;

/** 读数. Sent on change beyond a dead band and at least once a period. `value` is null when the quality is bad. */
export const Reading = z.strictObject({
  type: z.literal('reading'),
  deviceId: DeviceId,
  point: z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/),
  value: ReadingValue,
  unit: z.string().max(16),
  quality: Quality,
  observedAt: WireTime,
  recordedAt: WireTime,
});
export type Reading = z.infer<typeof Reading>;

const count32 = z.int().min(0).max(0xffffffff);

/** 心跳 of one device as its agent sees it. */
export const Heartbeat = z.strictObject({
  type: z.literal('heartbeat'),
  deviceId: DeviceId,
  state: DeviceState,
  cause: StateCause.optional(),
  /** When this state began, agent clock. */
  since: WireTime,
  /** When it was last asked and answered or stayed silent, agent clock; left out: it was not asked yet. A state may be older than this. */
  askedAt: WireTime.optional(),
  rttMs: z.number().min(0).optional(),
  lossPct: z.number().min(0).max(100).optional(),
  generation: count32.optional(),
  lastRecordNo: count32.optional(),
  uncollected: count32.optional(),
  freeRecords: count32.optional(),
  blacklistVersion: count32.optional(),
  parameterVersion: count32.optional(),
  firmware: z.string().max(32).optional(),
  driftMs: z.int().optional(),
  busErrors: count32.optional(),
  /** What it says of itself: what it is recognised by. */
  serial: z.string().max(64).optional(),
  /** Records and events that it sent again and that were dropped, since the agent started. */
  duplicates: count32.optional(),
  /** Names, pictures and the like that were thrown away unread, since the agent started. */
  discardedParts: count32.optional(),
  /** What a person may have it do (`operate`). */
  operations: z.array(OperationName).max(16).optional(),
  recordedAt: WireTime,
});
export type Heartbeat = z.infer<typeof Heartbeat>;

const StreamDepth = z.strictObject({
  bytes: count32.or(z.int()),
  records: z.int().min(0),
  oldestUnackedAt: WireTime.optional(),
});

/** One polled line (serial port, serial server, TCP device) as the agent measured it over the last period. */
export const LineHealth = z.strictObject({
  line: z.string().max(64),
  utilisationPct: z.number().min(0).max(100),
  requests: z.int().min(0),
  timeouts: z.int().min(0),
  crcErrors: z.int().min(0),
  noiseBytes: z.int().min(0),
  lateFrames: z.int().min(0),
});
export type LineHealth = z.infer<typeof LineHealth>;

export const AgentHealth = z.strictObject({
  type: z.literal('agentHealth'),
  journal: z.strictObject({ money: StreamDepth, event: StreamDepth, health: StreamDepth }),
  storage: z.enum(['ok', 'tight', 'ballastUsed', 'failed']),
  syncP50Ms: z.number().min(0),
  syncP99Ms: z.number().min(0),
  lines: z.array(LineHealth).max(256),
  rssBytes: z.int().min(0),
  cpuPct: z.number().min(0),
  diskFreeBytes: z.int().min(0),
  temperatureC: z.number().optional(),
  clockQuality: z.enum(['synced', 'unsynced', 'unknown']),
  versions: z.strictObject({ agent: z.string().max(32), node: z.string().max(32) }),
  recordedAt: WireTime,
});
export type AgentHealth = z.infer<typeof AgentHealth>;

/** Measures of more lines than one AgentHealth holds; of the same moment as the AgentHealth that has the same `recordedAt`. */
export const AgentLines = z.strictObject({
  type: z.literal('agentLines'),
  lines: z.array(LineHealth).min(1).max(32),
  recordedAt: WireTime,
});
export type AgentLines = z.infer<typeof AgentLines>;

/** Everything that may stand on a line of the `health` stream. */
export const HealthLine = z.discriminatedUnion('type', [Reading, Heartbeat, AgentHealth, AgentLines]);
export type HealthLine = z.infer<typeof HealthLine>;
