import type { DeviceState, StateCause } from '@cardwatch/contracts';

/** What is known of a device. `reported`: what its agent last said. */
export interface DeviceFacts {
  readonly maintenance: boolean;
  readonly agentOnline: boolean;
  readonly agentSince: number;
  readonly reported: { readonly state: DeviceState; readonly cause: StateCause | null; readonly since: number } | null;
}

export interface ShownState {
  readonly state: DeviceState;
  readonly cause: StateCause | null;
  /** When it began, if the facts tell; the moment of the change otherwise. */
  readonly since: number | null;
}

/** Maintenance overrides all; what is switched off stays so; a lost agent makes its devices unknown, not offline; else its word counts. */
export function shownState({ maintenance, agentOnline, agentSince, reported }: DeviceFacts): ShownState {
  if (maintenance) return { state: 'maintenance', cause: null, since: null };
  if (reported?.state === 'disabled') return { state: 'disabled', cause: null, since: reported.since };
  if (reported === null) return { state: 'unknown', cause: 'neverSeen', since: null };
  if (!agentOnline) return { state: 'unknown', cause: 'agentLost', since: agentSince };
  return reported;
}
