/** The global search: what was typed, and what of the campus fits it. */

/** One thing that can be found. `initials`, `pinyin`: of its name, once the library that knows them is loaded. */
export interface Findable {
  readonly kind: 'device' | 'place';
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly initials: string;
  readonly pinyin: string;
}

export const findLimits = { chars: 64, perKind: 6, devices: 5_000 } as const;

/** What else the text can be than a name. */
export interface Asked {
  readonly text: string;
  /** Four digits: the end of a card's number. Never more: a whole number does not stand in an address. */
  readonly tail: string | undefined;
  readonly recordNo: number | undefined;
  readonly alarmId: string | undefined;
}

const recordNoMax = 4_294_967_295;
/** Longer digits are a card's number. */
const recordNoChars = 10;

export function askedOf(typed: string): Asked {
  const text = typed.trim().slice(0, findLimits.chars);
  const digits = /^\d{1,10}$/.test(text) && text.length <= recordNoChars ? Number(text) : undefined;
  return {
    text,
    tail: /^\d{4}$/.test(text) ? text : undefined,
    recordNo: digits !== undefined && digits <= recordNoMax ? digits : undefined,
    alarmId: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined,
  };
}

/** A number that is too long for any but a card: it is not to be searched for, and not to be kept. */
export const isWholeCard = (text: string): boolean => /^[\d\s-]{11,}$/.test(text.trim());

/** Best first, at most `perKind` of each kind; places before devices. */
export function found(items: readonly Findable[], { text }: Asked): readonly Findable[] {
  const wanted = text.toLowerCase().replaceAll(/\s+/g, '');
  if (wanted === '') return [];
  const ranked = items
    .map((item) => ({ item, rank: rankOf(item, wanted) }))
    .filter(({ rank }) => rank < noMatch)
    .toSorted(
      (a, b) => a.rank - b.rank || a.item.name.length - b.item.name.length || a.item.name.localeCompare(b.item.name, 'zh'),
    );
  return (['place', 'device'] as const).flatMap((kind) =>
    ranked
      .filter(({ item }) => item.kind === kind)
      .slice(0, findLimits.perKind)
      .map(({ item }) => item),
  );
}

const noMatch = 9;

/** By the beginning of the name, within it, by the id, by initials, by whole syllables. */
function rankOf({ name, id, initials, pinyin }: Findable, wanted: string): number {
  const plain = name.toLowerCase().replaceAll(/\s+/g, '');
  if (plain.startsWith(wanted)) return 0;
  if (plain.includes(wanted)) return 1;
  if (id.toLowerCase().includes(wanted)) return 2;
  if (initials.startsWith(wanted)) return 3;
  if (initials.includes(wanted)) return 4;
  return wanted.length >= 3 && pinyin.includes(wanted) ? 5 : noMatch;
}
