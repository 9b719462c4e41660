import { createContext, type ReactNode, useContext } from 'react';
import type { Language } from '../format/time.ts';
import { type Say, sayIn } from './say.ts';

interface Spoken {
  readonly language: Language;
  readonly say: Say;
  readonly change: (language: Language) => void;
}

const Context = createContext<Spoken>({ language: 'zh', say: sayIn('zh'), change: () => {} });

export function WordsProvider({ value, children }: { readonly value: Spoken; readonly children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export const useWords = (): Say => useContext(Context).say;
export const useLanguage = (): Spoken => useContext(Context);
