/** Whether an agent is there, from connections and messages alone. */
import { type EpochMs, type Step, unreachable } from '@cardwatch/kernel';

export interface PresenceState {
  readonly state: 'online' | 'offline';
  readonly since: EpochMs;
  readonly connected: boolean;
  readonly heardAt: EpochMs;
}

export type PresenceEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'heard' }
  /** The connection ended; with `takenOver` a second one of the same agent stands. */
  | { readonly type: 'disconnected'; readonly takenOver: boolean }
  | { readonly type: 'ticked'; readonly silentMs: number };

export type PresenceEffect = { readonly type: 'becameOnline' } | { readonly type: 'becameOffline' };

export const presenceAtStart = (online: boolean, since: EpochMs, now: EpochMs): PresenceState => ({
  state: online ? 'online' : 'offline',
  since,
  connected: false,
  heardAt: now,
});

/** Online by the first message, not by the connection: a peer that connects and says nothing is no agent. */
export const presenceStep: Step<PresenceState, PresenceEvent, PresenceEffect> = (state, event, now) => {
  switch (event.type) {
    case 'connected':
      return [{ ...state, connected: true, heardAt: now }, []];
    case 'heard':
      if (state.state === 'online') return [{ ...state, heardAt: now }, []];
      return [{ ...state, state: 'online', since: now, heardAt: now }, [{ type: 'becameOnline' }]];
    case 'disconnected':
      if (event.takenOver) return [state, []];
      return lose({ ...state, connected: false }, now);
    case 'ticked':
      return now - state.heardAt >= event.silentMs ? lose(state, now) : [state, []];
    default:
      return unreachable(event);
  }
};

function lose(state: PresenceState, now: EpochMs): readonly [PresenceState, readonly PresenceEffect[]] {
  if (state.state === 'offline') return [state, []];
  return [{ ...state, state: 'offline', since: now }, [{ type: 'becameOffline' }]];
}
