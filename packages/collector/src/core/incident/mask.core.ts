/** What leaves with an evidence pack: card and phone numbers by their last four digits, people by their first letter. Numbers of things keep theirs: ids, hashes, times. */
import type { Json } from './canonical.core.ts';

/** Eight digits and more that stand alone: a card, a phone, an identity card. */
const longNumber = /(?<![\w-])\d{4,15}(\d{3}[\dXx])(?![\w-])/g;

export const maskedText = (text: string): string => text.replaceAll(longNumber, '****$1');

export function maskedJson(value: Json): Json {
  if (typeof value === 'string') return maskedText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => maskedJson(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedJson(item)]));
}

/** Who is no person stands as it is. */
const noPerson = /^(-|cli|watch|agent|token:.*)$/;
export const maskedActor = (actor: string): string => (noPerson.test(actor) ? actor : `${Array.from(actor)[0] ?? ''}***`);

/** Words of people, in which anything may stand. */
const freeText: ReadonlySet<string> = new Set(['reason', 'note', 'displayName', 'title', 'recipient', 'owner', 'actor', 'to']);

/** The detail of a line of the trail without what people wrote. What is no object is left out. */
export function maskedDetail(detail: string): Json {
  const value = parsed(detail);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !freeText.has(key))
      .map(([key, item]) => [key, maskedJson(item)]),
  );
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
