import { type Result, assert, err, ok } from '@cardwatch/kernel';
import type { DeviceFacts, DriverFailure, RawRecord, Recollection } from '../contract.ts';
import type { RecordStore } from './store-model.ts';
import { malformed } from './pdu.core.ts';
import type { Reader } from './reader.ts';
import * as ring from './ring.core.ts';

type Confirm = (signal: AbortSignal) => Promise<Result<void, DriverFailure>>;

export interface RingRead {
  readonly records: readonly RawRecord[];
  readonly facts: DeviceFacts;
  readonly more: boolean;
  readonly failure: DriverFailure | undefined;
  readonly confirm: Confirm | undefined;
}

/** Collects records from a ring of registers or file records: pointers, records from tail on, pointers again; acknowledges by writing tail. */
export class Ring {
  readonly #store: RecordStore;
  readonly #reader: Reader;
  readonly #maxWords: number;

  constructor(store: RecordStore, reader: Reader, maxWords: number) {
    this.#store = store;
    this.#reader = reader;
    this.#maxWords = ring.wordsPerRead(store, maxWords);
  }

  /** One run: at most `recordsPerRun` records and one confirmation for all of them. */
  async collect(signal: AbortSignal): Promise<Result<RingRead, DriverFailure>> {
    const first = await this.#pointers(signal);
    if (!first.ok) return first;
    const before = first.value;
    const wanted = Math.min(ring.uncollectedIn(before), this.#store.recordsPerRun);
    if (wanted === 0)
      return ok({ records: [], facts: ring.storeFacts(before), more: false, failure: undefined, confirm: undefined });
    const { raws, failure } = await this.#readFrom(before, wanted, signal);
    const second = await this.#pointers(signal);
    if (!second.ok) return second;
    const after = second.value;
    if (!ring.sameStore(before, after)) return ok(dropped(after));
    return ok({
      records: raws.map((raw, offset) => ring.decodeRecord(this.#store, raw, this.#placeNo(before, before.tail, offset))),
      facts: ring.storeFacts(after),
      more: failure === undefined && ring.uncollectedIn(after) > raws.length,
      failure,
      confirm: raws.length === 0 ? undefined : this.#confirmation(before, raws.length),
    });
  }

  /** Reads by number. What the ring no longer holds, or never held, comes back in `overwritten`. */
  async recollect(
    range: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<Result<Recollection, DriverFailure>> {
    const first = await this.#pointers(signal);
    if (!first.ok) return first;
    const { capacity, newestRecordNo } = first.value;
    const from = Math.max(range.from, 1, newestRecordNo - capacity + 1);
    const to = Math.min(range.to, newestRecordNo);
    const records: RawRecord[] = [];
    const gone: number[] = [];
    if (from <= to) {
      const start = ring.indexOfNumber(from, capacity);
      const { raws, failure } = await this.#readFrom(first.value, to - from + 1, signal, start);
      if (failure !== undefined) return err(failure);
      raws.forEach((raw, offset) => {
        const wanted = from + offset;
        const record = ring.decodeRecord(this.#store, raw, wanted);
        if (record.recordNo === wanted) records.push(record);
        else gone.push(wanted);
      });
    }
    return ok({ records, overwritten: overwrittenOf(range, { from, to }, gone) });
  }

  /** Whole chunks only; a failure ends the run and leaves what was read before it. */
  async #readFrom(
    pointers: ring.RingPointers,
    count: number,
    signal: AbortSignal,
    start = pointers.tail,
  ): Promise<{ readonly raws: readonly Uint8Array[]; readonly failure: DriverFailure | undefined }> {
    const shape = { capacity: pointers.capacity, words: this.#store.words, maxWords: this.#maxWords };
    const raws: Uint8Array[] = [];
    for (const chunk of ring.chunksFrom(start, count, shape)) {
      const read = await this.#chunk(pointers, chunk, signal);
      if (!read.ok) return { raws, failure: read.error };
      raws.push(...read.value);
    }
    return { raws, failure: undefined };
  }

  /** A sound record with another number than its place has is read once more: the frame may have been a stray one. */
  async #chunk(
    pointers: ring.RingPointers,
    chunk: ring.Chunk,
    signal: AbortSignal,
  ): Promise<Result<readonly Uint8Array[], DriverFailure>> {
    const once = await this.#rawChunk(chunk, signal);
    if (!once.ok || !ring.misplaced(this.#store, once.value, (offset) => this.#placeNo(pointers, chunk.index, offset)))
      return once;
    return this.#rawChunk(chunk, signal);
  }

  async #rawChunk(chunk: ring.Chunk, signal: AbortSignal): Promise<Result<readonly Uint8Array[], DriverFailure>> {
    if (this.#store.kind === 'file') return this.#reader.fileRecords(ring.fileGroups(this.#store, chunk), signal);
    const { base, words } = this.#store;
    const address = base + words * chunk.index;
    const bytes = await this.#reader.registers({ table: 'holding', address, quantity: words * chunk.count }, signal);
    return bytes.ok ? ok(ring.splitRecords(bytes.value, words)) : bytes;
  }

  #placeNo(pointers: ring.RingPointers, start: number, offset: number): number {
    return ring.numberAt(pointers, (start + offset) % pointers.capacity);
  }

  async #pointers(signal: AbortSignal): Promise<Result<ring.RingPointers, DriverFailure>> {
    const block = await this.#reader.registers({ table: 'holding', ...ring.pointerRange(this.#store) }, signal);
    if (!block.ok) return block;
    const read = ring.readPointers(this.#store, block.value);
    return read.ok ? read : err(malformed(read.error, block.value));
  }

  /** Safe to call again: looks first where tail stands and in which life of the store. */
  #confirmation(seen: ring.RingPointers, count: number): Confirm {
    const target = (seen.tail + count) % seen.capacity;
    const lastNo = this.#placeNo(seen, seen.tail, count - 1);
    return async (signal) => {
      const now = await this.#pointers(signal);
      if (!now.ok) return now;
      if (
        now.value.bootCounter !== seen.bootCounter ||
        now.value.storeLife !== seen.storeLife ||
        now.value.capacity !== seen.capacity
      )
        return err(malformed('the device restarted before the records were confirmed', new Uint8Array()));
      const step = ring.confirmStep(now.value, lastNo);
      return step === 'write' ? this.#writeTail(target, signal) : ok(undefined);
    };
  }

  async #writeTail(target: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const written = await this.#reader.writeRegister(this.#store.tail, target, signal);
    if (!written.ok && written.error.kind !== 'timeout' && written.error.kind !== 'malformed') return written;
    const back = await this.#reader.registers({ table: 'holding', address: this.#store.tail, quantity: 1 }, signal);
    if (!back.ok) return back;
    assert(back.value.length === 2, 'one register is two bytes');
    const tail = ((back.value[0] ?? 0) << 8) | (back.value[1] ?? 0);
    return tail === target ? ok(undefined) : err(malformed(`tail reads back ${tail}, not ${target}`, back.value));
  }
}

const dropped = (after: ring.RingPointers): RingRead => ({
  records: [],
  facts: ring.storeFacts(after),
  more: ring.uncollectedIn(after) > 0,
  failure: malformed('the store moved while it was read', new Uint8Array()),
  confirm: undefined,
});

type Span = readonly [from: number, to: number];

function overwrittenOf(
  asked: { readonly from: number; readonly to: number },
  held: { readonly from: number; readonly to: number },
  gone: readonly number[],
): Span[] {
  if (held.from > held.to) return asked.from <= asked.to ? [[asked.from, asked.to]] : [];
  const spans: Span[] = [];
  const add = (from: number, to: number): void => {
    const last = spans.at(-1);
    if (to < from) return;
    if (last !== undefined && last[1] + 1 === from) spans[spans.length - 1] = [last[0], to];
    else spans.push([from, to]);
  };
  add(asked.from, held.from - 1);
  for (const number of gone) add(number, number);
  add(held.to + 1, asked.to);
  return spans;
}
