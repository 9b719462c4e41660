/** What a device is reached through: every parent is a device of the file, and nobody is above itself. */
import type { CrossProblem } from './cross-check.core.ts';
import type { DeviceYaml } from './schema.ts';

export function parentProblems(devices: readonly (DeviceYaml | undefined)[]): CrossProblem[] {
  const parents = new Map(
    devices.flatMap((device) => (device === undefined ? [] : [[device.id as string, device.parents ?? []]])),
  );
  const settled = new Set<string>();
  return devices.flatMap((device, index) =>
    (device?.parents ?? []).flatMap((parent, at): CrossProblem[] => {
      const path = ['devices', index, 'parents', at];
      if (!parents.has(parent)) return [{ path, what: { kind: 'unknownParent' } }];
      const way = device === undefined || settled.has(device.id) ? undefined : wayBack(parents, device.id, parent);
      if (way === undefined) return [];
      for (const id of way) settled.add(id);
      return [{ path, what: { kind: 'parentCycle', way: way.join(' > ') } }];
    }),
  );
}

/** From a device over its parent back to itself; undefined when no way leads back. Each device is looked at once. */
function wayBack(parents: ReadonlyMap<string, readonly string[]>, id: string, parent: string): readonly string[] | undefined {
  const below = new Map<string, string>([[parent, id]]);
  const open = [parent];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === id) return [id, ...wayDown(below, id)].reverse();
    for (const next of parents.get(at) ?? [])
      if (!below.has(next)) {
        below.set(next, at);
        open.push(next);
      }
  }
  return undefined;
}

/** From the device that was come back to, down to where the way began. */
function wayDown(below: ReadonlyMap<string, string>, id: string): readonly string[] {
  const way: string[] = [];
  for (let at = below.get(id); at !== undefined; at = at === id ? undefined : below.get(at)) way.push(at);
  return way;
}
