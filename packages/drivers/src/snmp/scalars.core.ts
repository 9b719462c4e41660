import type { RawValue, SnmpValue } from '../contract.ts';
import type { SnmpPoint, SnmpProfile, SnmpRead } from './model.ts';
import { numberOf, textOf } from './table.core.ts';
import { scalar } from './oid.core.ts';

export type ScalarTask = SnmpRead['task'];
export type ReadPoint = SnmpPoint & { readonly read: SnmpRead };

export const readPoints = (profile: SnmpProfile, task: ScalarTask): readonly ReadPoint[] =>
  profile.points.filter((point): point is ReadPoint => point.read?.task === task);

/** All that a task asks for in one go, the uptime and the engine's clock always with it. */
export function oidsOf(points: readonly ReadPoint[]): readonly string[] {
  const always = [scalar.sysUpTime, scalar.engineBoots, scalar.engineTime];
  return [...new Set([...always, ...points.flatMap(({ read }) => [read.oid, ...read.otherwise])])];
}

/** Value of a point: the first of its ids that exists. */
export function pointValue({ read }: ReadPoint, values: ReadonlyMap<string, SnmpValue>): RawValue {
  for (const oid of [read.oid, ...read.otherwise]) {
    const value = values.get(oid);
    if (value === undefined) continue;
    return read.as === 'text' ? textOf(value) : typeof value === 'bigint' ? value : numberOf(value);
  }
  return undefined;
}
