/** What a profile says of its commands: code, what goes with the request, what comes back. */
import { z } from 'zod';
import { recordFields } from '../profile.ts';
import { formSound } from './clock-form.core.ts';
import { byteCount, frameBytesMax, hexBytes, numberShape } from './frame-model.ts';
import { Encoding, Order, bytesOf } from './value.core.ts';

export const valueShape = {
  at: z.int().min(0).max(frameBytesMax),
  as: Encoding,
  order: Order.default('BE'),
  bytes: z.int().min(1).max(64).optional(),
  form: z.string().max(20).refine(formSound, 'yy or yyyy, MM, dd, HH, mm and ss once each, -- to pass a part over').optional(),
  shift: z.int().min(0).max(31).optional(),
  width: z.int().min(1).max(32).optional(),
  absent: z.array(z.int().min(0).max(0xffffffff)).min(1).max(8).optional(),
};

/** Where the driver has a number to give. */
export const argumentNames = ['index', 'recordNo', 'offset', 'count', 'lastRecordNo', 'firstRecordNo', 'nextIndex'] as const;
export type ArgumentName = (typeof argumentNames)[number];

const RequestPart = z.union([
  z.strictObject({ put: z.enum(argumentNames), ...numberShape }),
  z.strictObject({ fixed: hexBytes(1, 32) }),
]);
export type RequestPart = z.infer<typeof RequestPart>;

export const factNames = [
  'uncollected',
  'freeRecords',
  'capacity',
  'newestRecordNo',
  'oldestRecordNo',
  'firstUncollected',
  'nextFree',
  'bootCounter',
  'storeLife',
  'totalRecords',
  'totalFen',
  'uncollectedFen',
  'collectedRecords',
  'collectedFen',
  'overwrittenRecords',
  'blacklistVersion',
  'parameterVersion',
  'firmware',
  'serial',
  'model',
  'busErrors',
  'deviceClock',
  'sellingOffline',
] as const;
export type FactName = (typeof factNames)[number];

/** `echo`: the reply repeats what the request said; a reply that does not is the answer to another request. */
const ReplyValue = z
  .strictObject({
    fact: z.enum(factNames).optional(),
    point: z
      .string()
      .regex(/^[a-z][A-Za-z0-9]{0,47}$/)
      .optional(),
    echo: z.enum(argumentNames).optional(),
    ...valueShape,
  })
  .refine((value) => [value.fact, value.point, value.echo].filter((name) => name !== undefined).length === 1, {
    message: 'is one of fact, point or echo',
  })
  .refine((value) => bytesOf(value) !== undefined, { message: 'give `bytes`, or `form` for a clock' });
export type ReplyValue = z.infer<typeof ReplyValue>;

/** Records in a reply, from byte `at` of its body. `given`: their number stands at `countAt`; `byLength`: as many as fill the body. */
const ReplyRecords = z.discriminatedUnion('count', [
  z.strictObject({ at: valueShape.at, count: z.literal('one') }),
  z.strictObject({ at: valueShape.at, count: z.literal('byLength') }),
  z.strictObject({ at: valueShape.at, count: z.literal('given'), countAt: valueShape.at, ...numberShape }),
]);
export type ReplyRecords = z.infer<typeof ReplyRecords>;

export const CommandSpec = z.strictObject({
  code: z.int().min(0).max(0xffff),
  reply: z.int().min(0).max(0xffff),
  request: z.array(RequestPart).max(8).default([]),
  /** Exact length of the reply's body; left out: at least what `values` need. */
  bytes: z.int().min(0).max(frameBytesMax).optional(),
  values: z.array(ReplyValue).max(40).default([]),
  records: ReplyRecords.optional(),
});
export type CommandSpec = z.infer<typeof CommandSpec>;

export const argumentsOf = (command: CommandSpec): readonly ArgumentName[] =>
  command.request.flatMap((part) => ('put' in part ? [part.put] : []));

export const requestBytes = (command: CommandSpec): number =>
  command.request.reduce((sum, part) => sum + ('fixed' in part ? byteCount(part.fixed) : (bytesOf(part) ?? 0)), 0);

/** Least length of a reply's body that holds all its values. */
export const valueBytes = (command: CommandSpec): number =>
  Math.max(command.bytes ?? 0, command.records?.at ?? 0, ...command.values.map((value) => value.at + (bytesOf(value) ?? 0)));

export const RecordPart = z
  .strictObject({ field: z.enum(recordFields), ...valueShape })
  .refine((part) => bytesOf(part) !== undefined, { message: 'give `bytes`, or `form` for a clock' });
export type RecordPart = z.infer<typeof RecordPart>;
