import type { Language } from '../format/time.ts';
import { type WordKey, type Words, zh } from './zh.ts';

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;
type Values<K extends WordKey> = { readonly [Name in Placeholder<(typeof zh)[K]>]: string | number };
type Rest<K extends WordKey> = [Placeholder<(typeof zh)[K]>] extends [never] ? [] : [values: Values<K>];

/** Looks a message up. What the Chinese text names in braces must be given; the compiler checks it. */
export type Say = <K extends WordKey>(key: K, ...rest: Rest<K>) => string;

/** The source language is there; another one once it was learned: nobody loads a language that is not read. */
const spoken: { readonly zh: Words; en?: Words } = { zh };

/** Before anything is said in it. Fails when the page can no longer load its files. */
export async function learn(language: Language): Promise<void> {
  if (language === 'en') spoken.en ??= (await import('./en.ts')).en;
}

const wordsOf = (language: Language): Words => spoken[language] ?? zh;

export const languages: readonly Language[] = ['zh', 'en'];

/** `{n}` is the value; `{n|device|devices}`, for English, is the first word when the value is 1 and the second otherwise. */
const placeholder = /\{([a-zA-Z]+)(?:\|([^|}]*)\|([^}]*))?\}/g;

export const sayIn =
  (language: Language): Say =>
  (key, ...rest) => {
    const text: string = wordsOf(language)[key];
    const values: Readonly<Record<string, string | number>> = rest[0] ?? {};
    return text.replace(placeholder, (_, name: string, one?: string, many?: string) => {
      const value = String(values[name] ?? '');
      if (one === undefined) return value;
      return value === '1' ? one : (many ?? '');
    });
  };

/** A message whose key is made from outside data (a point's name, an error's cause): its text, or `otherwise` when nobody wrote one. */
export const sayOr = (language: Language, key: string, otherwise: string): string =>
  key in zh ? wordsOf(language)[key as WordKey] : otherwise;
