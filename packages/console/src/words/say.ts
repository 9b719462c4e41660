import type { Language } from '../format/time.ts';
import { en } from './en.ts';
import { type WordKey, type Words, zh } from './zh.ts';

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;
type Values<K extends WordKey> = { readonly [Name in Placeholder<(typeof zh)[K]>]: string | number };
type Rest<K extends WordKey> = [Placeholder<(typeof zh)[K]>] extends [never] ? [] : [values: Values<K>];

/** Looks a message up. What the Chinese text names in braces must be given; the compiler checks it. */
export type Say = <K extends WordKey>(key: K, ...rest: Rest<K>) => string;

export const dictionaries: Readonly<Record<Language, Words>> = { zh, en };
export const languages: readonly Language[] = ['zh', 'en'];

/** `{n}` is the value; `{n|device|devices}`, for English, is the first word when the value is 1 and the second otherwise. */
const placeholder = /\{([a-zA-Z]+)(?:\|([^|}]*)\|([^}]*))?\}/g;

export const sayIn =
  (language: Language): Say =>
  (key, ...rest) => {
    const text: string = dictionaries[language][key];
    const values: Readonly<Record<string, string | number>> = rest[0] ?? {};
    return text.replace(placeholder, (_, name: string, one?: string, many?: string) => {
      const value = String(values[name] ?? '');
      if (one === undefined) return value;
      return value === '1' ? one : (many ?? '');
    });
  };

/** A message whose key is made from outside data (a point's name, an error's cause): its text, or `otherwise` when nobody wrote one. */
export const sayOr = (language: Language, key: string, otherwise: string): string =>
  key in dictionaries[language] ? dictionaries[language][key as WordKey] : otherwise;
