/** What the rows of one device change of it. */
import type { DeviceId } from '@cardwatch/contracts';
import type { DevicePlace, MerchantBinding, TopologyNode, UpstreamGroup } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { bindingRows, layBindings } from './bindings.core.ts';
import { upstreamText } from './cells.core.ts';
import { type Column, nothing } from './columns.core.ts';
import type { RegisterRow } from './read-rows.core.ts';
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
  const area = agreed(rows, 'campus', ({ area: of }) => of, String);
  const upstream = agreed(rows, 'upstream', ({ upstream: of }) => of, upstreamText);
  const port = agreed(rows, 'port', ({ port: of }) => of, String);
  const place = placeEdit(deviceId, register.places.get(deviceId) ?? null, area.value);
  const node = nodeEdit(deviceId, register.topology.get(deviceId) ?? null, { upstream: upstream.value, port: port.value });
  const laid = layBindings({ deviceId, current: register.bindings.get(deviceId) ?? [] }, bindingRows(rows), now);
  return {
    edits: [
      ...(place === null ? [] : [{ edit: place, row: area.row }]),
      ...(node === null ? [] : [{ edit: node, row: Math.max(upstream.row, port.row) }]),
      ...laid.edits,
    ],
    errors: [...area.errors, ...upstream.errors, ...port.errors, ...laid.errors],
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

function placeEdit(deviceId: DeviceId, before: DevicePlace | null, area: string | null | undefined): RegisterEdit | null {
  if (area === undefined) return null;
  const after = area === null ? null : { deviceId, area };
  return same(before, after) ? null : { table: 'places', key: deviceId, before, after };
}

interface Ways {
  readonly upstream: readonly UpstreamGroup[] | null | undefined;
  readonly port: string | null | undefined;
}

function nodeEdit(deviceId: DeviceId, before: TopologyNode | null, { upstream, port }: Ways): RegisterEdit | null {
  const groups = upstream === undefined ? (before?.upstream ?? []) : (upstream ?? []);
  const portNow = port === undefined ? (before?.port ?? null) : port;
  const known = same(groups, before?.upstream ?? []) && portNow === (before?.port ?? null);
  if (known) return null;
  const after: TopologyNode | null =
    groups.length === 0 && portNow === null ? null : { deviceId, upstream: [...groups], port: portNow, source: 'person' };
  return { table: 'topology', key: deviceId, before, after };
}
