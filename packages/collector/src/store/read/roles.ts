/**
 * What operations staff ask of the store. Answers are contract DTOs: masked, bounded, paged by keyset. Every method is asynchronous because
 * the SQLite queries live in a thread of their own, so that a heavy question never delays ingest.
 */
import type {
  AgentDto,
  CommandDto,
  DeadLetterDto,
  DeviceDto,
  EventDto,
  FlowPointDto,
  GapDto,
  OverviewDto,
  PassPointDto,
  ReadingDto,
  RecordDto,
} from '@cardwatch/contracts/api';
import type { DeviceKind, DeviceState, EventType, PassMethod, PassResult, RecordKind, Stream } from '@cardwatch/contracts';
import type { Result } from '@cardwatch/kernel';
import type { Measure } from '../../core/replay/measures.core.ts';

export const readLimits = {
  /** A question that has looked at rows for longer than this is given up. */
  queryMs: 1_500,
  pageRows: 500,
  /** Seven days of minutes. */
  flowPoints: 10_080,
  outboxRows: 2_000,
  /** Different values of one measured span. */
  measuredValues: 50_000,
  /** Records that one piece of a business question goes through, about. */
  businessRows: 40_000,
  commandRows: 20,
} as const;

/** `cursor`: not one of ours, or of another question. `tooBroad`: the time limit was reached; a narrower question answers. */
export type ReadFailure = { readonly kind: 'cursor' } | { readonly kind: 'tooBroad'; readonly limitMs: number };

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}
export type PageResult<T> = Result<Page<T>, ReadFailure>;

export interface PageAsk {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface DevicesAsk extends PageAsk {
  readonly state?: DeviceState | undefined;
  readonly kind?: DeviceKind | undefined;
  readonly agentId?: string | undefined;
  readonly campus?: string | undefined;
  readonly building?: string | undefined;
  readonly area?: string | undefined;
  /** Campuses or `campus/building/area`, any of these: what a person may see. Absent: all. */
  readonly areas?: readonly string[] | undefined;
  /** Part of the id or of the name, letter case ignored. */
  readonly q?: string | undefined;
}

export interface ReadingsAsk extends PageAsk {
  readonly deviceId: string;
  /** With it the history of one point, newest first; without it the latest of every point. */
  readonly point?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface RecordsAsk extends PageAsk {
  readonly deviceId?: string | undefined;
  /** Any of these pseudonyms (one card gives one a site). */
  readonly cardRefs?: readonly string[] | undefined;
  /** Last four digits, of many cards: looks through what the other conditions leave. */
  readonly cardTail?: string | undefined;
  readonly kind?: RecordKind | undefined;
  /** Of any terminal. */
  readonly recordNo?: number | undefined;
  /** Of these devices alone, at these times. */
  readonly scope?: BusinessScope | undefined;
  /** Device time, `from` included, `to` excluded, epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface EventsAsk extends PageAsk {
  readonly deviceId?: string | undefined;
  readonly type?: EventType | undefined;
  readonly result?: PassResult | undefined;
  readonly method?: PassMethod | undefined;
  /** Business time, `from` included, `to` excluded, epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface GapsAsk extends PageAsk {
  readonly state?: GapDto['state'] | undefined;
  readonly deviceId?: string | undefined;
  readonly agentId?: string | undefined;
}

export interface DeadLettersAsk extends PageAsk {
  readonly state?: DeadLetterDto['state'] | undefined;
  readonly stream?: Stream | undefined;
}

export interface FlowAsk {
  readonly from: number;
  readonly to: number;
  readonly deviceId?: string | undefined;
}

/** A device between two times of its records, `from` included, `to` excluded. */
export interface DeviceSpan {
  readonly deviceId: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Whose records are counted: of all devices that stand in these places by their own word, without `except` and with `also`, which the register says stand
 * elsewhere and here; or of these devices at these times, which do not overlap.
 */
export type BusinessScope =
  | {
      readonly kind: 'within';
      readonly places: readonly string[];
      readonly except: readonly string[];
      readonly also: readonly string[];
    }
  | { readonly kind: 'spans'; readonly spans: readonly DeviceSpan[] };

/** `from` and `to` lie on borders of slots of `stepMs`. */
export interface BusinessAsk {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly scope: BusinessScope;
}

/** Sums of the records whose device time lies in the slot. */
export interface BusinessSlotSum {
  readonly at: number;
  readonly records: number;
  readonly amountFen: number;
  readonly offline: number;
  readonly failures: number;
  readonly late: number;
  readonly cards: number;
}

/** Slots that have records, oldest first, complete before `upto`: ask again from there. A piece stays short, so that others are answered in between. */
export interface BusinessPiece {
  readonly slots: readonly BusinessSlotSum[];
  readonly upto: number;
}

/** What is measured in `[from, to)` of device time; a business day where cards are measured by the day. */
export interface MeasuredAsk {
  readonly measure: Measure;
  readonly from: number;
  readonly to: number;
}

export interface MeasuredValue {
  readonly part: string;
  readonly value: number;
  readonly count: number;
}

/** How many alarms values above each of these would have made. */
export interface FiresAsk extends MeasuredAsk {
  readonly above: readonly { readonly part: string; readonly value: number }[];
}

/** The sealed fields of one record; opened by the reveal verb alone. */
export interface SealedRecord {
  readonly id: string;
  readonly siteId: string;
  readonly deviceId: string;
  readonly cardSealed: string | null;
  readonly rawSealed: string;
}

export interface OutboxRow {
  readonly position: number;
  readonly topic: string;
  readonly key: string;
  readonly at: number;
}

export interface OutboxSpan {
  /** Lowest position still kept; 0 when none was ever written. */
  readonly first: number;
  readonly last: number;
}

export interface StoreFigures {
  readonly schemaVersion: number;
  readonly sizeBytes: number;
  readonly sqlite: string;
  readonly devicesByState: Readonly<Record<string, number>>;
  readonly agentsByState: Readonly<Record<string, number>>;
  readonly openGaps: number;
  readonly openDeadLetters: number;
}

export interface ReadRole {
  overview(now: number): Promise<OverviewDto>;
  flow(ask: FlowAsk): Promise<Result<FlowPointDto[], ReadFailure>>;
  /** Points of these minutes, whole campus. */
  flowMinutes(minutes: readonly number[]): Promise<FlowPointDto[]>;
  agents(): Promise<AgentDto[]>;
  agent(agentId: string): Promise<AgentDto | null>;
  agentsById(agentIds: readonly string[]): Promise<AgentDto[]>;
  devices(ask: DevicesAsk): Promise<PageResult<DeviceDto>>;
  device(deviceId: string): Promise<DeviceDto | null>;
  devicesById(deviceIds: readonly string[]): Promise<DeviceDto[]>;
  readings(ask: ReadingsAsk): Promise<PageResult<ReadingDto>>;
  latestReadings(deviceIds: readonly string[]): Promise<ReadingDto[]>;
  records(ask: RecordsAsk): Promise<PageResult<RecordDto>>;
  events(ask: EventsAsk): Promise<PageResult<EventDto>>;
  passFlow(ask: FlowAsk): Promise<Result<PassPointDto[], ReadFailure>>;
  /** Points of these minutes, whole campus. */
  passMinutes(minutes: readonly number[]): Promise<PassPointDto[]>;
  business(ask: BusinessAsk): Promise<Result<BusinessPiece, ReadFailure>>;
  /** At most `readLimits.measuredValues` different ones, the lowest first. */
  measured(ask: MeasuredAsk): Promise<Result<MeasuredValue[], ReadFailure>>;
  measuredFires(ask: FiresAsk): Promise<Result<number[], ReadFailure>>;
  /** Newest first, at most `readLimits.commandRows`. */
  operations(deviceId: string): Promise<CommandDto[]>;
  sealedRecord(id: string): Promise<SealedRecord | null>;
  gaps(ask: GapsAsk): Promise<PageResult<GapDto>>;
  gap(id: string): Promise<GapDto | null>;
  gapsById(ids: readonly string[]): Promise<GapDto[]>;
  /** Open gaps, and when the last one was found or closed; null: there never was one. */
  unexplained(): Promise<{ readonly open: number; readonly lastAt: number | null }>;
  deadLetters(ask: DeadLettersAsk): Promise<PageResult<DeadLetterDto>>;
  outboxSpan(): Promise<OutboxSpan>;
  outboxAfter(position: number, limit: number): Promise<OutboxRow[]>;
  figures(): Promise<StoreFigures>;
}
