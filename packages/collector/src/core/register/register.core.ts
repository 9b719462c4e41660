/**
 * 台账: where devices stand, what they are reached through, whose they are from when to when. An import is a plan of edits, each with what was before and
 * what is after: turned round it is its own rollback, and it applies only to the register that it was made from.
 */
import type { DevicePlace, MerchantBinding, TopologyNode } from '@cardwatch/contracts/watch';
import { err, ok, type Result, shanghaiFromEpoch, epochMs } from '@cardwatch/kernel';
import { graphNodesOfTopology } from '../cause/facts.core.ts';
import { buildGraph, type GraphFailure } from '../cause/graph.core.ts';

export interface Register {
  readonly places: readonly DevicePlace[];
  readonly topology: readonly TopologyNode[];
  readonly bindings: readonly MerchantBinding[];
}
export const emptyRegister: Register = { places: [], topology: [], bindings: [] };

/** One thing that becomes another; null: there is none. */
export type RegisterEdit =
  | { readonly table: 'places'; readonly key: string; readonly before: DevicePlace | null; readonly after: DevicePlace | null }
  | {
      readonly table: 'topology';
      readonly key: string;
      readonly before: TopologyNode | null;
      readonly after: TopologyNode | null;
    }
  | {
      readonly table: 'bindings';
      readonly key: string;
      readonly before: MerchantBinding | null;
      readonly after: MerchantBinding | null;
    };
export type RegisterPlan = readonly RegisterEdit[];

export type ApplyFailure =
  /** Somebody else changed these in between: make the preview anew. At most 100 keys. */
  | { readonly kind: 'changedSince'; readonly keys: readonly string[] }
  | { readonly kind: 'graph'; readonly why: GraphFailure }
  | { readonly kind: 'overlap'; readonly keys: readonly string[] };

export interface Applied {
  readonly register: Register;
  /** Applied to `register` it gives back what was before. */
  readonly rollback: RegisterPlan;
}

const keysNamedMax = 100;

export const bindingKey = ({ deviceId, validFrom }: Pick<MerchantBinding, 'deviceId' | 'validFrom'>): string =>
  `${deviceId}@${validFrom}`;
const deviceKey = ({ deviceId }: { readonly deviceId: string }): string => deviceId;

/** All or nothing. `known`: ids of all devices, which need no way of their own. */
export function applyPlan(register: Register, plan: RegisterPlan, known: Iterable<string>): Result<Applied, ApplyFailure> {
  const now = rowsOf(register);
  const stale = plan.filter(({ table, key, before }) => !same(now(table, key), before));
  if (stale.length > 0) return err({ kind: 'changedSince', keys: stale.slice(0, keysNamedMax).map(({ key }) => key) });
  const next = {
    places: edited(
      register.places,
      deviceKey,
      plan.flatMap((edit) => (edit.table === 'places' ? [edit] : [])),
    ),
    topology: edited(
      register.topology,
      deviceKey,
      plan.flatMap((edit) => (edit.table === 'topology' ? [edit] : [])),
    ),
    bindings: edited(
      register.bindings,
      bindingKey,
      plan.flatMap((edit) => (edit.table === 'bindings' ? [edit] : [])),
    ),
  };
  const graph = buildGraph(graphNodesOfTopology(next.topology, known));
  if (!graph.ok) return err({ kind: 'graph', why: graph.error });
  const overlapping = overlapsOf(next.bindings);
  if (overlapping.length > 0) return err({ kind: 'overlap', keys: overlapping.slice(0, keysNamedMax) });
  return ok({ register: next, rollback: inverse(plan) });
}

type Row = RegisterEdit['after'];

function rowsOf(register: Register): (table: RegisterEdit['table'], key: string) => Row {
  const tables = {
    places: new Map<string, Row>(register.places.map((each) => [deviceKey(each), each])),
    topology: new Map<string, Row>(register.topology.map((each) => [deviceKey(each), each])),
    bindings: new Map<string, Row>(register.bindings.map((each) => [bindingKey(each), each])),
  };
  return (table, key) => tables[table].get(key) ?? null;
}

/** What `plan` made and somebody has changed since: its rollback would write over that. */
export function inTheWayOf(
  register: Register,
  plan: RegisterPlan,
): readonly { readonly edit: RegisterEdit; readonly now: Row }[] {
  const now = rowsOf(register);
  return plan.map((edit) => ({ edit, now: now(edit.table, edit.key) })).filter(({ edit, now: is }) => !same(is, edit.after));
}

/** The same edits, backwards. */
export const inverse = (plan: RegisterPlan): RegisterPlan =>
  plan.map((edit) => ({ ...edit, before: edit.after, after: edit.before }) as RegisterEdit).toReversed();

interface EditOf<T> {
  readonly key: string;
  readonly after: T | null;
}

function edited<T>(rows: readonly T[], keyOf: (row: T) => string, edits: readonly EditOf<T>[]): readonly T[] {
  if (edits.length === 0) return rows;
  const next = new Map(rows.map((row) => [keyOf(row), row]));
  for (const { key, after } of edits)
    if (after === null) next.delete(key);
    else next.set(key, after);
  return [...next].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Equal in all fields, whatever their order. */
export const same = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** Keys of bindings that begin before the one before them of the same device has ended. */
export function overlapsOf(bindings: readonly MerchantBinding[]): readonly string[] {
  const sorted = bindings.toSorted((a, b) =>
    a.deviceId === b.deviceId ? a.validFrom - b.validFrom : a.deviceId < b.deviceId ? -1 : 1,
  );
  return sorted.flatMap((binding, index) => {
    const before = sorted[index - 1];
    const overlaps = before?.deviceId === binding.deviceId && (before.validTo === null || before.validTo > binding.validFrom);
    return overlaps ? [bindingKey(binding)] : [];
  });
}

/** Whose the device was at that time; null: nobody's. */
export function merchantAt(bindings: readonly MerchantBinding[], deviceId: string, at: number): MerchantBinding | null {
  return (
    bindings.find((each) => each.deviceId === deviceId && each.validFrom <= at && (each.validTo === null || at < each.validTo)) ??
    null
  );
}

/** `2026-09-01`, with a time of day where it is not midnight, in Asia/Shanghai. */
export function dayText(at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const millis = at % 1_000;
  if (hour === 0 && minute === 0 && second === 0 && millis === 0) return date;
  const seconds =
    second === 0 && millis === 0 ? '' : `:${two(second)}${millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`}`;
  return `${date} ${two(hour)}:${two(minute)}${seconds}`;
}
