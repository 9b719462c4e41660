/** What an import would change, and what is wrong with it, before anything is written. */
import type { DeviceId } from '@cardwatch/contracts';
import type { TopologyNode } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { graphNodesOfTopology } from '../cause/facts.core.ts';
import { buildGraph } from '../cause/graph.core.ts';
import { deviceChanges, indexed } from './device-changes.core.ts';
import { readRows, type RegisterRow, type RegisterSheet } from './read-rows.core.ts';
import { rowError, type RowError } from './row-error.core.ts';
import type { Register, RegisterEdit, RegisterPlan } from './register.core.ts';

/** So many errors are listed; `errorCount` counts all. */
export const errorsListedMax = 500;

export type ChangeKind = 'added' | 'changed' | 'ended' | 'removed';
export interface RegisterChange {
  readonly kind: ChangeKind;
  /** Of the sheet that says so. */
  readonly row: number;
  readonly deviceId: string;
  readonly edit: RegisterEdit;
  /** A merchant's day that lies in the past: records of since then change hands. */
  readonly backdated: boolean;
}

export interface Preview {
  readonly errors: readonly RowError[];
  readonly errorCount: number;
  readonly changes: readonly RegisterChange[];
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** Rows that say what is known already. */
  readonly unchangedRows: number;
  /** For `applyPlan`; null while anything is wrong. */
  readonly plan: RegisterPlan | null;
}

export interface Current {
  readonly register: Register;
  readonly known: ReadonlySet<string>;
  /** Of who imports; absent: all. */
  readonly reach?: Reach;
}

/** What a person with areas may touch. */
export interface Reach {
  /** Where a device stands now. */
  readonly device: (deviceId: string) => boolean;
  readonly area: (area: string) => boolean;
  /** The areas in words. */
  readonly name: string;
}

/** Devices that the sheet does not name stay as they are, and so does what an empty cell leaves out. */
export function preview(sheet: RegisterSheet, current: Current, now: EpochMs): Preview {
  const { rows, errors } = readRows(sheet, current.known);
  const devices = groupByDevice(rows);
  const index = indexed(current.register);
  const found = [...devices].map(([deviceId, each]) => deviceChanges(deviceId, each, index, now));
  const changes = found.flatMap(({ edits }) => edits.map(({ edit, row }) => changeOf(edit, row, now)));
  const looped = graphErrors(current, changes);
  const beyond = current.reach === undefined ? [] : beyondReach(changes, current.reach);
  const all = [...errors, ...found.flatMap((each) => each.errors), ...looped, ...beyond].toSorted((a, b) => a.row - b.row);
  const wrong = new Set(all.map(({ row }) => row));
  const touched = new Set(changes.map(({ row }) => row));
  return {
    errors: all.slice(0, errorsListedMax),
    errorCount: all.length,
    changes,
    counts: countsOf(changes),
    unchangedRows: rows.filter(({ row }) => !touched.has(row) && !wrong.has(row)).length,
    plan: all.length > 0 ? null : changes.map(({ edit }) => edit),
  };
}

function groupByDevice(rows: readonly RegisterRow[]): ReadonlyMap<DeviceId, RegisterRow[]> {
  const devices = new Map<DeviceId, RegisterRow[]>();
  for (const row of rows) {
    const known = devices.get(row.deviceId);
    if (known === undefined) devices.set(row.deviceId, [row]);
    else known.push(row);
  }
  return devices;
}

function beyondReach(changes: readonly RegisterChange[], reach: Reach): readonly RowError[] {
  return changes.flatMap(({ row, deviceId, edit }) => {
    if (!reach.device(deviceId)) return [rowError(row, 'deviceId', { value: deviceId, code: 'outOfReach', right: reach.name })];
    const to = edit.table === 'places' ? edit.after : null;
    if (to === null || reach.area(to.area)) return [];
    return [rowError(row, 'campus', { value: to.area, code: 'outOfReach', right: reach.name })];
  });
}

function changeOf(edit: RegisterEdit, row: number, now: EpochMs): RegisterChange {
  const deviceId = edit.after?.deviceId ?? edit.before?.deviceId ?? '';
  const backdated = edit.table === 'bindings' && edit.before === null && edit.after !== null && edit.after.validFrom < now;
  return { kind: kindOf(edit), row, deviceId, edit, backdated };
}

export function kindOf(edit: RegisterEdit): ChangeKind {
  if (edit.before === null) return 'added';
  if (edit.after === null) return 'removed';
  const ends = edit.table === 'bindings' && edit.before.validTo === null && edit.after.validTo !== null;
  return ends && edit.before.merchantName === edit.after.merchantName ? 'ended' : 'changed';
}

export function countsOf(changes: readonly { readonly kind: ChangeKind }[]): Readonly<Record<ChangeKind, number>> {
  const counts = { added: 0, changed: 0, ended: 0, removed: 0 };
  for (const { kind } of changes) counts[kind]++;
  return counts;
}

/** A ring or too long a chain, told at the row that closes it, or at the first row where it is older. */
function graphErrors(current: Current, changes: readonly RegisterChange[]): readonly RowError[] {
  const next = new Map<string, TopologyNode>(current.register.topology.map((node) => [node.deviceId, node]));
  const rowOf = new Map<string, number>();
  for (const { edit, row } of changes) {
    if (edit.table !== 'topology') continue;
    rowOf.set(edit.key, row);
    if (edit.after === null) next.delete(edit.key);
    else next.set(edit.key, edit.after);
  }
  const built = rowOf.size === 0 ? undefined : buildGraph(graphNodesOfTopology([...next.values()], current.known));
  if (built === undefined || built.ok) return [];
  const { error } = built;
  if (error.kind === 'cycle') {
    const closing = error.nodes.find((nodeId) => rowOf.has(nodeId)) ?? '';
    return [rowError(rowOf.get(closing) ?? 2, 'upstream', { value: closing, code: 'cycle', right: error.nodes.join(' → ') })];
  }
  if (error.kind === 'tooDeep') {
    const { nodeId, max } = error;
    return [rowError(rowOf.get(nodeId) ?? 2, 'upstream', { value: nodeId, code: 'tooDeep', right: String(max) })];
  }
  return [rowError(2, 'upstream', { value: error.kind, code: 'badUpstream', right: JSON.stringify(error).slice(0, 200) })];
}
