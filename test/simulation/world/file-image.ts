/** One file twice: as the kernel shows it (cache) and as it would be after a power cut (durable), with the writes in between. */
import { intBetween, type SeededRandom } from '@cardwatch/kernel';

export const blockBytes = 512;

class Bytes {
  data = new Uint8Array(256);
  length = 0;

  write(bytes: Uint8Array, offset: number): void {
    this.#grow(offset + bytes.length);
    if (offset > this.length) this.data.fill(0, this.length, offset);
    this.data.set(bytes, offset);
    this.length = Math.max(this.length, offset + bytes.length);
  }

  resize(length: number): void {
    this.#grow(length);
    if (length > this.length) this.data.fill(0, this.length, length);
    this.length = length;
  }

  view(): Uint8Array {
    return this.data.subarray(0, this.length);
  }

  copy(): Bytes {
    const twin = new Bytes();
    twin.data = this.data.slice();
    twin.length = this.length;
    return twin;
  }

  #grow(length: number): void {
    if (length <= this.data.length) return;
    const data = new Uint8Array(Math.max(length, 4 * this.data.length));
    data.set(this.view());
    this.data = data;
  }
}

type Pending =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array; done: boolean }
  | { readonly kind: 'truncate'; readonly length: number; done: boolean };

export type PendingWrite = Pending;

export class FileImage {
  readonly cache: Bytes;
  #durable: Bytes;
  #pending: Pending[] = [];
  /** Writes that a failed sync marked clean although they never reached the medium. */
  #forgotten: Pending[] = [];

  constructor(content: Bytes = new Bytes()) {
    this.cache = content;
    this.#durable = content.copy();
  }

  write(bytes: Uint8Array, offset: number): Pending {
    this.cache.write(bytes, offset);
    return this.#queue({ kind: 'write', offset, bytes, done: false });
  }

  truncate(length: number): Pending {
    this.cache.resize(length);
    return this.#queue({ kind: 'truncate', length, done: false });
  }

  /** The writer died: what the kernel took it will write some day. */
  settle(): void {
    for (const op of this.#pending) op.done = true;
  }

  /** What a sync that begins now has to make durable: the writes that were answered before. */
  answered(): ReadonlySet<Pending> {
    const answered = new Set<Pending>();
    for (const op of this.#pending) if (op.done) answered.add(op);
    return answered;
  }

  /** Returns the lowest offset that became durable, for those who follow what is on the medium. */
  persist(covered: ReadonlySet<Pending>): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const op of this.#pending) {
      if (!covered.has(op)) continue;
      apply(this.#durable, op);
      if (this.#forgotten.length > 0) this.#forgotten = this.#forgotten.filter((old) => !overrides(op, old));
      if (op.kind === 'write') lowest = Math.min(lowest, op.offset);
    }
    this.#pending = this.#pending.filter((op) => !covered.has(op));
    return lowest;
  }

  /** A sync that failed: the kernel calls the pages clean, the medium never saw them. */
  forget(covered: ReadonlySet<Pending>): void {
    for (const op of this.#pending) if (covered.has(op)) this.#forgotten.push(op);
    this.#pending = this.#pending.filter((op) => !covered.has(op));
  }

  durable(): Uint8Array {
    return this.#durable.view();
  }

  /** Turns one bit over, in the cache and on the medium, somewhere or among its last bytes. False when the file is empty there. */
  flipBit(random: SeededRandom, lastBytes = Number.POSITIVE_INFINITY): boolean {
    if (this.#durable.length === 0) return false;
    const at = intBetween(random, Math.max(0, this.#durable.length - lastBytes), this.#durable.length - 1);
    const mask = 1 << intBetween(random, 0, 7);
    this.#durable.data[at] = (this.#durable.data[at] ?? 0) ^ mask;
    if (at < this.cache.length) this.cache.data[at] = this.#durable.data[at] ?? 0;
    return true;
  }

  /** Writes one block over another one of the same file, as a misdirected write does. False when there are no two blocks. */
  misdirect(random: SeededRandom): boolean {
    const blocks = Math.floor(this.#durable.length / blockBytes);
    if (blocks < 2) return false;
    const from = intBetween(random, 0, blocks - 1);
    const to = intBetween(random, 0, blocks - 1);
    const block = this.#durable.data.slice(from * blockBytes, (from + 1) * blockBytes);
    this.#durable.data.set(block, to * blockBytes);
    if (this.cache.length >= (to + 1) * blockBytes) this.cache.data.set(block, to * blockBytes);
    return from !== to;
  }

  /** What stands on the medium after a power cut: any prefix, torn anywhere, or any subset of blocks of what was not synced. */
  crashed(random: SeededRandom): FileImage {
    if (this.#pending.length + this.#forgotten.length === 0) return this;
    const image = this.#durable.copy();
    const lottery = random.next();
    if (lottery < 0.4) keepPrefix(image, this.#pending, random);
    else if (lottery < 0.7) keepBlocks(image, [...this.#forgotten, ...this.#pending], random);
    else if (lottery < 0.85) for (const op of this.#pending) apply(image, op);
    return new FileImage(image);
  }

  /** The medium as it stands now: what a card reader would copy. */
  copyDurable(): FileImage {
    return new FileImage(this.#durable.copy());
  }

  #queue<T extends Pending>(op: T): T {
    this.#pending.push(op);
    return op;
  }
}

function apply(image: Bytes, op: Pending): void {
  if (op.kind === 'write') image.write(op.bytes, op.offset);
  else image.resize(op.length);
}

/** What is on the medium for good does not give way to an older write that never got there. */
function overrides(op: Pending, old: Pending): boolean {
  if (op.kind === 'truncate' || old.kind === 'truncate') return true;
  return op.offset < old.offset + old.bytes.length && old.offset < op.offset + op.bytes.length;
}

function keepPrefix(image: Bytes, pending: readonly Pending[], random: SeededRandom): void {
  const whole = intBetween(random, 0, pending.length);
  for (const op of pending.slice(0, whole)) apply(image, op);
  const torn = pending[whole];
  if (torn?.kind !== 'write') return;
  image.write(torn.bytes.subarray(0, intBetween(random, 0, torn.bytes.length)), torn.offset);
  // The length may have been journaled by the file system before the data: the tail then reads as zeros.
  if (random.next() < 0.3) image.resize(Math.max(image.length, torn.offset + torn.bytes.length));
}

function keepBlocks(image: Bytes, pending: readonly Pending[], random: SeededRandom): void {
  for (const op of pending) {
    if (op.kind === 'truncate') {
      if (random.next() < 0.5) apply(image, op);
      continue;
    }
    let at = 0;
    while (at < op.bytes.length) {
      const end = Math.min(op.bytes.length, at + blockBytes - ((op.offset + at) % blockBytes));
      if (random.next() < 0.5) image.write(op.bytes.subarray(at, end), op.offset + at);
      at = end;
    }
  }
}
