import { DeviceKind, Numbering, ProfileName, RecordKind, RecordMode } from '@cardwatch/contracts';
import { z } from 'zod';

const name = z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/);

/** How a raw value becomes a reading: value = raw * scale + offset. */
export const PointMeaning = z.strictObject({
  name,
  label: z.strictObject({ zh: z.string(), en: z.string() }),
  unit: z.string().max(16).default(''),
  scale: z.number().default(1),
  offset: z.number().default(0),
  /** Sent when it moved by more than this, in scaled units. 0: every change. */
  deadBand: z.number().min(0).default(0),
  /** Outside of it the quality is `badRange`. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** Bit of an integer raw value: the reading is boolean. */
  bit: z.int().min(0).max(31).optional(),
  /** Raw integer to a word, e.g. 0: idle. */
  words: z.record(z.string(), z.string()).optional(),
});
export type PointMeaning = z.infer<typeof PointMeaning>;

/** The names a record layout may use. Amounts are integers that times `fenPerUnit` give fen. */
export const recordFields = [
  'recordNo',
  'kindMark',
  'amount',
  'surcharge',
  'balanceBefore',
  'balanceAfter',
  'cardNo',
  'cardCounter',
  'purseNo',
  'sessionRef',
  'quantity',
  'durationS',
  'observedText',
  'batchNo',
  'samNo',
  'samCounter',
  'terminalNo',
  'operatorNo',
  'merchantNo',
] as const;
export type RecordField = (typeof recordFields)[number];

/** What a decoded record means. */
export const RecordMeaning = z.strictObject({
  /** Mark (decimal or 0x hex as text) to kind. A mark that is not listed makes an undecoded record, never a guess. */
  kinds: z.record(z.string(), RecordKind),
  mode: RecordMode,
  fenPerUnit: z.int().min(1).default(1),
  quantity: z.strictObject({ unit: z.enum(['L', 'kWh']), scale: z.number().positive() }).optional(),
  /** Largest plausible amount; above it the record is kept and the balance check says `bad`. */
  amountFenMax: z.int().positive(),
  purseNo: z.int().min(0).max(255).optional(),
  /** `sparse`: the device counts more than its records (trace numbers), so a hole in the record numbers is no gap. */
  numbering: Numbering.optional(),
});
export type RecordMeaning = z.infer<typeof RecordMeaning>;

/** What every profile says, whatever its protocol. A protocol's own schema extends it. */
export const CommonProfile = z.strictObject({
  profile: ProfileName,
  version: z.int().min(1),
  protocol: z.string(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  kind: DeviceKind,
  source: z.string(),
  points: z.array(PointMeaning),
  records: RecordMeaning.optional(),
  /** Of the device's event numbers, where it has such; `dense` when left out. */
  events: z.strictObject({ numbering: Numbering.optional() }).optional(),
  health: z
    .strictObject({
      /** Failed polls in a row until the device is offline 离线. */
      offlineAfter: z.int().min(1).default(3),
      driftMsMax: z.int().min(0).default(60_000),
      /** Answers slower than this make it degraded. */
      slowMs: z.int().min(1).default(2_000),
      /** Store fill at which it is degraded, percent. */
      storePctMax: z.number().min(0).max(100).default(80),
      /** Showers: a hold without a release for so long is told as `unreleasedSession` 未回刷. Left out: never. */
      unreleasedAfterMs: z.int().min(60_000).optional(),
    })
    .prefault({}),
});
export type CommonProfile = z.infer<typeof CommonProfile>;
