/** The profile of a Modbus device model: what stands in which registers. Written as `profile.yaml`, read at the start. */
import { z } from 'zod';
import { CommonProfile, PointMeaning, recordFields } from '../profile.ts';
import { ByteOrder, Encoding, bytesOf } from './decode.core.ts';

const address = z.int().min(0).max(0xffff);
const table = z.enum(['holding', 'input']);
const task = z.enum(['live', 'identity']);
const periodMs = z.int().min(100).max(86_400_000);

const value = {
  as: Encoding,
  order: ByteOrder.default('ABCD'),
  bytes: z.int().min(1).max(64).optional(),
  shift: z.int().min(0).max(15).optional(),
  width: z.int().min(1).max(16).optional(),
  absent: z.array(z.int().min(0).max(0xffffffff)).min(1).max(8).optional(),
};

/** Where a value stands and how it is coded. `address` is zero-based. */
export const ReadSpec = z
  .strictObject({ task: task.default('live'), table: table.default('holding'), address, ...value })
  .refine((spec) => (bytesOf(spec) ?? 0) >= 2 && (bytesOf(spec) ?? 0) % 2 === 0, {
    message: 'takes whole registers: give `bytes` for bcd, digits and ascii, an even number',
  })
  .refine((spec) => spec.address + (bytesOf(spec) ?? 2) / 2 <= 0x10000, { message: 'runs beyond register 65535' });
export type ReadSpec = z.infer<typeof ReadSpec>;

export const ModbusPoint = PointMeaning.extend({ read: ReadSpec });
export type ModbusPoint = z.infer<typeof ModbusPoint>;

/** Facts that are read like points. Those of the record store come with `store`. */
const Facts = z.strictObject({
  deviceClock: ReadSpec.optional(),
  firmware: ReadSpec.optional(),
  busErrors: ReadSpec.optional(),
  blacklistVersion: ReadSpec.optional(),
  parameterVersion: ReadSpec.optional(),
});
export type ModbusFacts = z.infer<typeof Facts>;
export type FactName = keyof ModbusFacts;

const RecordPart = z.strictObject({ field: z.enum(recordFields), at: z.int().min(0).max(249), ...value });
export type RecordPart = z.infer<typeof RecordPart>;

/** A ring of records with head and tail registers, all of them holding registers in one block of at most 125. */
export const RingStore = z
  .strictObject({
    kind: z.literal('ring'),
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
    /** The record at index i begins at `base + words * i`; record number s stands at index (s - 1) mod capacity. */
    base: address,
    words: z.int().min(4).max(125),
    /** CRC-16/MODBUS over the first `over` bytes, high byte first at `over`. */
    check: z.strictObject({ kind: z.literal('crc16Modbus'), over: z.int().min(1).max(248) }),
    /** Most records of one run: longer runs use the line better, shorter ones let other devices in sooner. */
    recordsPerRun: z.int().min(1).max(500).default(30),
    fields: z.array(RecordPart).min(1).max(recordFields.length),
  })
  .superRefine((store, context) => {
    const bytes = 2 * store.words;
    const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (store.check.over + 2 > bytes) say(['check', 'over'], `the checksum ends beyond the record of ${bytes} bytes`);
    store.fields.forEach((part, index) => {
      const length = bytesOf(part);
      if (length === undefined) say(['fields', index], 'give `bytes` for bcd, digits and ascii');
      else if (part.at + length > bytes) say(['fields', index], `ends beyond the record of ${bytes} bytes`);
    });
    if (new Set(store.fields.map((part) => part.field)).size < store.fields.length) say(['fields'], 'names a field twice');
    if (!store.fields.some((part) => part.field === 'recordNo')) say(['fields'], 'lacks recordNo');
  });
export type RingStore = z.infer<typeof RingStore>;

export const ModbusProfile = CommonProfile.extend({
  protocol: z.literal('modbus'),
  /** How reads are joined: a hole of at most `maxHole` registers is read along, a block holds at most `maxBlock`. */
  reads: z
    .strictObject({ maxHole: z.int().min(0).max(32).default(8), maxBlock: z.int().min(1).max(125).default(125) })
    .prefault({}),
  tasks: z.strictObject({
    live: z.strictObject({ periodMs }),
    identity: z.strictObject({ periodMs }).optional(),
    records: z.strictObject({ periodMs }).optional(),
  }),
  points: z.array(ModbusPoint).max(200),
  facts: Facts.prefault({}),
  store: RingStore.optional(),
}).superRefine((profile, context) => {
  const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) say(['points'], 'names a point twice');
  if ((profile.store === undefined) !== (profile.tasks.records === undefined)) say(['tasks', 'records'], 'goes with `store`');
  if ((profile.store === undefined) !== (profile.records === undefined)) say(['records'], 'goes with `store`');
  if (profile.store !== undefined && profile.store.words > profile.reads.maxBlock)
    say(['store', 'words'], 'a record does not fit into one read');
  const reads = [
    ...profile.points.map((point) => point.read),
    ...Object.values(profile.facts).filter((spec) => spec !== undefined),
  ];
  if (profile.tasks.identity === undefined && reads.some((spec) => spec.task === 'identity'))
    say(['tasks', 'identity'], 'is read for and has no period');
  if (reads.some((spec) => (bytesOf(spec) ?? 0) / 2 > profile.reads.maxBlock))
    say(['reads', 'maxBlock'], 'a value does not fit into one read');
});
export type ModbusProfile = z.infer<typeof ModbusProfile>;
