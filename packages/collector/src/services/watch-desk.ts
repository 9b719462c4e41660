/** The watch as the services see it: rows are read from its store, everything that changes something is an act that the watch does. */
import type { ReplayDto, WouldTellDto } from '@cardwatch/contracts/api';
import { err, type Result } from '@cardwatch/kernel';
import type { Standings } from '../core/alarm/standing.core.ts';
import type { Act, ActDone, ActFailure, ReplayAsk } from '../core/watch/act.core.ts';
import type { AlarmPolicyView } from '../core/alarm/why.core.ts';
import type { WatchStore } from '../store/watch/roles.ts';
import type { ServiceFailure } from './failure.ts';
import type { WatchPulse } from './health/watch-pulse.core.ts';
import type { Services } from './services.ts';

/** The questions of `WatchStore`; safe beside its writer. */
export type WatchReads = Pick<
  WatchStore,
  | 'alarms'
  | 'countAlarms'
  | 'alarmFacets'
  | 'toldOfAlarms'
  | 'alarm'
  | 'alarmsById'
  | 'history'
  | 'notices'
  | 'incidents'
  | 'incident'
  | 'states'
  | 'suggestions'
  | 'suggestion'
  | 'ruleVersions'
  | 'settings'
  | 'settingVersions'
  | 'settingValue'
  | 'machines'
  | 'registerImports'
  | 'registerImport'
  | 'actDone'
>;

export interface WatchDesk extends WatchReads {
  /** Answered when what it did is committed. Rejects never; a watch that is gone answers `down`. */
  act(act: Act): Promise<Result<ActDone, ActFailure>>;
  replay(ask: ReplayAsk): Promise<Result<ReplayDto, ActFailure>>;
  /** How the places stand, all of them. */
  standings(): Promise<Result<Standings, ActFailure>>;
  /** How its looks go; never waits for them. */
  pulse(): WatchPulse;
  /** Who would be told of this alarm now. */
  wouldTell(alarmId: string): Promise<Result<readonly WouldTellDto[], ActFailure>>;
  /** What the watch knows of the alarm's way to people; null: no such alarm burns. */
  policyView(alarmId: string): Promise<Result<AlarmPolicyView | null, ActFailure>>;
}

/** What verbs of the watch are given: all services, and a watch that is there. */
export interface Watched extends Services {
  readonly watch: WatchDesk;
}

/** Seconds after which a caller may ask a watch again that did not run. */
export const watchRetryS = 5;

/** A verb of the watch; without a watch in this process it answers `watchDown`. */
export async function watched<T>(
  services: Services,
  verb: (services: Watched) => Promise<Result<T, ServiceFailure>>,
): Promise<Result<T, ServiceFailure>> {
  const { watch } = services;
  return watch === null ? err({ kind: 'watchDown', retryAfterS: watchRetryS }) : verb({ ...services, watch });
}
