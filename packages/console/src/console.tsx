import type { EpochMs } from '@cardwatch/kernel';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Client } from './api/client.ts';
import type { Queries } from './api/queries.ts';
import type { Connection } from './live/connection.step.ts';
import type { Presence } from './frame/presence.ts';
import type { Live } from './live/live.ts';
import type { Choices } from './shell/storage.ts';

/** What every screen may use; made once in `wiring.tsx`. */
export interface Console {
  readonly client: Client;
  readonly queries: Queries;
  readonly live: Live;
  readonly choices: Choices;
  readonly presence: Presence;
  /** The collector's time as far as this browser knows it. */
  readonly now: () => EpochMs;
  /** A random UUID. */
  readonly newId: () => string;
  readonly after: (delayMs: number, fire: () => void) => () => void;
}

const Context = createContext<Console | undefined>(undefined);

export const ConsoleProvider = ({ value, children }: { readonly value: Console; readonly children: ReactNode }) => (
  <Context value={value}>{children}</Context>
);

export function useConsole(): Console {
  const found = useContext(Context);
  if (found === undefined) throw new Error('a screen stands outside the console');
  return found;
}

export function useConnection(): Connection {
  const { live } = useConsole();
  return useSyncExternalStore(live.watch, live.state);
}

/** `everyMs` while somebody is there, else false: for `refetchInterval`. */
export function usePollMs(everyMs: number): number | false {
  const { presence } = useConsole();
  return useSyncExternalStore(presence.watch, presence.isThere) ? everyMs : false;
}

/** The collector's time, renewed every `everyMs`: for ages and durations on the screen. */
export function useNow(everyMs: number): EpochMs {
  const { now, after } = useConsole();
  const [at, setAt] = useState(now);
  useEffect(() => after(everyMs, () => setAt(now())), [at, everyMs, now, after]);
  return at;
}
