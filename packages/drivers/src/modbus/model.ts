/** The profile of a Modbus device model: what stands in which registers. Written as `profile.yaml`, read at the start. */
import { z } from 'zod';
import { CommonProfile, PointMeaning } from '../profile.ts';
import { bytesOf } from './decode.core.ts';
import { EventQueue, RecordStore, address, value } from './store-model.ts';

export type { EventQueue, RecordPart, RecordStore } from './store-model.ts';

const table = z.enum(['holding', 'input']);
const task = z.enum(['live', 'identity']);
const periodMs = z.int().min(100).max(86_400_000);

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
    events: z.strictObject({ periodMs }).optional(),
  }),
  points: z.array(ModbusPoint).max(200),
  facts: Facts.prefault({}),
  store: RecordStore.optional(),
  queue: EventQueue.optional(),
  /** The point by which the device is recognised after each opening, e.g. its board's serial number. Left out: it is not. */
  identify: z.string().optional(),
}).superRefine((profile, context) => {
  const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) say(['points'], 'names a point twice');
  if (profile.identify !== undefined && !names.includes(profile.identify)) say(['identify'], 'names no point');
  if ((profile.store === undefined) !== (profile.tasks.records === undefined)) say(['tasks', 'records'], 'goes with `store`');
  if ((profile.store === undefined) !== (profile.records === undefined)) say(['records'], 'goes with `store`');
  if ((profile.queue === undefined) !== (profile.tasks.events === undefined)) say(['tasks', 'events'], 'goes with `queue`');
  if (profile.store?.kind === 'ring' && profile.store.words > profile.reads.maxBlock)
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
