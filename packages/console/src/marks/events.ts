import type { EventDto } from '@cardwatch/contracts/api';

export type EventType = EventDto['type'];
export type PassResult = NonNullable<EventDto['result']>;
export type PassMethod = NonNullable<EventDto['method']>;

export const eventTypes = [
  'pass',
  'door',
  'deviceAlarm',
  'deviceAudit',
  'gap',
  'agentNotice',
] as const satisfies readonly EventType[];

export const passResults = ['granted', 'denied', 'taken', 'notTaken', 'unknown'] as const satisfies readonly PassResult[];

export const passMethods = [
  'face',
  'card',
  'finger',
  'password',
  'qr',
  'remote',
  'button',
  'mixed',
  'unknown',
] as const satisfies readonly PassMethod[];
