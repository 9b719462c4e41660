/** What crosses between the watch's thread and the main one. */
import type { ReplayDto, WouldTellDto } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import type { LogFields, LogLevel, Result } from '@cardwatch/kernel';
import type { WatchSettings } from '../channels/index.ts';
import type { ChannelMessage } from '../channels/channel.ts';
import type { AlarmPolicyView } from '../core/alarm/why.core.ts';
import type { Standings } from '../core/alarm/standing.core.ts';
import type { Act, ActDone, ActFailure, ReplayAsk } from '../core/watch/act.core.ts';
import type { IngestFigures } from './guard.ts';

/** Asked and answered. */
export interface WatchThreadApi {
  act(act: Act): Promise<Result<ActDone, ActFailure>>;
  wouldTell(alarmId: string): Promise<Result<readonly WouldTellDto[], ActFailure>>;
  policyView(alarmId: string): Promise<Result<AlarmPolicyView | null, ActFailure>>;
  replay(ask: ReplayAsk): Promise<Result<ReplayDto, ActFailure>>;
  standings(): Promise<Result<Standings, ActFailure>>;
  /** Ends turns and sending, closes files. */
  finish(): Promise<void>;
}

/** Told without an answer, on a port of its own. */
export type ToWatch = { readonly kind: 'wake' } | { readonly kind: 'ingest'; readonly figures: IngestFigures };
export type FromWatch =
  /** A look was kept. */
  | { readonly kind: 'looked'; readonly lagMs: number }
  | { readonly kind: 'alarms'; readonly alarms: readonly Alarm[] }
  | { readonly kind: 'message'; readonly message: ChannelMessage }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly event: string; readonly fields: LogFields };

export interface WatchFiles {
  /** Made by the ingest store. */
  readonly custody: string;
  /** Left out: evidence packs know nothing of what operators did. */
  readonly people?: string;
  /** `watch.db`; made when it is not there. */
  readonly watch: string;
  /** Folder of the secrets that the settings name. */
  readonly folder: string;
}

export interface WatchThreadData {
  readonly files: WatchFiles;
  readonly settings: WatchSettings;
}
