/** What is told to the agent, put together. */
import { type EpochMs, durationMs } from '@cardwatch/kernel';
import type { DeviceFacts, Observation, RawDeviceAlarm, RawReading } from '../observation.ts';
import type { Sums } from './batch-book.ts';
import { type Business, isRepeat } from './business.core.ts';
import type { Message } from './message.core.ts';
import type { Dialect } from './model.ts';
import { terminalTime } from './moment.core.ts';
import type { Settlement } from './parts.core.ts';
import type { MoneyRecord } from './record.core.ts';

export interface Told {
  readonly money?: readonly MoneyRecord[];
  readonly events?: readonly RawDeviceAlarm[];
  readonly facts?: DeviceFacts;
  readonly readings?: readonly RawReading[];
  readonly relayed?: boolean;
}

/** `storeLife` goes with every record: by it the agent knows to which life of the numbers it belongs. */
export function observationOf({ money = [], events = [], facts = {}, readings = [], relayed }: Told): Observation {
  const life = money.find(({ record }) => record.recordNo !== undefined)?.storeLife;
  return {
    readings,
    records: money.map(({ record }) => record),
    events,
    ...(relayed === true ? { collectMode: 'relay' } : {}),
    failures: [],
    facts: { ...facts, ...(life === undefined ? {} : { storeLife: life }) },
    rttMs: durationMs(0),
    more: false,
  };
}

/** The terminal's clock, where a message tells the moment it was sent: stored advices and reversals tell that of the sale. */
export function clockFacts(message: Message, business: Business | undefined, receivedAt: EpochMs): DeviceFacts {
  if (isRepeat(message.mti)) return {};
  const { fields } = message;
  const sent = fields.get(7);
  const told =
    sent === undefined
      ? business === 'advice' || business === 'reversal'
        ? undefined
        : terminalTime(fields.get(12), fields.get(13), receivedAt)
      : terminalTime(sent.slice(4), sent.slice(0, 4), receivedAt);
  return told === undefined ? {} : { deviceClock: { text: told.text, at: told.at, readAt: receivedAt } };
}

/** What a state upload tells, by the profile's layout. */
export function stateFacts({ fields }: Message, { state }: Pick<Dialect, 'state'>): DeviceFacts {
  const value = state === undefined ? undefined : fields.get(state.element);
  if (state === undefined || value === undefined) return {};
  const found: Record<string, number> = {};
  for (const { fact, at, digits } of state.parts) {
    const text = value.slice(at, at + digits);
    if (text.length === digits && /^\d+$/.test(text)) found[fact] = Number(text);
  }
  return found;
}

/** Both blocks of a settlement as one. */
export function sumsOf({ domestic, foreign }: Settlement): Sums {
  const sum = (name: 'debitFen' | 'debitCount' | 'creditFen' | 'creditCount'): number =>
    Number(domestic[name]) + Number(foreign[name]);
  return {
    debitFen: sum('debitFen'),
    debitCount: sum('debitCount'),
    creditFen: sum('creditFen'),
    creditCount: sum('creditCount'),
  };
}

const inWords = ({ debitFen, debitCount, creditFen, creditCount }: Sums): string =>
  `${debitFen} fen in ${debitCount}, back ${creditFen} fen in ${creditCount}`;

export const totalsAlarm = (batch: number, theirs: Sums, ours: Sums, active: boolean, at: EpochMs): RawDeviceAlarm => ({
  type: 'deviceAlarm',
  alarm: 'totalsDiffer',
  active,
  detail: `batch ${batch}: terminal ${inWords(theirs)}; collected ${inWords(ours)}`.slice(0, 200),
  observedText: '',
  observedAt: at,
});
