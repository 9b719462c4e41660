import { type EpochMs, epochMs, type Step, unreachable } from '@cardwatch/kernel';

/** The one live connection of a tab. `stopped`: nobody is signed in; `hidden`: given up while the tab is not looked at. */
export interface Connection {
  readonly phase: 'stopped' | 'connecting' | 'open' | 'waiting' | 'hidden';
  /** Failed attempts since the last stable connection. */
  readonly attempt: number;
  /** When a byte last came, heartbeat comments included. */
  readonly heardAt: EpochMs | undefined;
  readonly openedAt: EpochMs | undefined;
  /** When the page began to listen. */
  readonly startedAt: EpochMs | undefined;
}

export type ConnectionEvent =
  | { readonly type: 'started' }
  | { readonly type: 'opened' }
  | { readonly type: 'heard' }
  | { readonly type: 'closed' }
  | { readonly type: 'refused' }
  | { readonly type: 'ticked' }
  | { readonly type: 'waitOver' }
  | { readonly type: 'wentHidden' }
  | { readonly type: 'cameBack' }
  | { readonly type: 'stopped' };

export type ConnectionEffect =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'wait'; readonly attempt: number }
  | { readonly type: 'signedOut' };

export const connectionLimits = {
  /** Silence after which the page says that it is out of date. The server's heartbeat is 15 s. */
  staleMs: 30_000,
  /** Silence after which the connection is taken for dead and made anew. */
  deadMs: 45_000,
  /** A connection that lasted this long clears the count of failed attempts. */
  stableMs: 60_000,
  backoff: { baseMs: 1_000, capMs: 30_000 },
  tickMs: 1_000,
  /** A tab that nobody looks at gives its connection back after this long. */
  hiddenMs: 120_000,
} as const;

export const stopped: Connection = {
  phase: 'stopped',
  attempt: 0,
  heardAt: undefined,
  openedAt: undefined,
  startedAt: undefined,
};

type Made = readonly [Connection, readonly ConnectionEffect[]];

/** What the connection does on each event. */
export const connectionStep: Step<Connection, ConnectionEvent, ConnectionEffect> = (state, event, now): Made => {
  switch (event.type) {
    case 'started':
    case 'cameBack':
      return state.phase === 'stopped' || state.phase === 'hidden' ? connect({ ...state, startedAt: now }) : [state, []];
    case 'opened':
      return [{ ...state, phase: 'open', heardAt: now, openedAt: now }, []];
    case 'heard':
      return [{ ...state, heardAt: now }, []];
    case 'closed':
      return state.phase === 'connecting' || state.phase === 'open' ? wait(state, now, []) : [state, []];
    case 'refused':
      return [{ ...stopped, heardAt: state.heardAt }, [{ type: 'signedOut' }]];
    case 'ticked':
      return isDead(state, now) ? wait(state, now, [{ type: 'disconnect' }]) : [state, []];
    case 'waitOver':
      return state.phase === 'waiting' ? connect(state) : [state, []];
    case 'wentHidden':
      return state.phase === 'stopped' ? [state, []] : [{ ...state, phase: 'hidden', attempt: 0 }, [{ type: 'disconnect' }]];
    case 'stopped':
      return [stopped, [{ type: 'disconnect' }]];
    default:
      return unreachable(event);
  }
};

/** True when the page must say that what it shows may be old. */
export const isStale = (state: Connection, now: EpochMs): boolean =>
  state.phase !== 'stopped' && now - Math.max(state.heardAt ?? 0, state.startedAt ?? 0) > connectionLimits.staleMs;

const connect = (state: Connection): Made => [{ ...state, phase: 'connecting' }, [{ type: 'connect' }]];

function wait(state: Connection, now: EpochMs, before: readonly ConnectionEffect[]): Made {
  const wasStable = state.openedAt !== undefined && now - state.openedAt >= connectionLimits.stableMs;
  const attempt = wasStable ? 0 : state.attempt;
  return [{ ...state, phase: 'waiting', attempt: attempt + 1, openedAt: undefined }, [...before, { type: 'wait', attempt }]];
}

const isDead = (state: Connection, now: EpochMs): boolean =>
  state.phase === 'open' && now - Math.max(state.heardAt ?? 0, state.openedAt ?? epochMs(0)) > connectionLimits.deadMs;
