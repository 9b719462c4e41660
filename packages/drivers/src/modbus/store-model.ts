/** Where a Modbus device keeps its records and events, as its profile says: a ring of registers, a ring of file records (FC 20), a FIFO of events (FC 24). */
import { z } from 'zod';
import { recordFields } from '../profile.ts';
import { ByteOrder, Encoding, bytesOf } from './decode.core.ts';
import { limits } from './pdu.core.ts';

export const address = z.int().min(0).max(0xffff);

export const value = {
  as: Encoding,
  order: ByteOrder.default('ABCD'),
  bytes: z.int().min(1).max(64).optional(),
  shift: z.int().min(0).max(15).optional(),
  width: z.int().min(1).max(16).optional(),
  absent: z.array(z.int().min(0).max(0xffffffff)).min(1).max(8).optional(),
};

const RecordPart = z.strictObject({ field: z.enum(recordFields), at: z.int().min(0).max(249), ...value });
export type RecordPart = z.infer<typeof RecordPart>;

/** A ring with head and tail registers, all of them holding registers in one block of at most 125. */
const ring = {
  capacity: address,
  recordWords: address,
  /** Index that the next record is written to. */
  head: address,
  /** Index of the oldest record not yet acknowledged; FC 06 with the new absolute value acknowledges. */
  tail: address,
  /** u32. */
  newestRecordNo: address,
  bootCounter: address.optional(),
  storeLife: address.optional(),
  /** u32. */
  totalRecords: address.optional(),
  /** u32. */
  totalFen: address.optional(),
  overwrittenRecords: address.optional(),
  /** CRC-16/MODBUS over the first `over` bytes, high byte first at `over`. */
  check: z.strictObject({ kind: z.literal('crc16Modbus'), over: z.int().min(1).max(248) }),
  /** Most records of one run: longer runs use the line better, shorter ones let other devices in sooner. */
  recordsPerRun: z.int().min(1).max(500).default(30),
  fields: z.array(RecordPart).min(1).max(recordFields.length),
};

const RingStore = z.strictObject({
  kind: z.literal('ring'),
  ...ring,
  /** The record at index i begins at `base + words * i`; record number s stands at index (s - 1) mod capacity. */
  base: address,
  words: z.int().min(4).max(125),
});

/** Registers of one record that fit into a reply of FC 20, with its length and reference type (6.14). */
const fileWordsMax = Math.floor((limits.fileReplyBytesMax - 2) / 2);

/** Record registers of one file are numbered 0 to 9999 (6.14). */
export const fileRegisters = 10_000;

const FileStore = z.strictObject({
  kind: z.literal('file'),
  ...ring,
  /** The record at index i stands in file `file + floor(i / recordsPerFile)`, from register `words * (i mod recordsPerFile)` on. */
  file: z.int().min(1).max(0xffff),
  recordsPerFile: z.int().min(1).max(fileRegisters),
  words: z.int().min(4).max(fileWordsMax),
});
export type FileStore = z.infer<typeof FileStore>;

export const RecordStore = z.discriminatedUnion('kind', [RingStore, FileStore]).superRefine((store, context) => {
  const bytes = 2 * store.words;
  const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  if (store.kind === 'file' && store.recordsPerFile * store.words > fileRegisters)
    say(['recordsPerFile'], `needs ${store.recordsPerFile * store.words} registers of a file, it has ${fileRegisters}`);
  if (store.check.over + 2 > bytes) say(['check', 'over'], `the checksum ends beyond the record of ${bytes} bytes`);
  store.fields.forEach((part, index) => {
    const length = bytesOf(part);
    if (length === undefined) say(['fields', index], 'give `bytes` for bcd, digits and ascii');
    else if (part.at + length > bytes) say(['fields', index], `ends beyond the record of ${bytes} bytes`);
  });
  if (new Set(store.fields.map((part) => part.field)).size < store.fields.length) say(['fields'], 'names a field twice');
  if (!store.fields.some((part) => part.field === 'recordNo')) say(['fields'], 'lacks recordNo');
});
export type RecordStore = z.infer<typeof RecordStore>;

const part = z.strictObject({ at: z.int().min(0).max(60), ...value });

/**
 * A FIFO of events (FC 24, 6.18): reading does not clear it. What was taken over is removed by writing the number of the newest one (FC 06, or FC 16 where
 * the number has two registers) to `acknowledge`: an absolute value, so that writing it twice does no harm.
 */
export const EventQueue = z
  .strictObject({
    kind: z.literal('fifo'),
    /** FIFO pointer address. */
    address,
    acknowledge: address,
    /** Registers of one event. */
    words: z.int().min(2).max(limits.fifoRegistersMax),
    eventNo: part,
    code: part,
    clock: part,
    /** Code (decimal or 0x hex as text) to what happened. A code that is not listed is handed over as `unknown`, never guessed. */
    codes: z.record(z.string(), z.strictObject({ alarm: z.string().max(48), active: z.boolean().default(true) })),
  })
  .superRefine((queue, context) => {
    for (const name of ['eventNo', 'code', 'clock'] as const) {
      const length = bytesOf(queue[name]);
      if (length === undefined || queue[name].at + length > 2 * queue.words)
        context.addIssue({ code: 'custom', path: [name], message: `ends beyond the event of ${2 * queue.words} bytes` });
    }
    if (!['u16', 'u32'].includes(queue.eventNo.as))
      context.addIssue({ code: 'custom', path: ['eventNo', 'as'], message: 'is u16 or u32' });
  });
export type EventQueue = z.infer<typeof EventQueue>;
