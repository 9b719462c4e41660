/** Figures of the service contract as the API gives them, each with the code of its definition. */
import { z } from 'zod';
import { SlaClock } from '../watch/index.ts';
import { HolidayNoticeDto } from './metrics-dto.ts';

const at = z.int();
const ms = z.number().min(0);

/** `counted` and `against`: numbers of incidents, the latest 500 of each; `numerator` and `denominator` count all of them. */
export const FigureDto = z.strictObject({
  definition: z.string(),
  value: z.number().nullable(),
  unit: z.enum(['ratio', 'ms', 'count']),
  numerator: z.number(),
  denominator: z.number(),
  parameters: z.record(z.string(), z.number()),
  counted: z.array(z.string()).max(500),
  against: z.array(z.string()).max(500),
});
export type FigureDto = z.infer<typeof FigureDto>;

/** Of incidents opened in `[from, to)`, as they stand now. */
export const SlaDto = z.strictObject({
  from: at,
  to: at,
  incidents: z.int().min(0),
  onTime: z.array(z.strictObject({ clock: SlaClock, figure: FigureDto })),
  quality: z.array(FigureDto),
  /** Ids behind the numbers that the figures list, the latest 500. */
  refs: z.array(z.strictObject({ number: z.string(), incidentId: z.string() })).max(500),
  /** Years that a clock of these incidents ran into without announced holidays. */
  notices: z.array(HolidayNoticeDto),
});
export type SlaDto = z.infer<typeof SlaDto>;

/** `value`: 0 to 1; null: no time that counts. */
export const ShareDto = z.strictObject({ value: z.number().nullable(), upMs: ms, downMs: ms });

/** raw: maintenance is down. net: without maintenance and what lay upstream. contract: service hours less maintenance. Unheard time counts in none. */
export const AvailabilityDto = z.strictObject({
  from: at,
  to: at,
  /** All devices that were counted. */
  counted: z.int().min(0),
  /** Of an area: the mean of its devices, each by one head. */
  raw: z.number().nullable(),
  net: z.number().nullable(),
  contract: z.number().nullable(),
  /** The 500 that were worst by contract, those of which nothing is known last. */
  devices: z
    .array(
      z.strictObject({
        deviceId: z.string(),
        raw: ShareDto,
        net: ShareDto,
        contract: ShareDto,
        unknownMs: ms,
        failures: z.int().min(0),
        mtbfMs: ms.nullable(),
        mttrMs: ms.nullable(),
      }),
    )
    .max(500),
  /** Of a single device how its states followed one another, the latest 1,000; empty for an area. */
  states: z.array(z.strictObject({ from: at, to: at, state: z.string(), cause: z.string().nullable() })).max(1_000),
});
export type AvailabilityDto = z.infer<typeof AvailabilityDto>;
