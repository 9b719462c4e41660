/** What the rows of one device change of it. */
import type { DeviceId } from '@cardwatch/contracts';
import type { DevicePlace, MerchantBinding, TopologyNode, UpstreamGroup } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { bindingRows, layBindings } from './bindings.core.ts';
import { upstreamText } from './cells.core.ts';
import { type Column, nothing } from './columns.core.ts';
import type { RegisterRow, RowPlace } from './read-rows.core.ts';
import { type Register, type RegisterEdit, same } from './register.core.ts';
import { rowError, type RowError } from './row-error.core.ts';

/** The register by device. */
export interface Indexed {
  readonly places: ReadonlyMap<string, DevicePlace>;
  readonly topology: ReadonlyMap<string, TopologyNode>;
  readonly bindings: ReadonlyMap<string, readonly MerchantBinding[]>;
}

export function indexed({ places, topology, bindings }: Register): Indexed {
  const byDevice = new Map<string, MerchantBinding[]>();
  for (const binding of bindings) {
    const known = byDevice.get(binding.deviceId);
    if (known === undefined) byDevice.set(binding.deviceId, [binding]);
    else known.push(binding);
  }
  return {
    places: new Map(places.map((each) => [each.deviceId, each])),
    topology: new Map(topology.map((each) => [each.deviceId, each])),
    bindings: byDevice,
  };
}

export interface DeviceChanges {
  readonly edits: readonly { readonly edit: RegisterEdit; readonly row: number }[];
  readonly errors: readonly RowError[];
}

export function deviceChanges(deviceId: DeviceId, rows: readonly RegisterRow[], register: Indexed, now: EpochMs): DeviceChanges {
  const place = agreed(rows, 'campus', ({ place: of }) => of, placeText);
  const upstream = agreed(rows, 'upstream', ({ upstream: of }) => of, upstreamText);
  const port = agreed(rows, 'port', ({ port: of }) => of, String);
  const moved = placeEdit(deviceId, register.places.get(deviceId) ?? null, place.value);
  const node = nodeEdit(deviceId, register.topology.get(deviceId) ?? null, { upstream: upstream.value, port: port.value });
  const laid = layBindings({ deviceId, current: register.bindings.get(deviceId) ?? [] }, bindingRows(rows), now);
  return {
    edits: [
      ...(moved === null ? [] : [{ edit: moved, row: place.row }]),
      ...(node === null ? [] : [{ edit: node, row: Math.max(upstream.row, port.row) }]),
      ...laid.edits,
    ],
    errors: [...place.errors, ...upstream.errors, ...port.errors, ...laid.errors],
  };
}

interface Agreed<T> {
  readonly value: T | null | undefined;
  /** 0: no row says anything. */
  readonly row: number;
  readonly errors: readonly RowError[];
}

/** A device with several merchants has several rows: what they say of its place and ways must be one thing. */
function agreed<T>(
  rows: readonly RegisterRow[],
  column: Column,
  of: (row: RegisterRow) => T | null | undefined,
  text: (value: T) => string,
): Agreed<T> {
  const said = rows.filter((row) => of(row) !== undefined);
  const [first, ...others] = said;
  if (first === undefined) return { value: undefined, row: 0, errors: [] };
  const shown = (row: RegisterRow): string => {
    const value = of(row);
    return value === null || value === undefined ? nothing.zh : text(value);
  };
  const errors = others
    .filter((row) => !same(of(row), of(first)))
    .map((row) => rowError(row.row, column, { value: shown(row), code: 'contradicts', right: shown(first) }));
  return { value: of(first), row: first.row, errors };
}

const placeText = ({ area, zone, cluster }: RowPlace): string => [area, zone ?? '', cluster ?? ''].filter(Boolean).join(', ');

/** Zone and cluster stay with the campus that they are of. null: it stands there already. */
export function placeEdit(
  deviceId: DeviceId,
  before: DevicePlace | null,
  said: RowPlace | null | undefined,
): RegisterEdit | null {
  if (said === undefined) return null;
  const kept = before !== null && campusOf(before.area) === campusOf(said?.area ?? '') ? before : null;
  const besides = (own: string | null | undefined, was: string | null | undefined): string | null =>
    own === undefined ? (was ?? null) : own;
  const after =
    said === null
      ? null
      : { deviceId, area: said.area, zone: besides(said.zone, kept?.zone), cluster: besides(said.cluster, kept?.cluster) };
  return same(before, after) ? null : { table: 'places', key: deviceId, before, after };
}

const campusOf = (area: string): string => area.split('/')[0] ?? '';

export interface Ways {
  readonly upstream: readonly UpstreamGroup[] | null | undefined;
  readonly port: string | null | undefined;
}

export function nodeEdit(deviceId: DeviceId, before: TopologyNode | null, { upstream, port }: Ways): RegisterEdit | null {
  const groups = upstream === undefined ? (before?.upstream ?? []) : (upstream ?? []);
  const portNow = port === undefined ? (before?.port ?? null) : port;
  const known = same(groups, before?.upstream ?? []) && portNow === (before?.port ?? null);
  if (known) return null;
  const after: TopologyNode | null =
    groups.length === 0 && portNow === null ? null : { deviceId, upstream: [...groups], port: portNow, source: 'person' };
  return { table: 'topology', key: deviceId, before, after };
}
