import type { ReadingDto } from '@cardwatch/contracts/api';

const columns = [
  'Oper',
  'Admin',
  'Changed',
  'Poe',
  'Speed',
  'Duplex',
  'Alias',
  'Errors',
  'In',
  'Out',
  'Neighbour',
  'Mac',
] as const;
export type PortColumn = (typeof columns)[number];

export interface Port {
  readonly no: number;
  readonly readings: ReadonlyMap<PortColumn, ReadingDto>;
  /** Newest of its readings. */
  readonly observedAt: number;
}

/** `port05Oper` is the state of port 5. */
const pattern = /^port(\d{2,3})([A-Z][a-z]+)$/;

/** Readings of a switch by port, and what is not of a port. */
export function portsOf(readings: readonly ReadingDto[]): {
  readonly ports: readonly Port[];
  readonly others: readonly ReadingDto[];
} {
  const ports = new Map<number, Map<PortColumn, ReadingDto>>();
  const others: ReadingDto[] = [];
  for (const reading of readings) {
    const [, no, name] = pattern.exec(reading.point) ?? [];
    const column = columns.find((known) => known === name);
    if (no === undefined || column === undefined) others.push(reading);
    else ports.set(Number(no), (ports.get(Number(no)) ?? new Map<PortColumn, ReadingDto>()).set(column, reading));
  }
  return { ports: [...ports].map(([no, found]) => portOf(no, found)).sort((a, b) => a.no - b.no), others };
}

const portOf = (no: number, readings: ReadonlyMap<PortColumn, ReadingDto>): Port => ({
  no,
  readings,
  observedAt: [...readings.values()].reduce((newest, { observedAt }) => Math.max(newest, observedAt), 0),
});

/** up: carries; down: does not; off: switched off by a person; unknown: not told or not yet read. */
export type PortState = 'up' | 'down' | 'off' | 'unknown';

export function portState({ readings }: Port): PortState {
  if (readings.get('Admin')?.value === 'down') return 'off';
  const oper = readings.get('Oper')?.value;
  if (oper === 'up') return 'up';
  return typeof oper === 'string' && oper !== 'unknown' ? 'down' : 'unknown';
}
