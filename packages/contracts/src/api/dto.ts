import { z } from 'zod';
import { EventType, PassEvent, PassMethod, PassResult } from '../event.ts';
import { DeviceState, Quality, ReadingValue, StateCause } from '../reading.ts';
import { ClockQuality, CollectMode, Quantity, RecordKind, RecordMode } from '../record.ts';
import { DeviceKind, Place } from '../session.ts';
import { Stream } from '../ids.ts';
import { Areas, Role, Scope } from './access.ts';

const at = z.int();
const count = z.int().min(0);

export const PersonDto = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  role: Role,
  areas: Areas,
  disabled: z.boolean(),
  createdAt: at,
  lastSignInAt: at.nullable(),
  /** Latest end of a lock after wrong passwords, from whatever address; null when there is none. It may be over by now. */
  lockedUntil: at.nullable(),
  /** Its password was reset: it signs in with its one-time code and nothing else. */
  resetPending: z.boolean(),
});
export type PersonDto = z.infer<typeof PersonDto>;

/** Told once, to the administrator who asked. */
export const ResetCodeDto = z.strictObject({ name: z.string(), code: z.string(), expiresAt: at });
export type ResetCodeDto = z.infer<typeof ResetCodeDto>;

export const SessionDto = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  role: Role,
  areas: Areas,
  scopes: z.array(Scope),
  expiresAt: at,
  /** Sent back as `X-Cardwatch-Csrf` with every unsafe method. */
  csrf: z.string(),
});
export type SessionDto = z.infer<typeof SessionDto>;

/** What a page that nobody has signed in to may know. */
export const SetupStateDto = z.strictObject({ setupNeeded: z.boolean(), version: z.string() });
export type SetupStateDto = z.infer<typeof SetupStateDto>;

export const AgentState = z.enum(['online', 'offline', 'neverSeen', 'suspended']);
export type AgentState = z.infer<typeof AgentState>;

export const AgentDto = z.strictObject({
  agentId: z.string(),
  siteId: z.string(),
  state: AgentState,
  since: at,
  lastSeenAt: at.nullable(),
  version: z.string().nullable(),
  epoch: count.nullable(),
  devices: count,
  /** Not yet committed, as the agent last reported. */
  backlog: z.strictObject({ records: count, bytes: count, oldestAt: at.nullable() }),
  storage: z.string().nullable(),
  /** Of the machine that it runs on: `synced`, `unsynced`, `unknown`; null before its first word. */
  clockQuality: z.string().nullable(),
  duplicateIdentity: z.boolean(),
  rssBytes: count.nullable(),
  syncP99Ms: z.number().nullable(),
  watermarks: z.array(z.strictObject({ stream: Stream, epoch: count, contiguousUpto: count, holes: count })),
  lines: z.array(
    z.strictObject({
      line: z.string(),
      utilisationPct: z.number(),
      requests: count,
      timeouts: count,
      crcErrors: count,
      noiseBytes: count,
      lateFrames: count,
    }),
  ),
});
export type AgentDto = z.infer<typeof AgentDto>;

export const DeviceDto = z.strictObject({
  deviceId: z.string(),
  agentId: z.string(),
  name: z.string(),
  kind: DeviceKind,
  profile: z.string(),
  line: z.string(),
  place: Place,
  /** Devices that it is reached through, nearest first. */
  parents: z.array(z.string()),
  state: DeviceState,
  cause: StateCause.nullable(),
  since: at,
  lastSeenAt: at.nullable(),
  lastRecordAt: at.nullable(),
  generation: count.nullable(),
  lastRecordNo: count.nullable(),
  uncollected: count.nullable(),
  freeRecords: count.nullable(),
  blacklistVersion: count.nullable(),
  parameterVersion: count.nullable(),
  firmware: z.string().nullable(),
  driftMs: z.int().nullable(),
  rttMs: z.number().nullable(),
  busErrors: count.nullable(),
  maintenance: z.boolean(),
  /** Newest event that it told, device time. */
  lastEventAt: at.nullable(),
  serial: z.string().nullable(),
  /** Sent again by the device and dropped, since its agent started. */
  duplicates: count.nullable(),
  /** Names, pictures and the like that were thrown away unread, since its agent started. */
  discardedParts: count.nullable(),
  /** What a person may have it do. */
  operations: z.array(z.string()),
});
export type DeviceDto = z.infer<typeof DeviceDto>;

export const ReadingDto = z.strictObject({
  deviceId: z.string(),
  point: z.string(),
  value: ReadingValue,
  unit: z.string(),
  quality: Quality,
  observedAt: at,
});
export type ReadingDto = z.infer<typeof ReadingDto>;

/** Card number and raw bytes never leave by this door: only the tail, and a reveal by its own audited verb. */
export const RecordDto = z.strictObject({
  id: z.string(),
  deviceId: z.string(),
  deviceName: z.string(),
  agentId: z.string(),
  generation: count,
  recordNo: count,
  kind: RecordKind,
  amountFen: count,
  surchargeFen: count.nullable(),
  balanceBeforeFen: z.int().nullable(),
  balanceAfterFen: z.int().nullable(),
  cardRef: z.string(),
  cardMasked: z.string(),
  purseNo: count,
  cardCounter: count.nullable(),
  mode: RecordMode,
  quantity: Quantity.nullable(),
  durationS: count.nullable(),
  sessionRef: z.string().nullable(),
  observedAt: at,
  observedText: z.string(),
  clockQuality: ClockQuality,
  driftMs: z.int().nullable(),
  recordedAt: at,
  ingestedAt: at,
  collectMode: CollectMode,
  checks: z.strictObject({ record: z.string(), tac: z.string(), balance: z.string() }),
});
export type RecordDto = z.infer<typeof RecordDto>;

export const RevealDto = z.strictObject({ id: z.string(), cardNo: z.string().nullable(), rawHex: z.string() });
export type RevealDto = z.infer<typeof RevealDto>;

/**
 * A gap is open until the missing numbers are committed or declared lost.
 * `stream`: numbers of an agent's stream; `device`: record numbers of a terminal.
 */
export const GapDto = z.strictObject({
  id: z.string(),
  scope: z.enum(['stream', 'device']),
  agentId: z.string(),
  stream: Stream.nullable(),
  epoch: count.nullable(),
  deviceId: z.string().nullable(),
  deviceName: z.string().nullable(),
  generation: count.nullable(),
  first: count,
  last: count,
  state: z.enum(['open', 'filled', 'lost']),
  cause: z.string(),
  estimateFen: z.int().nullable(),
  openedAt: at,
  closedAt: at.nullable(),
});
export type GapDto = z.infer<typeof GapDto>;

export const DeadLetterDto = z.strictObject({
  id: z.string(),
  agentId: z.string(),
  deviceId: z.string().nullable(),
  epoch: count,
  stream: Stream,
  seq: count,
  kind: z.enum(['undecoded', 'invalid', 'conflict', 'doubled']),
  reason: z.string(),
  bytes: count,
  state: z.enum(['open', 'resolved']),
  receivedAt: at,
});
export type DeadLetterDto = z.infer<typeof DeadLetterDto>;

/**
 * One line of the event stream: a pass, a door contact, an alarm, something done to a device, a gap, a notice of an agent. People and cards stand as the
 * first digits of their pseudonym, enough to see that two passes are of one person and no more.
 */
export const EventDto = z.strictObject({
  id: z.string(),
  type: EventType,
  agentId: z.string(),
  deviceId: z.string().nullable(),
  deviceName: z.string().nullable(),
  generation: count.nullable(),
  eventNo: count.nullable(),
  /** Point of a door, name of an alarm, action, cause of a gap, notice. Null for a pass. */
  what: z.string().nullable(),
  /** State of a door point; numbers of a gap as `from-to`. */
  state: z.string().nullable(),
  active: z.boolean().nullable(),
  direction: PassEvent.shape.direction.nullable(),
  method: PassMethod.nullable(),
  result: PassResult.nullable(),
  reason: z.string().nullable(),
  /** `<scheme> <raw>` as the device told it. */
  code: z.string().nullable(),
  personMasked: z.string().nullable(),
  cardMasked: z.string().nullable(),
  live: z.boolean().nullable(),
  source: z.string().nullable(),
  actor: z.string().nullable(),
  detail: z.string().nullable(),
  observedAt: at,
  clockQuality: ClockQuality.nullable(),
  recordedAt: at,
  ingestedAt: at,
});
export type EventDto = z.infer<typeof EventDto>;

/** Passes of one minute of business time; `other`: neither granted nor denied as far as is known. */
export const PassPointDto = z.strictObject({ minute: at, granted: count, denied: count, other: count });
export type PassPointDto = z.infer<typeof PassPointDto>;

export const FlowPointDto = z.strictObject({ minute: at, records: count, turnoverFen: z.int(), lateRecords: count });
export type FlowPointDto = z.infer<typeof FlowPointDto>;

/** `building`, `area`: empty where its devices name none. */
export const AreaDto = z.strictObject({
  campus: z.string(),
  building: z.string(),
  area: z.string(),
  areaType: z.string(),
  devices: count,
  byState: z.record(DeviceState, count),
  worst: DeviceState,
});

export const OverviewDto = z.strictObject({
  asOf: at,
  devices: z.strictObject({ total: count, byState: z.record(DeviceState, count), byKind: z.record(DeviceKind, count) }),
  agents: z.strictObject({ total: count, online: count }),
  areas: z.array(AreaDto),
  /** Business day so far, Asia/Shanghai, by device time. */
  today: z.strictObject({ day: z.string(), records: count, turnoverFen: z.int(), passes: count }),
  lastMinute: z.strictObject({ records: count, turnoverFen: z.int(), passes: count }),
  backlog: z.strictObject({ records: count, agentsBehind: count, oldestAt: at.nullable() }),
  openGaps: count,
  openDeadLetters: count,
});
export type OverviewDto = z.infer<typeof OverviewDto>;

/** Why the collector calls itself degraded; each goes away by itself when what it names does. */
export const HealthCause = z.enum([
  'agentLost',
  'duplicateIdentity',
  'brokerDown',
  'shed',
  'throttled',
  'eventQuota',
  'deadLettersFull',
  'watchStill',
  'watchBehind',
]);
export type HealthCause = z.infer<typeof HealthCause>;

export const HealthDto = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  /** Empty while `ok`. */
  causes: z.array(HealthCause),
  version: z.string(),
  uptimeS: count,
  ingest: z.strictObject({
    recordsTotal: count,
    batchesTotal: count,
    queueBytes: count,
    shedTotal: count,
    lastShedAt: at.nullable(),
    /** Batches of events beyond an agent's hour; its journal keeps them. */
    deferredTotal: count,
    lastDeferredAt: at.nullable(),
    /** Lines for which there is no room among the dead letters; the agent's journal keeps them. */
    withheldTotal: count,
    lastWithheldAt: at.nullable(),
    lastCommitAt: at.nullable(),
  }),
  broker: z.strictObject({
    kind: z.enum(['embedded', 'external']),
    /** Our own answers its visits; the connection to an external one stands. */
    up: z.boolean(),
    /** Null: an external broker alone knows who is connected. */
    clients: count.nullable(),
    /** Whom an external broker turned away stands in its own log: then what the collector itself did not take. */
    refusedTotal: count,
    /** By reason, those that happened. */
    refused: z.record(z.string(), count),
    lastThrottledAt: at.nullable(),
  }),
  /** Requests and connections that the HTTP side refused, by reason. */
  http: z.strictObject({ refusedTotal: count, refused: z.record(z.string(), count) }),
  /** The watch: rules, alarms, messages. Null: there is none in this process. */
  watch: z
    .strictObject({
      state: z.enum(['starting', 'looking', 'behind', 'still']),
      lookedAt: at.nullable(),
      /** How old the newest of what it has looked at is, while there is more. */
      lagMs: count,
    })
    .nullable(),
  store: z.strictObject({ dialect: z.string(), sizeBytes: count, schemaVersion: count, sqlite: z.string().nullable() }),
});
export type HealthDto = z.infer<typeof HealthDto>;

export const CommandDto = z.strictObject({
  id: z.string(),
  agentId: z.string(),
  deviceId: z.string().nullable(),
  action: z.string(),
  /** Name of the operation, of an `operate`. */
  operation: z.string().nullable(),
  state: z.enum(['pending', 'sent', 'done', 'partial', 'failed', 'expired']),
  detail: z.string().nullable(),
  createdBy: z.string(),
  createdAt: at,
  expiresAt: at,
});
export type CommandDto = z.infer<typeof CommandDto>;

export const AuditDto = z.strictObject({
  n: count,
  at,
  actor: z.string(),
  ip: z.string(),
  action: z.string(),
  object: z.string(),
  result: z.string(),
  detail: z.string(),
  hash: z.string(),
});
export type AuditDto = z.infer<typeof AuditDto>;

/** `brokenAt`: number of the first row that does not fit the one before; null: the chain holds. `headHash` is that of the last row that fits. */
export const AuditChainDto = z.strictObject({
  rows: count,
  brokenAt: count.nullable(),
  reason: z.enum(['number', 'link', 'hash']).nullable(),
  headHash: z.string(),
  checkedAt: at,
});
export type AuditChainDto = z.infer<typeof AuditChainDto>;

/** `tokenId`: the beginning of its hash. */
export const TokenDto = z.strictObject({
  tokenId: z.string(),
  label: z.string(),
  scopes: z.array(Scope),
  createdBy: z.string(),
  createdAt: at,
  expiresAt: at,
});
export type TokenDto = z.infer<typeof TokenDto>;
