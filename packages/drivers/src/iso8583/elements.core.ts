/** How data elements are coded: protocols of UnionPay terminals in China, ISO 8583:1987 with packed BCD. One table; a dialect replaces rows of it. */

/** n: packed BCD digits. z: track nibbles, D is the separator. ans: characters. b: bytes, shown as hex. */
export type Alphabet = 'n' | 'z' | 'ans' | 'b';

export interface Element {
  readonly as: Alphabet;
  /** Digits for n and z, bytes for ans and b; the most when `prefix` is not 0. */
  readonly length: number;
  /** Bytes of the BCD length before the value: 0 fixed, 1 LLVAR, 2 LLLVAR. It counts digits for n and z, bytes for ans and b. */
  readonly prefix: 0 | 1 | 2;
  /** Where the digits of a fixed odd number stand: DE 22 left `0720`, DE 23 right `0001`. */
  readonly align: 'left' | 'right';
}

export type Elements = Readonly<Record<number, Element>>;

/** What a dialect says of the coding. `oddPad`: the nibble behind an odd number of digits. */
export interface Coding {
  readonly elements: Elements;
  readonly oddPad: 0 | 15;
}

const fixed = (as: Alphabet, length: number, align: Element['align'] = 'right'): Element => ({ as, length, prefix: 0, align });
const ll = (as: Alphabet, length: number): Element => ({ as, length, prefix: 1, align: 'left' });
const lll = (as: Alphabet, length: number): Element => ({ as, length, prefix: 2, align: 'left' });

/** DE 2..64 as terminals in China use them, DE 65..128 as in network messages. */
export const baseElements: Elements = {
  2: ll('n', 19),
  3: fixed('n', 6),
  4: fixed('n', 12),
  5: fixed('n', 12),
  6: fixed('n', 12),
  7: fixed('n', 10),
  11: fixed('n', 6),
  12: fixed('n', 6),
  13: fixed('n', 4),
  14: fixed('n', 4),
  15: fixed('n', 4),
  18: fixed('n', 4),
  19: fixed('n', 3),
  22: fixed('n', 3, 'left'),
  23: fixed('n', 3),
  25: fixed('n', 2),
  26: fixed('n', 2),
  28: fixed('ans', 9),
  32: ll('n', 11),
  33: ll('n', 11),
  35: ll('z', 37),
  36: lll('z', 104),
  37: fixed('ans', 12),
  38: fixed('ans', 6),
  39: fixed('ans', 2),
  41: fixed('ans', 8),
  42: fixed('ans', 15),
  43: fixed('ans', 40),
  44: ll('ans', 25),
  45: ll('ans', 76),
  48: lll('n', 322),
  49: fixed('ans', 3),
  52: fixed('b', 8),
  53: fixed('n', 16),
  54: lll('ans', 120),
  55: lll('b', 255),
  60: lll('n', 17),
  61: lll('n', 29),
  62: lll('b', 512),
  63: lll('ans', 163),
  64: fixed('b', 8),
  70: fixed('n', 3),
  90: fixed('n', 42),
  95: fixed('ans', 42),
  100: ll('n', 11),
  102: ll('ans', 28),
  103: ll('ans', 28),
  128: fixed('b', 8),
};

export const baseCoding: Coding = { elements: baseElements, oddPad: 0 };

/** Tracks, PIN block, chip data and the MAC: blanked before anything is kept, shown or hashed. DE 7 changes with each repetition. */
export const blankedElements: readonly number[] = [7, 35, 36, 45, 52, 55, 64, 128];

/** Of these a trace and a print show nothing. */
export const secretElements: readonly number[] = [35, 36, 45, 52];
