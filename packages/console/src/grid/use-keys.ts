import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { WordKey } from '../words/zh.ts';
import { isTyping } from './typing.ts';

/** What single keys do on this screen, with the word that the help (`?`) tells of each. */
export type KeyActs = Readonly<Record<string, { readonly word: KeyWord; readonly act: () => void }>>;

type KeyWord = Extract<WordKey, `keys.${string}`>;

interface KeyHelp {
  readonly key: string;
  readonly word: KeyWord;
}

/** The keys of all that is on the screen now. */
let helps: readonly KeyHelp[] = [];
const watchers = new Set<() => void>();
const setHelps = (made: readonly KeyHelp[]): void => {
  helps = made;
  for (const watcher of watchers) watcher();
};
const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

export const useKeyHelp = (): readonly KeyHelp[] => useSyncExternalStore(watch, () => helps);

/** Single keys, off while somebody writes or an input method composes. The set of keys must not change while the screen stands. */
export function useKeys(acts: KeyActs): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    const mine = Object.entries(latest.current).map(([key, { word }]) => ({ key, word }));
    setHelps([...helps, ...mine]);
    const listen = (event: globalThis.KeyboardEvent): void => {
      const found = latest.current[event.key];
      if (found === undefined || isTyping(event)) return;
      event.preventDefault();
      found.act();
    };
    document.addEventListener('keydown', listen);
    return () => {
      document.removeEventListener('keydown', listen);
      setHelps(helps.filter((help) => !mine.includes(help)));
    };
  }, []);
}
