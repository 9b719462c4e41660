import type { QueryOf } from '@cardwatch/contracts/api';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Filter<K extends 'devices' | 'records' | 'gaps' | 'deadLetters' | 'events'> = Without<
  NonNullable<QueryOf<K>>,
  'cursor' | 'limit'
>;

export type DeviceFilter = Filter<'devices'>;
export type RecordFilter = Filter<'records'>;
export type GapFilter = Filter<'gaps'>;
export type EventFilter = Filter<'events'>;
export type DeadLetterFilter = Filter<'deadLetters'>;

/** Every key of the query cache. The live reducers dispatch on the first element. */
export const keys = {
  setupState: ['setupState'] as const,
  session: ['session'] as const,
  health: ['health'] as const,
  overview: ['overview'] as const,
  agents: ['agents'] as const,
  users: ['users'] as const,
  /** The last `minutes` minutes of the whole site. */
  flow: (minutes: number) => ['flow', minutes] as const,
  /** Passes of the last `minutes` minutes of the whole site. */
  passFlow: (minutes: number) => ['passFlow', minutes] as const,
  devices: (filter: DeviceFilter) => ['devices', filter] as const,
  device: (deviceId: string) => ['device', deviceId] as const,
  readings: (deviceId: string) => ['readings', deviceId] as const,
  history: (deviceId: string, point: string) => ['history', deviceId, point] as const,
  records: (filter: RecordFilter) => ['records', filter] as const,
  gaps: (filter: GapFilter) => ['gaps', filter] as const,
  events: (filter: EventFilter) => ['events', filter] as const,
  operations: (deviceId: string) => ['operations', deviceId] as const,
  deadLetters: (filter: DeadLetterFilter) => ['deadLetters', filter] as const,
};

export const pageLimits = {
  /** Of devices, the page that somebody waits for. */
  firstDevices: 100,
  devices: 500,
  readings: 500,
  records: 200,
  gaps: 200,
  events: 200,
  deadLetters: 200,
  history: 240,
} as const;
