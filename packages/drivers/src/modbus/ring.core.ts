/** The record ring of a device, as its data sheet draws it: pointers, places, records. Pure. */
import { ByteReader, type Result, assert, crc16Modbus, err, ok } from '@cardwatch/kernel';
import type { DeviceFacts, RawFields, RawRecord, RawValue } from '../contract.ts';
import { bytesOf, decodeValue } from './decode.core.ts';
import type { FileGroup } from './pdu.core.ts';
import { limits } from './pdu.core.ts';
import { type FileStore, type RecordStore, fileRegisters } from './store-model.ts';

export interface RingPointers {
  readonly capacity: number;
  readonly recordWords: number;
  readonly head: number;
  readonly tail: number;
  readonly newestRecordNo: number;
  readonly bootCounter: number | undefined;
  readonly storeLife: number | undefined;
  readonly totalRecords: number | undefined;
  readonly totalFen: number | undefined;
  readonly overwrittenRecords: number | undefined;
}

const single = ['capacity', 'recordWords', 'head', 'tail', 'bootCounter', 'storeLife', 'overwrittenRecords'] as const;
const double = ['newestRecordNo', 'totalRecords', 'totalFen'] as const;

/** The block that holds all pointers of a store. */
export function pointerRange(store: RecordStore): { readonly address: number; readonly quantity: number } {
  const spans = [...single.map((name) => [store[name], 1] as const), ...double.map((name) => [store[name], 2] as const)].flatMap(
    ([at, words]) => (at === undefined ? [] : [[at, at + words] as const]),
  );
  const address = Math.min(...spans.map(([start]) => start));
  return { address, quantity: Math.max(...spans.map(([, end]) => end)) - address };
}

/** Pointers out of their block; the error says in words why they cannot be those of this model. */
export function readPointers(store: RecordStore, block: Uint8Array): Result<RingPointers, string> {
  const start = pointerRange(store).address;
  const at = (register: number): ByteReader => new ByteReader(block.subarray(2 * (register - start)));
  const u16 = (register: number | undefined): number | undefined => (register === undefined ? undefined : at(register).u16());
  const u32 = (register: number | undefined): number | undefined => (register === undefined ? undefined : at(register).u32());
  const pointers: RingPointers = {
    capacity: at(store.capacity).u16(),
    recordWords: at(store.recordWords).u16(),
    head: at(store.head).u16(),
    tail: at(store.tail).u16(),
    newestRecordNo: at(store.newestRecordNo).u32(),
    bootCounter: u16(store.bootCounter),
    storeLife: u16(store.storeLife),
    totalRecords: u32(store.totalRecords),
    totalFen: u32(store.totalFen),
    overwrittenRecords: u16(store.overwrittenRecords),
  };
  const problem = pointerProblem(store, pointers);
  return problem === undefined ? ok(pointers) : err(problem);
}

function pointerProblem(store: RecordStore, { capacity, recordWords, head, tail }: RingPointers): string | undefined {
  if (recordWords !== store.words) return `records of ${recordWords} words, the profile says ${store.words}`;
  if (capacity < 2 || !fits(store, capacity)) return `capacity ${capacity}`;
  if (head >= capacity || tail >= capacity) return `head ${head} or tail ${tail} outside of capacity ${capacity}`;
  return undefined;
}

const fits = (store: RecordStore, capacity: number): boolean =>
  store.kind === 'ring'
    ? store.base + store.words * capacity <= 0x10000
    : store.file + Math.ceil(capacity / store.recordsPerFile) - 1 <= 0xffff &&
      store.words * store.recordsPerFile <= fileRegisters;

const ringDistance = (from: number, to: number, capacity: number): number => (to - from + capacity) % capacity;

export const uncollectedIn = ({ head, tail, capacity }: RingPointers): number => ringDistance(tail, head, capacity);

/** Number of the record that stands at an index, as head and newest number tell. Not positive: the place was never written. */
export const numberAt = ({ head, newestRecordNo, capacity }: RingPointers, index: number): number =>
  newestRecordNo - ringDistance(index, (head - 1 + capacity) % capacity, capacity);

export const indexOfNumber = (recordNo: number, capacity: number): number => (recordNo - 1) % capacity;

/** Whether the store that was read is still the one that it was, and nothing was overwritten or acknowledged meanwhile. */
export const sameStore = (before: RingPointers, after: RingPointers): boolean =>
  before.bootCounter === after.bootCounter &&
  before.storeLife === after.storeLife &&
  before.capacity === after.capacity &&
  before.tail === after.tail;

/** One read of consecutive records; never runs over the end of the ring. */
export interface Chunk {
  readonly index: number;
  readonly count: number;
}

/** Reads for `count` records from `index` on, each of at most `maxWords` registers. */
export function chunksFrom(
  start: number,
  count: number,
  ring: { readonly capacity: number; readonly words: number; readonly maxWords: number },
): Chunk[] {
  const perRead = Math.floor(ring.maxWords / ring.words);
  assert(perRead >= 1, 'a record fits into one read');
  const chunks: Chunk[] = [];
  let left = count;
  let index = start;
  while (left > 0) {
    const size = Math.min(perRead, left, ring.capacity - index);
    chunks.push({ index, count: size });
    left -= size;
    index = (index + size) % ring.capacity;
  }
  return chunks;
}

/** Registers that one read may bring, in whole records: a block of FC 03, or as many groups as fit into a reply of FC 20. */
export function wordsPerRead(store: RecordStore, maxBlock: number): number {
  if (store.kind === 'ring') return maxBlock;
  return store.words * Math.floor(limits.fileReplyBytesMax / (2 + 2 * store.words));
}

/** One group a record: a record never runs over the end of its file. */
export const fileGroups = (store: FileStore, { index, count }: Chunk): FileGroup[] =>
  Array.from({ length: count }, (_, offset) => ({
    file: store.file + Math.floor((index + offset) / store.recordsPerFile),
    record: store.words * ((index + offset) % store.recordsPerFile),
    registers: store.words,
  }));

/** The raw records of one read, each a copy. */
export function splitRecords(bytes: Uint8Array, words: number): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at + 2 * words <= bytes.length; at += 2 * words) records.push(bytes.slice(at, at + 2 * words));
  return records;
}

/** True when the checksum of the record holds. */
export function recordSound(store: RecordStore, raw: Uint8Array): boolean {
  const { over } = store.check;
  return new ByteReader(raw.subarray(over)).u16() === crc16Modbus(raw.subarray(0, over));
}

/** The number that the record carries; meaningful only when it is sound. */
export function numberIn(store: RecordStore, raw: Uint8Array): number | undefined {
  const part = store.fields.find(({ field }) => field === 'recordNo');
  if (part === undefined) return undefined;
  const decoded = decodeValue(part, raw.subarray(part.at, part.at + (bytesOf(part) ?? 0)));
  return decoded.ok && typeof decoded.value === 'number' ? decoded.value : undefined;
}

/** Decodes a record; one that fails its check keeps its bytes and the number of its place. */
export function decodeRecord(store: RecordStore, raw: Uint8Array, placeNo: number | undefined): RawRecord {
  if (!recordSound(store, raw))
    return {
      recordNo: placeNo !== undefined && placeNo > 0 ? placeNo : undefined,
      raw,
      fields: undefined,
      check: 'bad',
      problem: 'wrong checksum, number by its place',
    };
  const fields: Record<string, RawValue> = {};
  for (const part of store.fields) {
    const decoded = decodeValue(part, raw.subarray(part.at, part.at + (bytesOf(part) ?? 0)));
    if (!decoded.ok)
      return { recordNo: numberIn(store, raw), raw, fields: undefined, check: 'ok', problem: `${part.field}: ${decoded.error}` };
    fields[part.field] = decoded.value;
  }
  return { recordNo: numberIn(store, raw), raw, fields: fields as RawFields, check: 'ok' };
}

/** Sound records that do not carry the number of their place: a frame that answers another read, or a store in disorder. */
export const misplaced = (store: RecordStore, raws: readonly Uint8Array[], placeNo: (offset: number) => number): boolean =>
  raws.some((raw, offset) => recordSound(store, raw) && numberIn(store, raw) !== placeNo(offset));

const given = <K extends string>(name: K, value: number | undefined): { readonly [P in K]?: number } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: number });

/** `uncollected` counts what was not acknowledged when the pointers were read, records of the same run included. */
export function storeFacts(pointers: RingPointers): DeviceFacts {
  const uncollected = uncollectedIn(pointers);
  return {
    newestRecordNo: pointers.newestRecordNo,
    uncollected,
    freeRecords: pointers.capacity - 1 - uncollected,
    ...given('bootCounter', pointers.bootCounter),
    ...given('storeLife', pointers.storeLife),
    ...given('totalRecords', pointers.totalRecords),
    ...given('totalFen', pointers.totalFen),
    ...given('overwrittenRecords', pointers.overwrittenRecords),
  };
}

/**
 * What a confirmation of all records up to `lastNo` still has to do. Decided by record numbers: after a lap of overwriting, the index
 * of the old target lies between tail and head again, among records that nobody has read. `passed`: nothing is left to acknowledge.
 */
export function confirmStep(now: RingPointers, lastNo: number): 'write' | 'done' | 'passed' {
  const firstUncollected = now.newestRecordNo - uncollectedIn(now) + 1;
  if (firstUncollected === lastNo + 1) return 'done';
  return firstUncollected <= lastNo ? 'write' : 'passed';
}
