import type { DeviceId, Heartbeat } from '@cardwatch/contracts';
import type { DeviceFacts } from '@cardwatch/drivers';
import type { EpochMs } from '@cardwatch/kernel';
import type { DeviceCursor } from './cursor.ts';
import { type DeviceWatch, lossPct } from './state.step.ts';

/** What is known of a device beside its state and its record store. */
export interface Told {
  readonly serial: string | undefined;
  readonly firmware: string | undefined;
  readonly duplicates: number;
  readonly discardedParts: number;
  readonly operations: readonly string[];
}

export const heartbeatLimits = { operations: 16 } as const;

/** 心跳: state, measures and record store of one device in one line. */
export function heartbeatOf(
  deviceId: DeviceId,
  watch: DeviceWatch,
  facts: DeviceFacts,
  cursor: DeviceCursor | undefined,
  told: Told,
  now: EpochMs,
): Heartbeat {
  const loss = lossPct(watch);
  return {
    type: 'heartbeat',
    deviceId,
    state: watch.state,
    since: watch.since,
    recordedAt: now,
    ...given('cause', watch.cause),
    ...given('askedAt', watch.askedAt),
    ...given('rttMs', watch.rttMs === undefined ? undefined : Math.round(watch.rttMs * 10) / 10),
    ...given('lossPct', loss === undefined ? undefined : Math.round(loss * 10) / 10),
    ...given('generation', cursor?.generation),
    ...given('lastRecordNo', cursor?.lastRecordNo),
    ...given('uncollected', facts.uncollected),
    ...given('freeRecords', facts.freeRecords),
    ...given('blacklistVersion', facts.blacklistVersion),
    ...given('parameterVersion', facts.parameterVersion),
    ...given('firmware', (facts.firmware ?? told.firmware)?.slice(0, 32)),
    ...given('driftMs', watch.driftMs),
    ...given('busErrors', facts.busErrors),
    ...given('serial', told.serial),
    ...given('duplicates', told.duplicates === 0 ? undefined : told.duplicates),
    ...given('discardedParts', told.discardedParts === 0 ? undefined : told.discardedParts),
    ...given('operations', told.operations.length === 0 ? undefined : told.operations.slice(0, heartbeatLimits.operations)),
  };
}

type Given<K extends string, V> = { readonly [P in K]?: V };

const given = <K extends string, V>(key: K, value: V | undefined): Given<K, V> =>
  (value === undefined ? {} : { [key]: value }) as Given<K, V>;
