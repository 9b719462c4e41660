import { useEffect, useMemo, useRef, useState } from 'react';
import { steady } from './steady.core.ts';

export interface Steady<T> {
  readonly rows: readonly T[];
  readonly waiting: number;
  /** Lets the waiting rows in although the pointer is over the list. */
  readonly release: () => void;
  readonly hold: (isHeld: boolean) => void;
}

/** `list` names the list (its filter): another list starts anew. `fits` and `keyOf` must be stable. */
export function useSteady<T>(list: string, rows: readonly T[], keyOf: (row: T) => string, fits: (row: T) => boolean): Steady<T> {
  const [frozen, setFrozen] = useState(false);
  const [released, setReleased] = useState(0);
  const shown = useRef<{ readonly list: string; readonly keys: readonly string[] }>({ list, keys: [] });
  const made = useMemo(() => {
    const before = shown.current.list === list ? shown.current.keys : [];
    return steady({ shown: before, rows, keyOf, fits, frozen: frozen && released >= 0 });
  }, [list, rows, keyOf, fits, frozen, released]);
  useEffect(() => {
    shown.current = { list, keys: made.rows.map(keyOf) };
  }, [list, made, keyOf]);
  const release = (): void => {
    shown.current = { list, keys: [] };
    setReleased((n) => n + 1);
  };
  return { ...made, release, hold: setFrozen };
}
