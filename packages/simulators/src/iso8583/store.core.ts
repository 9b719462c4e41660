/** What a POS holds in its flash: written before anything is sent, read again after a power cut. */
import { epochFromShanghai, type EpochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import { z } from 'zod';

export const storeLimits = { records: 2_000, items: 4_000 } as const;

const digits = (count: number): z.ZodString => z.string().regex(new RegExp(`^\\d{${count}}$`));

export const StoredRecord = z.strictObject({
  what: z.enum(['sale', 'advice', 'reversal']),
  trace: z.int().min(1).max(999_999),
  batch: z.int().min(0).max(999_999),
  /** hhmmss and MMDD of the sale. */
  time: digits(6),
  date: digits(4),
  card: z.string().regex(/^\d{1,19}$/),
  amountFen: z.int().min(0),
  balanceBeforeFen: z.int(),
  cardCounter: z.int(),
  /** How often it was sent. */
  sent: z.int().min(0),
  /** Of a reversal: MTI and time of its original. */
  original: z.strictObject({ mti: digits(4), time: digits(6), date: digits(4) }).optional(),
});
export type StoredRecord = Readonly<z.infer<typeof StoredRecord>>;

const BatchItem = z.strictObject({ trace: z.int(), card: z.string(), amountFen: z.int() });

export const PosStore = z.strictObject({
  trace: z.int().min(0).max(999_999),
  batch: z.int().min(0).max(999_999),
  clockOffsetMs: z.int(),
  /** Of the last sale, days since 2020. */
  day: z.int(),
  /** Not yet answered, oldest first. */
  waiting: z.array(StoredRecord).max(storeLimits.records),
  /** Sales of the batch that were not taken back. */
  items: z.array(BatchItem).max(storeLimits.items),
  blacklistVersion: z.int(),
  parameterVersion: z.int(),
});
export type PosStore = z.infer<typeof PosStore>;

export const newStore = (): PosStore => ({
  trace: 0,
  batch: 1,
  clockOffsetMs: 0,
  day: 0,
  waiting: [],
  items: [],
  blacklistVersion: 20_261_101,
  parameterVersion: 20_260_901,
});

const batchesPerLife = 2_147;

/** The number under which the agent must book a record, from the sheet: batch, trace, and the odd one for a reversal. */
export const numberOf = ({ batch, trace, what }: Pick<StoredRecord, 'batch' | 'trace' | 'what'>): number =>
  2 * (1_000_000 * (batch % batchesPerLife) + trace) + (what === 'reversal' ? 1 : 0);

export const lifeOf = (batch: number): number => Math.floor(batch / batchesPerLife) + 1;

const two = (value: number): string => String(value).padStart(2, '0');

export function clockDigits(at: EpochMs): { readonly time: string; readonly date: string } {
  const { month, day, hour, minute, second } = shanghaiFromEpoch(at);
  return { time: two(hour) + two(minute) + two(second), date: two(month) + two(day) };
}

const firstDay = epochFromShanghai({ year: 2020, month: 1, day: 1, hour: 0, minute: 0, second: 0 }) ?? 0;

/** Days since 2020 in Shanghai: takes the place of a batch in the network form. */
export const dayNumber = (at: EpochMs): number => Math.floor((at - firstDay) / 86_400_000);
