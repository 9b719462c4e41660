/**
 * Reads a transaction line straight from its bytes. It says yes only to a line that `JSON.parse` and the contract's schema would take with the same
 * values (a test holds the two together); of everything out of the ordinary - escapes, bytes beyond ASCII, spaces, doubled or unknown keys, exponents -
 * it says that it is not sure, and the caller asks JSON and zod. So it decides nothing by itself: it is the quick way to the same answer.
 */
import { ClockQuality, CollectMode, Quantity, RecordKind, RecordMode, type TransactionRecord } from '@cardwatch/contracts';
import { assert } from '@cardwatch/kernel';

type Field = { readonly name: keyof TransactionRecord; readonly required: boolean } & (
  | { readonly is: 'int'; readonly min: number; readonly max: number }
  | { readonly is: 'word'; readonly words: readonly string[] }
  | { readonly is: 'text'; readonly charClass: number; readonly min: number; readonly max: number }
  | { readonly is: 'slug' }
  | { readonly is: 'sealed' }
  | { readonly is: 'quantity' }
  | { readonly is: 'checks' }
);

const quote = 0x22;
const comma = 0x2c;
const open = 0x7b;
const close = 0x7d;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;

/** Printable ASCII that needs no escape; `[a-z0-9-]`; lower-case hex; base64url; digits; `[a-z0-9]`. */
const plain = 1;
const slug = 2;
const hex = 4;
const base64url = 8;
const digit = 16;
const lowerAlnum = 32;

const classes = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code++) {
  const char = String.fromCharCode(code);
  classes[code] =
    (char !== '"' && char !== '\\' ? plain : 0) |
    (/[a-z0-9-]/.test(char) ? slug : 0) |
    (/[0-9a-f]/.test(char) ? hex : 0) |
    (/[A-Za-z0-9_-]/.test(char) ? base64url : 0) |
    (/\d/.test(char) ? digit : 0) |
    (/[a-z0-9]/.test(char) ? lowerAlnum : 0);
}

const wireTimeMax = 32_503_680_000_000;
const u32 = 0xffff_ffff;
const fen = 1_000_000_000;
/** Fifteen digits are exact in a double. */
const exact = 999_999_999_999_999;

const int = (name: Field['name'], min: number, max: number, required = true): Field => ({ name, required, is: 'int', min, max });
const text = (name: Field['name'], max: number, required = true): Field => ({
  name,
  required,
  is: 'text',
  charClass: plain,
  min: 0,
  max,
});
const word = (name: Field['name'], words: readonly string[]): Field => ({ name, required: true, is: 'word', words });
const hash = (name: Field['name']): Field => ({ name, required: true, is: 'text', charClass: hex, min: 32, max: 32 });

/** The contract's TransactionRecord, field by field. A test fails when a field is missing here or read otherwise. */
const fields: readonly Field[] = [
  word('type', ['transaction']),
  { name: 'deviceId', required: true, is: 'slug' },
  int('generation', 1, u32),
  int('recordNo', 0, u32),
  hash('contentHash'),
  word('kind', RecordKind.options),
  int('amountFen', 0, fen),
  int('surchargeFen', 0, fen, false),
  int('balanceBeforeFen', -fen, fen, false),
  int('balanceAfterFen', -fen, fen, false),
  hash('cardRef'),
  { name: 'cardTail', required: true, is: 'text', charClass: digit, min: 1, max: 4 },
  int('purseNo', 0, 255),
  int('cardCounter', 0, u32, false),
  { name: 'cardSealed', required: false, is: 'sealed' },
  { name: 'rawSealed', required: true, is: 'sealed' },
  word('mode', RecordMode.options),
  { name: 'quantity', required: false, is: 'quantity' },
  int('durationS', 0, 1_000_000, false),
  text('sessionRef', 64, false),
  text('terminalNo', 32, false),
  text('samNo', 32, false),
  int('samCounter', 0, u32, false),
  int('batchNo', 0, u32, false),
  text('operatorNo', 32, false),
  text('merchantNo', 32, false),
  text('reversalOf', 64, false),
  int('observedAt', 0, wireTimeMax),
  text('observedText', 32),
  word('clockQuality', ClockQuality.options),
  int('driftMs', -exact, exact, false),
  int('recordedAt', 0, wireTimeMax),
  word('collectMode', CollectMode.options),
  text('profile', 128),
  { name: 'checks', required: true, is: 'checks' },
];

export const scannedFields: readonly string[] = fields.map(({ name }) => name);

const bytesOf = (ascii: string): Uint8Array => Uint8Array.from(ascii, (char) => char.charCodeAt(0));
const keyLiterals = fields.map(({ name }) => bytesOf(`"${name}":`));
const wordLiterals = fields.map((field) => (field.is === 'word' ? field.words.map((one) => bytesOf(`"${one}"`)) : []));
const requiredCount = fields.filter(({ required }) => required).length;

const fieldAt = (name: Field['name']): number => {
  const at = fields.findIndex((field) => field.name === name);
  assert(at >= 0, `the field ${name} is scanned`);
  return at;
};

const checkValues = [
  ['record', ['ok', 'bad']],
  ['tac', ['ok', 'bad', 'unverified']],
  ['balance', ['ok', 'bad', 'absent']],
] as const;
const checkLiterals = checkValues.map(([name, values]) => ({
  key: bytesOf(`"${name}":`),
  values: values.map((one) => bytesOf(`"${one}"`)),
}));
const quantityValue = bytesOf('{"value":');
const quantityUnit = bytesOf(',"unit":');
const quantityUnits = Quantity.shape.unit.options.map((unit) => bytesOf(`"${unit}"}`));

function startsWith(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

/** End of the characters of this class. */
function run(bytes: Uint8Array, from: number, charClass: number): number {
  let at = from;
  while (((classes[bytes[at] as number] as number) & charClass) !== 0) at++;
  return at;
}

/** What a scan found; valid after `scan` said yes, until the next one. Numbers are NaN when absent. */
export class MoneyScan {
  readonly numbers = new Float64Array(fields.length);
  /** Offset of each text's first character, and of the quote behind it. Words have their index in `numbers`. */
  readonly starts = new Uint32Array(fields.length);
  readonly ends = new Uint32Array(fields.length);
  /** Key that followed each key in the last line: the order of an agent's keys does not change. */
  readonly #next = new Uint8Array(fields.length + 1);
  readonly #lastWord = new Uint8Array(fields.length);
  readonly #seenIn = new Float64Array(fields.length);
  #line = 0;

  /** True: `bytes[from..to)` is a transaction that the contract takes. False: ask JSON. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    this.#line++;
    this.numbers.fill(Number.NaN);
    if (bytes[from] !== open) return false;
    let required = 0;
    let before = fields.length;
    for (let at = from; ; ) {
      const field = this.#key(bytes, at + 1, before);
      if (field < 0 || this.#seenIn[field] === this.#line) return false;
      this.#seenIn[field] = this.#line;
      if ((fields[field] as Field).required) required++;
      const literal = keyLiterals[field] as Uint8Array;
      at = this.#value(bytes, at + 1 + literal.length, field);
      if (at < 0) return false;
      before = field;
      if (bytes[at] === comma) continue;
      return bytes[at] === close && at === to - 1 && required === requiredCount;
    }
  }

  #key(bytes: Uint8Array, at: number, before: number): number {
    const guess = this.#next[before] as number;
    if (startsWith(bytes, at, keyLiterals[guess] as Uint8Array)) return guess;
    const found = keyLiterals.findIndex((literal) => startsWith(bytes, at, literal));
    if (found >= 0) this.#next[before] = found;
    return found;
  }

  /** Offset behind the value, -1 when not sure. */
  #value(bytes: Uint8Array, at: number, index: number): number {
    const field = fields[index] as Field;
    switch (field.is) {
      case 'int':
        return this.#int(bytes, at, index, field);
      case 'word':
        return this.#word(bytes, at, index);
      case 'text':
        return this.#text(bytes, at, index, field);
      case 'slug':
        return this.#slug(bytes, at, index);
      case 'sealed':
        return sealed(bytes, at);
      case 'quantity':
        return quantity(bytes, at);
      default:
        return checks(bytes, at);
    }
  }

  #int(bytes: Uint8Array, from: number, index: number, { min, max }: { readonly min: number; readonly max: number }): number {
    const negative = bytes[from] === minus;
    const start = negative ? from + 1 : from;
    let value = 0;
    let at = start;
    for (; ((classes[bytes[at] as number] as number) & digit) !== 0; at++) value = value * 10 + ((bytes[at] as number) - zero);
    const digits = at - start;
    if (digits === 0 || digits > 15 || (bytes[start] === zero && (digits > 1 || negative))) return -1;
    const signed = negative ? -value : value;
    if (signed < min || signed > max) return -1;
    this.numbers[index] = signed;
    return at;
  }

  #word(bytes: Uint8Array, at: number, index: number): number {
    const literals = wordLiterals[index] as readonly Uint8Array[];
    let found = this.#lastWord[index] as number;
    if (!startsWith(bytes, at, literals[found] as Uint8Array))
      found = literals.findIndex((literal) => startsWith(bytes, at, literal));
    if (found < 0) return -1;
    this.#lastWord[index] = found;
    this.numbers[index] = found;
    return at + (literals[found] as Uint8Array).length;
  }

  #text(bytes: Uint8Array, at: number, index: number, field: Extract<Field, { is: 'text' }>): number {
    if (bytes[at] !== quote) return -1;
    const end = run(bytes, at + 1, field.charClass);
    const length = end - at - 1;
    if (bytes[end] !== quote || length < field.min || length > field.max) return -1;
    this.starts[index] = at + 1;
    this.ends[index] = end;
    return end + 1;
  }

  /** DeviceId: 1 to 63 of `[a-z0-9-]`, no hyphen at either end. */
  #slug(bytes: Uint8Array, at: number, index: number): number {
    if (bytes[at] !== quote) return -1;
    const end = run(bytes, at + 1, slug);
    const length = end - at - 1;
    if (bytes[end] !== quote || length < 1 || length > 63 || bytes[at + 1] === minus || bytes[end - 1] === minus) return -1;
    this.starts[index] = at + 1;
    this.ends[index] = end;
    return end + 1;
  }
}

/** `<keyId>.<base64url>`, at most 4,096 characters, at least 38 behind the dot. */
function sealed(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return -1;
  const keyEnd = run(bytes, at + 1, lowerAlnum);
  const keyLength = keyEnd - at - 1;
  if (keyLength < 1 || keyLength > 16 || bytes[keyEnd] !== dot) return -1;
  const end = run(bytes, keyEnd + 1, base64url);
  if (bytes[end] !== quote || end - keyEnd - 1 < 38 || end - at - 1 > 4_096) return -1;
  return end + 1;
}

/** Up to nine digits before and fifteen behind the point: within the contract's bounds whatever they are. */
function quantity(bytes: Uint8Array, from: number): number {
  if (!startsWith(bytes, from, quantityValue)) return -1;
  const start = from + quantityValue.length;
  let at = run(bytes, start, digit);
  const whole = at - start;
  if (whole < 1 || whole > 9 || (whole > 1 && bytes[start] === zero)) return -1;
  if (bytes[at] === dot) {
    const end = run(bytes, at + 1, digit);
    if (end - at - 1 < 1 || end - at - 1 > 15) return -1;
    at = end;
  }
  if (!startsWith(bytes, at, quantityUnit)) return -1;
  at += quantityUnit.length;
  const unit = quantityUnits.find((literal) => startsWith(bytes, at, literal));
  return unit === undefined ? -1 : at + unit.length;
}

function checks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let i = 0; i < checkLiterals.length; i++) {
    const { key, values } = checkLiterals[i] as (typeof checkLiterals)[number];
    if (bytes[at] !== (i === 0 ? open : comma) || !startsWith(bytes, at + 1, key)) return -1;
    at += 1 + key.length;
    const value = values.find((literal) => startsWith(bytes, at, literal));
    if (value === undefined) return -1;
    at += value.length;
  }
  return bytes[at] === close ? at + 1 : -1;
}

export const scanned = {
  deviceId: fieldAt('deviceId'),
  generation: fieldAt('generation'),
  recordNo: fieldAt('recordNo'),
  contentHash: fieldAt('contentHash'),
  kind: fieldAt('kind'),
  amountFen: fieldAt('amountFen'),
  balanceBeforeFen: fieldAt('balanceBeforeFen'),
  balanceAfterFen: fieldAt('balanceAfterFen'),
  cardRef: fieldAt('cardRef'),
  cardTail: fieldAt('cardTail'),
  cardCounter: fieldAt('cardCounter'),
  observedAt: fieldAt('observedAt'),
  profile: fieldAt('profile'),
} as const;
