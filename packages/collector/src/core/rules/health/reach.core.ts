/** What is reached through what, and who serves whom. */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { DeviceFact, World } from '../../world/world.core.ts';
import type { RollGroups } from '../../world/roll.core.ts';
import { inService } from '../finding.core.ts';

export const down = ({ state }: DeviceFact): boolean => state === 'offline';

export const devicesByAgent = (world: World): RollGroups => world.roll.by('agent');

/** In percent, to a tenth; 0 of none. */
export const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((1_000 * part) / whole) / 10);

const meals: ReadonlySet<string | null> = new Set(['breakfast', 'lunch', 'dinner', 'night']);

export const mealNow = (world: World, { areaType }: DeviceFact, now: EpochMs): boolean =>
  meals.has(world.businessTime(areaType, now).peak);

/** Whether places of a type are open, and in a meal, at this moment: worked out once for each type, however many devices are asked for. */
export function placesNow(
  world: World,
  now: EpochMs,
): (areaType: DeviceFact['areaType']) => { readonly open: boolean; readonly meal: boolean } {
  const known = new Map<DeviceFact['areaType'], { readonly open: boolean; readonly meal: boolean }>();
  return (areaType) => {
    let place = known.get(areaType);
    if (place === undefined) {
      const { open, peak } = world.businessTime(areaType, now);
      place = { open, meal: meals.has(peak) };
      known.set(areaType, place);
    }
    return place;
  };
}

/**
 * It went while its place was closed or within `closingMs` of closing: somebody switched it off. Once the place has been open again for `closingMs`, a
 * device that is still off is a failure. What went in open hours stays found through the hours that follow.
 */
export function plannedOff(world: World, { areaType, since }: DeviceFact, closingMs: number, now: EpochMs): boolean {
  const wentAtClosing =
    !world.businessTime(areaType, epochMs(since + closingMs)).open || !world.businessTime(areaType, since).open;
  if (!wentAtClosing) return false;
  const open = world.businessTime(areaType, now).open && world.businessTime(areaType, epochMs(now - closingMs)).open;
  return !(open && now - since >= closingMs);
}

/**
 * Devices in service without a way up, by the failed node that cut them: a device is cut when of one of its groups every parent is failed or cut. One that
 * hangs on several failed nodes counts for each.
 */
export function behind(world: World, failed: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  if (failed.size === 0) return new Map();
  const { children } = world.roll;
  const cut = cutBy(world, failed, children);
  return new Map([...failed].map((node) => [node, descend(node, cut, children)]));
}

function cutBy(world: World, failed: ReadonlySet<string>, children: RollGroups): ReadonlySet<string> {
  const cut = new Set<string>();
  const gone = (id: string): boolean => failed.has(id) || cut.has(id);
  const queue = [...failed];
  for (let node = queue.pop(); node !== undefined; node = queue.pop())
    for (const { deviceId, upstream } of children.get(node) ?? []) {
      if (cut.has(deviceId) || !upstream.some((group) => group.every(gone))) continue;
      cut.add(deviceId);
      queue.push(deviceId);
    }
  return new Set([...cut].filter((id) => isInService(world, id)));
}

const isInService = (world: World, id: string): boolean => {
  const device = world.devices.get(id);
  return device !== undefined && inService(device);
};

function descend(node: string, cut: ReadonlySet<string>, children: RollGroups): readonly string[] {
  const found = new Set<string>();
  const queue = [node];
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const { deviceId: child } of children.get(at) ?? [])
      if (child !== node && cut.has(child) && !found.has(child)) {
        found.add(child);
        queue.push(child);
      }
  return [...found];
}
