/** The profile of a terminal model that speaks ISO 8583. Written as `profile.yaml`, read at the start. */
import { z } from 'zod';
import { CommonProfile, RecordMeaning } from '../profile.ts';
import { businesses } from './business.core.ts';
import { type Coding, type Elements, baseCoding, baseElements } from './elements.core.ts';

const element = z.int().min(2).max(128);

const ElementRule = z.strictObject({
  as: z.enum(['n', 'z', 'ans', 'b']),
  length: z.int().min(1).max(999),
  prefix: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
  align: z.enum(['left', 'right']).default('right'),
});

/** What the driver itself reads and writes has the same form in every dialect. */
const settledElements = [4, 7, 11, 12, 13, 15, 32, 37, 39, 41, 42, 48, 60, 64, 70, 90, 128];

/** Digits inside an element of BCD digits or bytes: `at` and `digits` count hex digits of the value. */
const digitsAt = { at: z.int().min(0).max(998), digits: z.int().min(1).max(16) };

const purseFields = ['balanceBefore', 'balanceAfter', 'cardCounter', 'purseNo', 'operatorNo', 'samNo', 'samCounter'] as const;
const stateFacts = ['uncollected', 'freeRecords', 'blacklistVersion', 'parameterVersion'] as const;

export const Dialect = z.strictObject({
  /** Replaces or adds rules of the element table by number. */
  elements: z
    .record(z.string().regex(/^([2-9]|[1-9]\d|1[01]\d|12[0-8])$/), ElementRule)
    .refine((rules) => settledElements.every((number) => !Object.hasOwn(rules, String(number))), {
      message: `all but ${settledElements.join(', ')}: these are the same in every dialect`,
    })
    .default({}),
  oddPad: z.enum(['0', 'F']).default('0'),
  /** `de60`: 60.1 tells the kind and 60.2 the batch. `processingCode`: DE 3 tells the kind, `batchFrom` the batch. */
  markFrom: z.enum(['de60', 'processingCode']).default('de60'),
  /** Where the batch number stands: 60.2, or DE 13 (month and day) where the dialect has no batches. */
  batchFrom: z.enum(['de60', 'date']).default('de60'),
  mac: z
    .strictObject({
      algorithm: z.enum(['unionpayEcb', 'x919', 'none']).default('unionpayEcb'),
      /** A money message without MAC is refused like one with a wrong MAC. */
      required: z.boolean().default(true),
    })
    .prefault({}),
  /** DE 39 of the answer to a repeated advice, sale or reversal. Both mean acknowledged. */
  repeatAnswer: z.enum(['94', '00']).default('94'),
  /** What a terminal hears when the record could not be kept: nothing, or DE 39 = 96. Either way it keeps its record. */
  notTakenAnswer: z.enum(['none', '96']).default('none'),
  /**
   * A reversal whose original was not seen. `reversal`: terminals that hand in every record they wrote, so the original still comes.
   * `grey`: terminals that drop the original, so nothing moved.
   */
  loneReversal: z.enum(['reversal', 'grey']).default('reversal'),
  /** DE 32 of answers. */
  acquirer: z
    .string()
    .regex(/^\d{1,11}$/)
    .optional(),
  /** Replaces the mandatory elements of a request. */
  mandatory: z.partialRecord(z.enum(businesses), z.array(element).max(32)).default({}),
  /** Private data of a money message. */
  purse: z
    .strictObject({
      element,
      parts: z
        .array(z.strictObject({ field: z.enum(purseFields), ...digitsAt }))
        .min(1)
        .max(16),
    })
    .optional(),
  /** Private data of a state upload (0820, 60.3 = 362). */
  state: z
    .strictObject({
      element,
      parts: z
        .array(z.strictObject({ fact: z.enum(stateFacts), ...digitsAt }))
        .min(1)
        .max(16),
    })
    .optional(),
});
export type Dialect = z.infer<typeof Dialect>;

export const Iso8583Profile = CommonProfile.extend({
  protocol: z.literal('iso8583'),
  dialect: Dialect.prefault({}),
  records: RecordMeaning,
}).superRefine((profile, context) => {
  // Trace numbers are used by sign-ons, echoes and settlements as well: a hole among them is no lost record.
  if (profile.records.numbering !== 'sparse')
    context.addIssue({ code: 'custom', path: ['records', 'numbering'], message: 'is sparse for trace numbers' });
});
export type Iso8583Profile = z.infer<typeof Iso8583Profile>;

/** The element table of a dialect. */
export function codingOf(dialect: Pick<Dialect, 'elements' | 'oddPad'>): Coding {
  if (Object.keys(dialect.elements).length === 0 && dialect.oddPad === '0') return baseCoding;
  const own = Object.fromEntries(Object.entries(dialect.elements).map(([number, rule]) => [Number(number), rule]));
  const elements: Elements = { ...baseElements, ...own };
  return { elements, oddPad: dialect.oddPad === 'F' ? 15 : 0 };
}
