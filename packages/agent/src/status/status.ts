import type { DeviceState, LineHealth, StateCause, Stream } from '@cardwatch/contracts';
import type { SecondWatchState, Waiting, Why } from '../second-watch/second-watch.step.ts';
import type { TraceView } from '../trace/trace-book.ts';

export interface DeviceStatus {
  readonly deviceId: string;
  readonly name: string;
  readonly line: string;
  readonly place: string;
  readonly state: DeviceState;
  readonly cause: StateCause | undefined;
  readonly since: number;
  readonly rttMs: number | undefined;
  readonly generation: number | undefined;
  readonly lastRecordNo: number | undefined;
  readonly uncollected: number | undefined;
  readonly openGaps: number;
  /** Kind of its link. */
  readonly linkKind?: string;
  /** Absent while no session is open. */
  readonly way?: 'polled' | 'listening' | 'both';
  /** What it was recognised by. */
  readonly serial?: string;
}

export interface StreamStatus {
  readonly records: number;
  readonly bytes: number;
  readonly oldestUnackedAt: number | undefined;
  readonly inFlight: number;
  readonly credit: number;
}

export type UplinkPhase = 'waiting' | 'connecting' | 'greeting' | 'online' | 'stopped';

export interface UplinkStatus {
  readonly phase: UplinkPhase;
  readonly since: number;
  readonly attempts: number;
  readonly lastProblem: string | undefined;
  readonly lastHeardAt: number | undefined;
  readonly nextAttemptAt: number | undefined;
}

/** What became of the configuration when it was last read again. */
export interface ReloadStatus {
  readonly at: number;
  readonly outcome: 'taken' | 'refused';
  readonly detail: string;
}

/** The collector as this agent sees it, and who was told. */
export interface SecondWatchStatus {
  readonly collector: string;
  readonly condition: SecondWatchState['condition'];
  readonly since: number | null;
  readonly checkedAt: number | null;
  readonly why: Why | null;
  readonly channels: readonly {
    readonly name: string;
    readonly by: string;
    readonly toldAt: number | null;
    readonly waiting: Waiting['kind'] | null;
    readonly tries: number;
    readonly problem: string | null;
  }[];
}

/** What the status page shows. */
export interface AgentStatus {
  readonly site: string;
  readonly agent: string;
  readonly version: string;
  readonly startedAt: number;
  readonly at: number;
  readonly epoch: number | undefined;
  /** Why no money is taken over at present; undefined: it is. */
  readonly moneyBlocked: 'noEpoch' | 'storageFailed' | undefined;
  readonly storage: string;
  readonly streams: Readonly<Record<Stream, StreamStatus>>;
  readonly uplink: UplinkStatus;
  readonly devices: readonly DeviceStatus[];
  readonly lines: readonly LineHealth[];
  /** Lines of which no device at all is heard, and since when. */
  readonly silentLines: readonly { readonly line: string; readonly since: number; readonly devices: number }[];
  /** Absent: the configuration is the one of the start. */
  readonly reload?: ReloadStatus;
  /** Absent: this agent does not watch the collector. */
  readonly secondWatch?: SecondWatchStatus;
  /** Traces of devices that run or ran lately, without their frames. */
  readonly traces?: readonly Omit<TraceView, 'frames'>[];
}
