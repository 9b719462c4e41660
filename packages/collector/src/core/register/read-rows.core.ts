/** From cells to what they say, row by row; every fault of a row is told, not the first alone. */
import { DeviceId } from '@cardwatch/contracts';
import type { UpstreamGroup } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { dateExample, endOf, instantOf, nearest, upstreamExample, upstreamOf } from './cells.core.ts';
import { type Column, columnOf, columns, headers, nothing } from './columns.core.ts';
import { rowError, type RowError, type RowErrorCode } from './row-error.core.ts';
import { dayText } from './register.core.ts';

export const registerRowsMax = 20_000;
const textMax = 64;

/** As a sheet gives it: the first row is the header. */
export interface RegisterSheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** undefined: as it is. null: to be emptied. */
export interface RegisterRow {
  readonly row: number;
  readonly deviceId: DeviceId;
  readonly place: RowPlace | null | undefined;
  readonly upstream: readonly UpstreamGroup[] | null | undefined;
  readonly port: string | null | undefined;
  readonly binding: RowBinding | undefined;
}
/** Of zone and cluster undefined: as they are. */
export interface RowPlace {
  readonly area: string;
  readonly zone: string | null | undefined;
  readonly cluster: string | null | undefined;
}
export interface RowBinding {
  readonly merchantId: string;
  readonly merchantName: string;
  readonly validFrom: EpochMs;
  /** undefined: until the next one, or as it is. null: without end. */
  readonly validTo: EpochMs | null | undefined;
}

export interface ReadRows {
  readonly rows: readonly RegisterRow[];
  readonly errors: readonly RowError[];
}

export function readRows({ header, rows }: RegisterSheet, known: ReadonlySet<string>): ReadRows {
  const { places, errors } = placesOf(header);
  const near = nearestOf(known);
  if (rows.length > registerRowsMax)
    errors.push(
      rowError(registerRowsMax + 2, '', { value: String(rows.length), code: 'tooManyRows', right: String(registerRowsMax) }),
    );
  if (errors.length > 0) return { rows: [], errors };
  const read: RegisterRow[] = [];
  rows.forEach((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return;
    const at = new Cells(index + 2, cells, { places, near });
    const row = rowOf(at, known);
    if (at.errors.length > 0) errors.push(...at.errors);
    else if (row !== undefined) read.push(row);
  });
  return { rows: read, errors };
}

function placesOf(header: readonly string[]): { places: ReadonlyMap<Column, number>; errors: RowError[] } {
  const places = new Map<Column, number>();
  const errors: RowError[] = [];
  header.forEach((name, index) => {
    if (name.trim() === '') return;
    const column = columnOf(name);
    if (column === undefined)
      errors.push(
        rowError(1, name, { value: name, code: 'unknownColumn', right: columns.map((each) => headers[each].zh).join('、') }),
      );
    else if (places.has(column)) errors.push(rowError(1, name, { value: name, code: 'doubleColumn' }));
    else places.set(column, index);
  });
  if (!places.has('deviceId')) errors.push(rowError(1, '', { value: '', code: 'missingColumn', right: headers.deviceId.zh }));
  return { places, errors };
}

/** Of so many unknown ids near ones are looked for: each look goes over all that are known. */
export const nearestMax = 50;

function nearestOf(known: ReadonlySet<string>): (id: string) => string {
  let left = nearestMax;
  return (id) => (left-- > 0 ? nearest(id, known) : '');
}

interface Ground {
  readonly places: ReadonlyMap<Column, number>;
  readonly near: (id: string) => string;
}

/** Cells of one row by column, and what is wrong with them. */
class Cells {
  readonly row: number;
  readonly errors: RowError[] = [];
  readonly #cells: readonly string[];
  readonly #places: ReadonlyMap<Column, number>;
  readonly near: (id: string) => string;

  constructor(row: number, cells: readonly string[], { places, near }: Ground) {
    this.row = row;
    this.#cells = cells;
    this.#places = places;
    this.near = near;
  }

  text(column: Column): string {
    return (this.#cells[this.#places.get(column) ?? -1] ?? '').trim();
  }

  wrong(column: Column, code: RowErrorCode, right = ''): undefined {
    this.errors.push(rowError(this.row, column, { value: this.text(column), code, right }));
    return undefined;
  }

  /** undefined where the cell is empty, null where it says that there is none. */
  given(column: Column): string | null | undefined {
    const text = this.text(column);
    if (text === '') return undefined;
    if (text === nothing.zh || text.toLowerCase() === nothing.en) return null;
    return text.length > textMax && column !== 'upstream' ? this.wrong(column, 'tooLong', String(textMax)) : text;
  }
}

function rowOf(at: Cells, known: ReadonlySet<string>): RegisterRow | undefined {
  const deviceId = deviceOf(at, known);
  const place = placeOf(at);
  const upstream = upstreamIn(at, known);
  const port = at.given('port');
  const binding = bindingOf(at);
  return deviceId === undefined ? undefined : { row: at.row, deviceId, place, upstream, port, binding };
}

function deviceOf(at: Cells, known: ReadonlySet<string>): DeviceId | undefined {
  const text = at.text('deviceId');
  if (text === '') return at.wrong('deviceId', 'required');
  const id = DeviceId.safeParse(text);
  if (!id.success) return at.wrong('deviceId', 'badDeviceId', 'yb-b3-bath-07');
  return known.has(id.data) ? id.data : at.wrong('deviceId', 'unknownDevice', at.near(id.data));
}

const placeColumns = ['campus', 'building', 'area'] as const;

function placeOf(at: Cells): RowPlace | null | undefined {
  const area = areaOf(at);
  if (area === null) return null;
  const [zone, cluster] = [beside(at, 'zone', area), beside(at, 'cluster', area)];
  return area === undefined ? undefined : { area, zone, cluster };
}

function beside(at: Cells, column: 'zone' | 'cluster', area: string | undefined): string | null | undefined {
  const text = at.given(column);
  if (typeof text === 'string' && text.includes('/')) return at.wrong(column, 'badPart');
  return text !== undefined && area === undefined ? at.wrong(column, 'gapInPlace') : text;
}

function areaOf(at: Cells): string | null | undefined {
  const given = placeColumns.map((column) => at.given(column));
  if (given[0] === null) return null;
  const parts = given.map((part) => part ?? '');
  placeColumns.forEach((column, index) => {
    if (parts[index]?.includes('/') === true) at.wrong(column, 'badPart');
    if (index > 0 && parts[index] !== '' && parts[index - 1] === '') at.wrong(column, 'gapInPlace');
  });
  const area = parts.filter((part) => part !== '').join('/');
  return area === '' ? undefined : area;
}

function upstreamIn(at: Cells, known: ReadonlySet<string>): readonly UpstreamGroup[] | null | undefined {
  const text = at.given('upstream');
  if (text === undefined || text === null) return text;
  const groups = upstreamOf(text);
  if (groups === null) return at.wrong('upstream', 'badUpstream', upstreamExample);
  const unknown = groups.flatMap(({ parents }) => parents).find((parent) => !known.has(parent));
  if (unknown === undefined) return groups;
  at.errors.push(rowError(at.row, 'upstream', { value: unknown, code: 'unknownParent', right: at.near(unknown) }));
  return undefined;
}

const bindingColumns = ['merchantId', 'merchantName', 'validFrom'] as const;

function bindingOf(at: Cells): RowBinding | undefined {
  const [merchantId, merchantName] = [at.given('merchantId') ?? '', at.given('merchantName') ?? ''];
  const [from, through] = [at.text('validFrom'), at.given('validThrough')];
  if (merchantId === '' && merchantName === '' && from === '' && through === undefined) return undefined;
  const missing = bindingColumns.filter((column) => (at.given(column) ?? '') === '');
  if (missing.length > 0)
    return at.wrong('merchantId', 'merchantIncomplete', missing.map((column) => headers[column].zh).join('、'));
  const begins = instantOf(from);
  if (begins === null) return at.wrong('validFrom', 'badDate', dateExample);
  const validTo = typeof through === 'string' ? endOf(through) : through;
  if (validTo === null && typeof through === 'string') return at.wrong('validThrough', 'badDate', dateExample);
  if (typeof validTo === 'number' && validTo <= begins.at) return at.wrong('validThrough', 'endBeforeStart', dayText(begins.at));
  return { merchantId, merchantName, validFrom: begins.at, validTo };
}
