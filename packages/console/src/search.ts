/** Search parameters of the address: every filter, sort and time range stands there, as plain text, and anything unknown is dropped. */
export type RawSearch = Readonly<Record<string, unknown>>;

export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (value !== undefined && value !== '') params.set(key, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The router lays what a screen took over what stood in the address: a value that is refused has to be taken out by name, or it stays. */
const none = <K extends string>(raw: RawSearch, key: K): { readonly [P in K]?: never } =>
  raw[key] === undefined ? {} : ({ [key]: undefined } as { [P in K]?: never });

/** `{ [key]: text }` when there is one of 1 to `maxChars` characters, else nothing. */
export function textIn<K extends string>(raw: RawSearch, key: K, maxChars = 64): { readonly [P in K]?: string } {
  const value = raw[key];
  const text = typeof value === 'string' ? value.slice(0, maxChars) : '';
  return text === '' ? none(raw, key) : ({ [key]: text } as { [P in K]: string });
}

/** As `textIn`, for one of a known set. */
export function choiceIn<K extends string, const T extends string>(
  raw: RawSearch,
  key: K,
  known: readonly T[],
): { readonly [P in K]?: T } {
  const found = known.find((value) => value === raw[key]);
  return found === undefined ? none(raw, key) : ({ [key]: found } as { [P in K]: T });
}

/** As `textIn`, for a whole number from 0 on: an epoch time, a count of minutes. */
export function numberIn<K extends string>(raw: RawSearch, key: K): { readonly [P in K]?: number } {
  const value = Number(raw[key] ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? ({ [key]: value } as { [P in K]: number }) : none(raw, key);
}

/** `old` with some keys set; a key given as undefined is taken out, so that the address stays short. */
export function withSearch<T extends object>(old: T, change: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const entries = Object.entries({ ...old, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}
