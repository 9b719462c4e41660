/**
 * What the watch knows: the latest fact of each thing, and slots of business figures. Rules read it; one reducer (`learn.core.ts`) writes it from the
 * rows that the store gives, in commit order, so that a restart or a replay comes to the same world.
 */
import type { AreaType, BusinessTime } from './place.core.ts';
import type { DeviceState, StateCause } from '@cardwatch/contracts';
import type { DayType } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Roll } from './roll.core.ts';

export interface DeviceFact {
  readonly deviceId: string;
  readonly agentId: string;
  readonly name: string;
  readonly kind: 'pos' | 'gate' | 'shower' | 'meter' | 'network' | 'other';
  readonly profile: string;
  readonly line: string;
  readonly campus: string;
  /** `campus/building/area`; null when its configuration names no area. */
  readonly area: string | null;
  readonly areaType: AreaType | null;
  readonly state: DeviceState;
  readonly cause: StateCause | null;
  readonly since: EpochMs;
  /** When it was last asked for itself, answered or not, by its agent's clock; absent or null: nobody says. */
  readonly askedAt?: EpochMs | null;
  readonly lastRecordAt: EpochMs | null;
  readonly uncollected: number | null;
  readonly freeRecords: number | null;
  readonly blacklistVersion: number | null;
  readonly parameterVersion: number | null;
  /** Absent or null: it does not tell. */
  readonly firmware?: string | null;
  readonly driftMs: number | null;
  readonly busErrors: number | null;
  readonly rttMs: number | null;
  readonly maintenance: boolean;
  /** Ways up, as `contracts/watch` says: every group is needed, one parent of each is enough. */
  readonly upstream: readonly (readonly string[])[];
}

export interface LineFact {
  readonly line: string;
  readonly utilisationPct: number;
  readonly requests: number;
  readonly timeouts: number;
  readonly crcErrors: number;
  readonly at: EpochMs;
}

export interface AgentFact {
  readonly agentId: string;
  readonly state: 'online' | 'offline' | 'neverSeen' | 'suspended';
  readonly since: EpochMs;
  readonly backlogRecords: number;
  readonly backlogOldestAt: EpochMs | null;
  /** Of the backlog, payments alone; absent: its agent has not said. */
  readonly heldPayments?: { readonly records: number; readonly oldestAt: EpochMs | null };
  readonly storage: 'ok' | 'tight' | 'ballastUsed' | 'failed' | null;
  readonly diskFreeBytes: number | null;
  readonly clockQuality: 'synced' | 'unsynced' | 'unknown' | null;
  readonly duplicateIdentity: boolean;
  readonly lines: readonly LineFact[];
}

/** Latest value of one point of a device, e.g. `flowLitresPerMinute`, `valveOpen`, `sessionOpen`. */
export interface PointFact {
  readonly value: number | boolean | string | null;
  readonly quality: string;
  readonly observedAt: EpochMs;
  /** When the value became what it is. */
  readonly since: EpochMs;
}

/** One payment record as the money rules see it. Cards are pseudonyms. */
export interface MoneyFact {
  readonly deviceId: string;
  readonly generation: number;
  readonly recordNo: number;
  /** Consumption, recharge, reversal…: `RecordKind` of the contracts. */
  readonly kind: string;
  readonly mode: string | null;
  readonly amountFen: number;
  readonly balanceBeforeFen: number | null;
  readonly balanceAfterFen: number | null;
  readonly cardRef: string;
  readonly cardTail: string;
  readonly cardCounter: number | null;
  /** Purse of the card, 1 main, 2 subsidy, 3 water; absent: 1. Each has its own balance chain. */
  readonly purseNo?: number;
  /** Sold while the terminal could not hand it over; not merely charged to a card's own purse. */
  readonly offline: boolean;
  readonly grey: boolean;
  readonly tac: 'ok' | 'bad' | 'unchecked';
  readonly observedAt: EpochMs;
  readonly recordedAt: EpochMs;
  readonly ingestedAt: EpochMs;
}

/** A pass, a door, a device's own alarm, a gap: lines of the event stream as the rules see them. */
export interface EventFact {
  readonly type: 'pass' | 'door' | 'deviceAlarm' | 'deviceAudit' | 'gap' | 'agentNotice';
  readonly agentId: string;
  readonly deviceId: string | null;
  readonly observedAt: EpochMs;
  readonly ingestedAt: EpochMs;
  /** The line, parsed (`EventLine` of the contracts). */
  readonly line: Readonly<Record<string, unknown>>;
}

/** Figures of one device in one minute of device time. */
export interface SlotFigures {
  records: number;
  amountFen: number;
  offline: number;
  late: number;
  failures: number;
  /** Distinct cards: exact up to 64, then what it had by then. */
  cards: number;
  passes: number;
  denied: number;
}

/** What is normal for one thing at one time: median and spread of like days. */
export interface Expectation {
  readonly median: number;
  readonly mad: number;
  /** Days that it was learned from; fewer than three is no expectation. */
  readonly days: readonly string[];
}
export type Metric = 'records' | 'amountFen' | 'passes';

/** The collector's own health, as its process measures it. */
export interface CollectorFact {
  /** How old the oldest message is that is not yet in the store. */
  readonly ingestLagMs: number;
  /** How far the watch is behind the store. */
  readonly watchLagMs: number;
  readonly diskFreeBytes: number | null;
  readonly storeWritable: boolean;
  readonly brokerUp: boolean;
  /** What the watch finds wrong with its own telling, once it lasts; absent or null: nothing. */
  readonly telling?: TellingFault | null;
  /** Who was refused in the last ten minutes; absent: nobody. */
  readonly refusals?: readonly RefusalFact[];
  readonly at: EpochMs;
}

/** `agent`: its secret was right. `address`: whoever it was. `limit`: code of the refusal. */
export interface RefusalFact {
  readonly source: 'agent' | 'address';
  readonly who: string;
  readonly limit: string;
  readonly count: number;
}

/** `audit`: alarms or messages that nobody attends to. `test`: ways that the last daily test did not get through. */
export interface TellingFault {
  readonly what: 'audit' | 'test';
  readonly count: number;
}

/** Blacklists are published to one kind of terminal of a campus, parameters to one model. */
export const publishedKey = (device: DeviceFact, what: 'blacklist' | 'parameter'): string =>
  `${device.campus}/${what === 'blacklist' ? device.kind : device.profile}/${what}`;

export interface MerchantFact {
  readonly merchantId: string;
  readonly merchantName: string;
}

export interface World {
  readonly devices: ReadonlyMap<string, DeviceFact>;
  /** The same devices as rules ask for them. */
  readonly roll: Roll;
  readonly agents: ReadonlyMap<string, AgentFact>;
  /** By device, then point. */
  readonly points: ReadonlyMap<string, ReadonlyMap<string, PointFact>>;
  /** Active alarms that devices report of themselves, by device then alarm name: since when. */
  readonly deviceAlarms: ReadonlyMap<string, ReadonlyMap<string, EpochMs>>;
  /** Door points by device: `contact`, `lock`, `fireInput` and since when they are so. */
  readonly doors: ReadonlyMap<string, ReadonlyMap<string, { readonly state: string; readonly since: EpochMs }>>;
  /** Sum of a device's figures over `[from, to)`, in whole minutes of device time. */
  figures(deviceId: string, from: EpochMs, to: EpochMs): SlotFigures;
  /** What a device, area, merchant or campus (by `core/metrics/entity.core.ts`) would have by now in `[from, to)`; null while nothing was learned. */
  expected(id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null;
  /** The merchant that the terminal was bound to then; absent or null: none, the terminal stands for itself. */
  merchantOf?(deviceId: string, at: EpochMs): MerchantFact | null;
  /** Latest published blacklist and parameter versions and since when, by `publishedKey`. */
  readonly published: ReadonlyMap<string, { readonly version: number; readonly since: EpochMs }>;
  /** By device; by agent for numbers of its own journal. */
  readonly openGaps: ReadonlyMap<
    string,
    { readonly records: number; readonly estimateFen: number | null; readonly openedAt: EpochMs }
  >;
  /** By agent. */
  readonly openDeadLetters: ReadonlyMap<string, number>;
  /** What the collector says of itself; left out while it has said nothing. */
  readonly collector?: CollectorFact;
  dayType(at: EpochMs): DayType;
  /** Whether the area sells, bathes or lets in at this time, and in which meal or peak. */
  businessTime(area: AreaType | null, at: EpochMs): BusinessTime;
}
