/** Records and money on their way, and how the places stand that they are on their way from. */
import { z } from 'zod';
import { Exposure } from '../watch/index.ts';
import { BusinessBandDto } from './metrics-dto.ts';

const at = z.int();
const count = z.int().min(0);

/**
 * One or many places together. `exposure`: in terminals and agents, money estimated by what they take on average. `devices` are those in service, `open`
 * those of them whose place is in its opening hours, `openOnline` those of these that answer. `recent`: the last five whole minutes of device time;
 * `expected`: null where nothing was learned of one of the places.
 */
export const StandingDto = z.strictObject({
  exposure: Exposure,
  devices: count,
  open: count,
  openOnline: count,
  recent: z.strictObject({ records: count, amountFen: z.int(), expected: BusinessBandDto.nullable() }),
});
export type StandingDto = z.infer<typeof StandingDto>;

/**
 * Of the areas of who asks. `inAgents`: of `total`, what waits in agents; what an agent holds counts for the place and kind of place that all of its
 * devices have in common. `lastUnexplainedAt`: when the last gap was found or filled; null: there never was one.
 */
export const ExposureDto = z.strictObject({
  asOf: at,
  total: StandingDto,
  inAgents: Exposure,
  /** By what the places are: `canteen`, `dorm`… */
  clusters: z.array(StandingDto.extend({ areaType: z.string() })),
  campuses: z.array(StandingDto.extend({ campus: z.string() })),
  /** `area` is `campus/building/area`. */
  areas: z.array(StandingDto.extend({ campus: z.string(), area: z.string(), areaType: z.string() })),
  openGaps: count,
  lastUnexplainedAt: at.nullable(),
});
export type ExposureDto = z.infer<typeof ExposureDto>;
