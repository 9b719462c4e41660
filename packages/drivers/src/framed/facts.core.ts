/** Facts of replies in the words of the contract. Pure. */
import type { EpochMs } from '@cardwatch/kernel';
import type { DeviceFacts, DeviceIdentity, RawValue } from '../contract.ts';
import { clockFromText } from '../profile/clock-text.core.ts';
import type { FactName } from './command-model.ts';

const plain = [
  'uncollected',
  'freeRecords',
  'newestRecordNo',
  'bootCounter',
  'storeLife',
  'overwrittenRecords',
  'blacklistVersion',
  'parameterVersion',
  'busErrors',
] as const;

type Facts = ReadonlyMap<FactName, RawValue>;

/** `readAt` undefined: no clock is told. */
export function factsOf(facts: Facts, readAt: EpochMs | undefined): DeviceFacts {
  const numbers = Object.fromEntries(
    plain.flatMap((name) => (numberOf(facts, name) === undefined ? [] : [[name, numberOf(facts, name)]])),
  );
  const clock = facts.get('deviceClock');
  const firmware = facts.get('firmware');
  const offline = facts.get('sellingOffline');
  return {
    ...numbers,
    ...totalsOf(facts),
    ...(firmware === undefined ? {} : { firmware: String(firmware) }),
    ...(offline === undefined ? {} : { sellingOffline: Number(offline) !== 0 }),
    ...(typeof clock === 'string' && readAt !== undefined
      ? { deviceClock: { text: clock, at: clockFromText(clock), readAt } }
      : {}),
  };
}

function numberOf(facts: Facts, name: FactName): number | undefined {
  const value = facts.get(name);
  return typeof value === 'number' ? value : undefined;
}

/** Totals since the store was initialised; terminals that count collected and uncollected records apart are added up. */
function totalsOf(facts: Facts): Pick<DeviceFacts, 'totalRecords' | 'totalFen'> {
  const totalRecords = numberOf(facts, 'totalRecords') ?? sum(facts, 'uncollected', 'collectedRecords');
  const totalFen = numberOf(facts, 'totalFen') ?? sum(facts, 'uncollectedFen', 'collectedFen');
  return { ...(totalRecords === undefined ? {} : { totalRecords }), ...(totalFen === undefined ? {} : { totalFen }) };
}

function sum(facts: Facts, one: FactName, other: FactName): number | undefined {
  const [a, b] = [numberOf(facts, one), numberOf(facts, other)];
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Who answers there; undefined when the terminal did not tell its serial number. */
export function identityOf(facts: Facts): DeviceIdentity | undefined {
  const serial = facts.get('serial');
  if (serial === undefined) return undefined;
  const text = (name: 'model' | 'firmware'): { readonly [K in typeof name]?: string } =>
    facts.get(name) === undefined ? {} : { [name]: String(facts.get(name)) };
  return { serial: String(serial), ...text('model'), ...text('firmware') };
}

/** Totals that were read while sales went on belong to no state of the store. */
export function untimely(facts: ReadonlyMap<FactName, RawValue>): ReadonlyMap<FactName, RawValue> {
  const totals: readonly FactName[] = ['totalRecords', 'totalFen', 'uncollectedFen', 'collectedRecords', 'collectedFen'];
  return new Map([...facts].filter(([name]) => !totals.includes(name)));
}
