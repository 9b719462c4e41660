/** What is wrong with a contract's limits beyond their shape, and which calendars contracts name. */
import type { BusinessCalendar, ResponseLevel, SlaClock, SlaContract } from '@cardwatch/contracts/watch';
import { officeCalendar, roundTheClock } from '../calendar/business.core.ts';
import { slaClocks } from './clocks.core.ts';

export const contractsMax = 50;

/**
 * unknownCalendar: neither the site's own nor built in. limitsOutOfOrder: what comes later is due sooner, counted by the same calendar. sameFirstDay: another
 * contract holds from the same moment.
 */
export type ContractFaultCode = 'unknownCalendar' | 'limitsOutOfOrder' | 'sameFirstDay';

export interface ContractFault {
  /** `limits.1.restore`. */
  readonly place: string;
  readonly value: string;
  readonly code: ContractFaultCode;
}

const levels: readonly ResponseLevel[] = [1, 2, 3];
/** The first is due no later than the second. */
const order: readonly (readonly [SlaClock, SlaClock])[] = [
  ['respond', 'onSite'],
  ['respond', 'restore'],
  ['restore', 'resolve'],
  ['preliminaryReport', 'finalReport'],
];

export function contractFaults(
  contract: SlaContract,
  others: readonly SlaContract[],
  calendars: readonly BusinessCalendar[],
): readonly ContractFault[] {
  const names = new Set([roundTheClock.name, officeCalendar.name, ...calendars.map(({ name }) => name)]);
  const same = others.find((one) => one.contractId !== contract.contractId && one.validFrom === contract.validFrom);
  return [
    ...(same === undefined ? [] : [{ place: 'validFrom', value: same.contractId, code: 'sameFirstDay' as const }]),
    ...levels.flatMap((level) => [...calendarFaults(contract, level, names), ...orderFaults(contract, level)]),
  ];
}

const calendarFaults = ({ limits }: SlaContract, level: ResponseLevel, names: ReadonlySet<string>): readonly ContractFault[] =>
  slaClocks.flatMap((clock): ContractFault[] => {
    const calendar = limits[level][clock]?.calendar;
    if (calendar === undefined || names.has(calendar)) return [];
    return [{ place: `limits.${level}.${clock}.calendar`, value: calendar, code: 'unknownCalendar' }];
  });

const orderFaults = ({ limits }: SlaContract, level: ResponseLevel): readonly ContractFault[] =>
  order.flatMap(([first, second]): ContractFault[] => {
    const [sooner, later] = [limits[level][first], limits[level][second]];
    if (sooner === null || later === null || sooner.calendar !== later.calendar || sooner.limitMs <= later.limitMs) return [];
    const value = `${first} ${sooner.limitMs} ms > ${second} ${later.limitMs} ms`;
    return [{ place: `limits.${level}.${second}.limitMs`, value, code: 'limitsOutOfOrder' }];
  });

/** Names of the calendars that contracts count by, each once. */
export const calendarsNamed = (contracts: readonly SlaContract[]): readonly string[] => [
  ...new Set(
    contracts.flatMap(({ limits }) =>
      levels.flatMap((level) => slaClocks.flatMap((clock) => limits[level][clock]?.calendar ?? [])),
    ),
  ),
];
