import { type Result, ok } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import type { OnvifClient } from './client.ts';
import { type Listed, listOf, onvifLimits } from './messages.core.ts';
import { type OnvifRequest, requests } from './requests.core.ts';

/** Doors of the device, and which access point leads through which. */
export interface Doors {
  readonly tokens: readonly string[];
  readonly entityOf: ReadonlyMap<string, string>;
}

/** Asks for both lists, page by page. A device without one of the services has none of it. */
export async function findDoors(client: OnvifClient, signal: AbortSignal): Promise<Result<Doors, DriverFailure>> {
  const doors = await pages(client, 'DoorInfo', requests.doors, signal);
  if (!doors.ok) return doors;
  const points = await pages(client, 'AccessPointInfo', requests.accessPoints, signal);
  if (!points.ok) return points;
  const entityOf = new Map(points.value.flatMap(({ token, entity }) => (entity === undefined ? [] : [[token, entity] as const])));
  return ok({ tokens: doors.value.map(({ token }) => token), entityOf });
}

async function pages(
  client: OnvifClient,
  item: 'DoorInfo' | 'AccessPointInfo',
  requestOf: (reference: string | undefined) => OnvifRequest,
  signal: AbortSignal,
): Promise<Result<readonly Listed[], DriverFailure>> {
  const found = new Map<string, Listed>();
  let reference: string | undefined;
  for (let page = 0; page < onvifLimits.pages; page++) {
    const answered = await client.call({ request: requestOf(reference), signal });
    if (!answered.ok) return answered.error.kind === 'unsupported' ? ok([...found.values()]) : answered;
    const { items, next } = listOf(answered.value, item);
    for (const each of items) if (found.size < onvifLimits.doors) found.set(each.token, each);
    if (next === undefined || next === reference) break;
    reference = next;
  }
  return ok([...found.values()]);
}
