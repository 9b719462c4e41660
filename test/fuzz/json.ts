/** Changes of JSON by its structure: a sound document with one to three of its values, keys or types wrong. */
import { chance, intBetween, pick, type Random } from '@cardwatch/kernel';
import { mutate } from './mutate.ts';
import { bytesOf, textOf } from './target.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const texts = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'true',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '\0',
  '\u202e',
  '\ud800',
  '🙂',
  "' OR 1=1 --",
  '%00',
  '../../etc/passwd',
  '{{7*7}}',
  '\r\nSet-Cookie: a=b',
  'x'.repeat(300),
  '一'.repeat(100),
  '2026-02-30',
  '25:61',
  'NaN',
] as const;
const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e300,
  255,
  256,
  65_536,
  1_795_392_000_000,
] as const;
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', '0', 'length', 'type', 'v'] as const;

export const anyJson = (random: Random, depth = 0): Json => {
  switch (intBetween(random, 0, depth > 3 ? 4 : 6)) {
    case 0:
      return null;
    case 1:
      return chance(random, 0.5);
    case 2:
      return pick(random, numbers);
    case 3:
    case 4:
      return pick(random, texts);
    case 5:
      return Array.from({ length: intBetween(random, 0, 4) }, () => anyJson(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: intBetween(random, 0, 4) }, () => [pick(random, keys), anyJson(random, depth + 1)]),
      );
  }
};

type Place = { readonly holder: Json[] | { [key: string]: Json }; readonly key: string };

function placesOf(value: Json, into: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || into.length > 2_000) return into;
  for (const key of Object.keys(value)) {
    into.push({ holder: value, key });
    placesOf((value as { [key: string]: Json })[key] ?? null, into);
  }
  return into;
}

const put = ({ holder, key }: Place, value: Json): void =>
  void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });

function changeOnce(random: Random, root: Json): Json {
  const places = placesOf(root);
  if (places.length === 0) return anyJson(random);
  const place = pick(random, places);
  const { holder, key } = place;
  const value = (holder as { [key: string]: Json })[key] ?? null;
  switch (intBetween(random, 0, 8)) {
    case 0:
      put(place, anyJson(random));
      return root;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return root;
    case 2:
      put({ holder, key: Array.isArray(holder) ? String(holder.length) : pick(random, keys) }, value);
      return root;
    case 3:
      if (Array.isArray(value)) for (let n = intBetween(random, 1, 300); n > 0; n--) value.push(value[0] ?? anyJson(random));
      else put(place, [value]);
      return root;
    case 4:
      put(
        place,
        structuredClone(((other) => (other.holder as { [key: string]: Json })[other.key])(pick(random, places)) ?? null),
      );
      return root;
    case 5:
      put(place, nested(value, intBetween(random, 1, 40)));
      return root;
    default:
      put(place, likeIt(random, value));
      return root;
  }
}

const nested = (value: Json, depth: number): Json => (depth === 0 ? value : nested([value], depth - 1));

/** A value of the same type that is off by a little. */
function likeIt(random: Random, value: Json): Json {
  if (typeof value === 'number') return chance(random, 0.5) ? value + intBetween(random, -2, 2) : pick(random, numbers);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return anyJson(random);
  const at = intBetween(random, 0, value.length);
  if (chance(random, 0.3)) return pick(random, texts);
  if (chance(random, 0.3)) return value.slice(0, at) + value.slice(at + 1);
  return value.slice(0, at) + pick(random, texts) + value.slice(at + (chance(random, 0.5) ? 1 : 0));
}

/** The bytes of a pool's document with one to three changes; one in ten is changed as bytes. */
export function changeJson(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (chance(random, 0.1)) return mutate(random, pool).bytes;
  let value = parsed(pick(random, pool));
  if (value === undefined) return mutate(random, pool).bytes;
  for (let times = intBetween(random, 1, 3); times > 0; times--) value = changeOnce(random, value);
  return bytesOf(JSON.stringify(value));
}

export function parsed(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(textOf(bytes)) as Json;
  } catch {
    return undefined;
  }
}
