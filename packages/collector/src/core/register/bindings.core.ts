/** What rows say of one device's merchants, laid over what is known. A new merchant ends the one before; nobody's history moves to another by a rename. */
import type { DeviceId } from '@cardwatch/contracts';
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { endText } from './cells.core.ts';
import type { RegisterRow, RowBinding } from './read-rows.core.ts';
import { rowError, type RowError } from './row-error.core.ts';
import { bindingKey, dayText, type RegisterEdit, same } from './register.core.ts';

export interface BindingRow {
  readonly row: number;
  readonly binding: RowBinding;
}

export interface Laid {
  readonly edits: readonly { readonly edit: RegisterEdit; readonly row: number }[];
  readonly errors: readonly RowError[];
}

export const bindingRows = (rows: readonly RegisterRow[]): readonly BindingRow[] =>
  rows
    .flatMap(({ row, binding }) => (binding === undefined ? [] : [{ row, binding }]))
    .toSorted((a, b) => a.binding.validFrom - b.binding.validFrom);

interface Work {
  readonly deviceId: DeviceId;
  readonly byStart: Map<number, MerchantBinding>;
  readonly rowOf: Map<number, number>;
  readonly errors: RowError[];
}

/** `current`: all bindings of this device. */
export function layBindings(
  { deviceId, current }: { readonly deviceId: DeviceId; readonly current: readonly MerchantBinding[] },
  rows: readonly BindingRow[],
  now: EpochMs,
): Laid {
  const work: Work = { deviceId, byStart: new Map(current.map((each) => [each.validFrom, each])), rowOf: new Map(), errors: [] };
  const fresh = rows.filter(({ binding }) => !work.byStart.has(binding.validFrom));
  for (const row of rows) if (firstOfItsDay(work, row) && !fresh.includes(row)) amend(work, row, now);
  for (const row of fresh) if (work.rowOf.get(row.binding.validFrom) === row.row) insert(work, row);
  return { edits: editsOf(work, current), errors: work.errors };
}

function firstOfItsDay(work: Work, { row, binding }: BindingRow): boolean {
  const other = work.rowOf.get(binding.validFrom);
  if (other === undefined) {
    work.rowOf.set(binding.validFrom, row);
    return true;
  }
  work.errors.push(rowError(row, 'validFrom', { value: dayText(binding.validFrom), code: 'doubleRow', right: String(other) }));
  return false;
}

function amend(work: Work, { row, binding }: BindingRow, now: EpochMs): void {
  const before = work.byStart.get(binding.validFrom);
  if (before === undefined) return;
  if (before.merchantId !== binding.merchantId && before.validFrom <= now) {
    work.errors.push(rowError(row, 'merchantId', { value: binding.merchantId, code: 'historyFixed', right: nameOf(before) }));
    return;
  }
  const validTo = binding.validTo === undefined ? before.validTo : binding.validTo;
  const after = { ...before, merchantId: binding.merchantId, merchantName: binding.merchantName, validTo };
  const clash = clashOf(work, after);
  if (clash !== undefined)
    work.errors.push(rowError(row, 'validThrough', { value: endsAs(after), code: 'overlap', right: spanOf(clash) }));
  else work.byStart.set(binding.validFrom, after);
}

function insert(work: Work, { row, binding }: BindingRow): void {
  const { validFrom, merchantId, merchantName } = binding;
  const starts = [...work.byStart.values()].toSorted((a, b) => a.validFrom - b.validFrom);
  const next = starts.find((each) => each.validFrom > validFrom);
  const after: MerchantBinding = {
    deviceId: work.deviceId,
    merchantId,
    merchantName,
    validFrom,
    validTo: binding.validTo === undefined ? (next?.validFrom ?? null) : binding.validTo,
  };
  const open = starts.findLast((each) => each.validFrom < validFrom && each.validTo === null);
  if (open !== undefined) work.byStart.set(open.validFrom, { ...open, validTo: validFrom });
  const clash = clashOf(work, after);
  if (clash !== undefined)
    work.errors.push(rowError(row, 'validFrom', { value: dayText(validFrom), code: 'overlap', right: spanOf(clash) }));
  else work.byStart.set(validFrom, after);
}

const untilOf = ({ validTo }: MerchantBinding): number => validTo ?? Number.POSITIVE_INFINITY;

const clashOf = (work: Work, one: MerchantBinding): MerchantBinding | undefined =>
  [...work.byStart.values()].find(
    (each) => each.validFrom !== one.validFrom && each.validFrom < untilOf(one) && one.validFrom < untilOf(each),
  );

function editsOf(work: Work, current: readonly MerchantBinding[]): Laid['edits'] {
  const before = new Map(current.map((each) => [each.validFrom as number, each]));
  return [...work.byStart].flatMap(([start, after]) => {
    const was = before.get(start) ?? null;
    if (same(was, after)) return [];
    const row = work.rowOf.get(start) ?? work.rowOf.get(after.validTo ?? -1) ?? 0;
    return [{ edit: { table: 'bindings', key: bindingKey(after), before: was, after } as const, row }];
  });
}

const nameOf = ({ merchantId, merchantName }: MerchantBinding): string => `${merchantId} ${merchantName}`;
const endsAs = ({ validTo }: MerchantBinding): string => (validTo === null ? '…' : endText(validTo));
const spanOf = (binding: MerchantBinding): string => `${nameOf(binding)} ${dayText(binding.validFrom)} - ${endsAs(binding)}`;
