import type { QueryOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

export type BusinessAsk = NonNullable<QueryOf<'businessMetrics'>>;
/** Whose alarms are shaded into a course of business. */
export type FaultAsk = Pick<NonNullable<QueryOf<'alarms'>>, 'campus' | 'area' | 'subject'> & {
  readonly from: number;
  readonly to: number;
};

const faultsMax = 100;
const merchantsMax = 500;

/** What the course of business asks for. */
export const flowQueries = ({ single }: Ask) => ({
  business: (ask: BusinessAsk) => single(['business', ask], 'businessMetrics', { query: ask }),
  flowPlaces: () => single(['flowPlaces'], 'places', {}),
  flowMerchants: () => single(['flowMerchants'], 'merchants', { query: { limit: merchantsMax } }),
  /** Found in the time, and not explained by another one. */
  flowFaults: (ask: FaultAsk) =>
    single(['flowFaults', ask], 'alarms', { query: { ...ask, suppressed: 'false', limit: faultsMax } }),
});
