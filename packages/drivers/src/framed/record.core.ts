/** Single records: their checksum, number and fields. Pure. */
import type { RawFields, RawRecord, RawValue } from '../contract.ts';
import { checkBytes, checksum } from './check.core.ts';
import type { RecordLayout } from './model.ts';
import { bytesOf, decodeValue } from './value.core.ts';

/** Whether the record's own checksum holds; `absent` where it has none. */
export function recordCheck({ check }: RecordLayout, raw: Uint8Array): RawRecord['check'] {
  if (check === undefined) return 'absent';
  const as = checkBytes(check.kind) === 1 ? 'u8' : 'u16';
  const met = decodeValue({ as, order: check.order }, raw.subarray(check.at, check.at + checkBytes(check.kind)));
  return met.ok && met.value === checksum(check.kind, raw.subarray(check.from, check.to)) ? 'ok' : 'bad';
}

/** The number that the record carries; meaningful only when its check holds. */
export function numberIn(layout: RecordLayout, raw: Uint8Array): number | undefined {
  const part = layout.fields.find(({ field }) => field === 'recordNo');
  if (part === undefined) return undefined;
  const met = decodeValue(part, raw.subarray(part.at, part.at + (bytesOf(part) ?? 0)));
  return met.ok && typeof met.value === 'number' ? met.value : undefined;
}

/** Decodes a record; one that fails its check keeps its bytes and the number of its place. */
export function decodeRecord(layout: RecordLayout, raw: Uint8Array, placeNo: number | undefined): RawRecord {
  const check = recordCheck(layout, raw);
  if (check === 'bad')
    return { recordNo: placeNo, raw, fields: undefined, check, problem: 'wrong checksum, number by its place' };
  const fields: Record<string, RawValue> = {};
  for (const part of layout.fields) {
    const met = decodeValue(part, raw.subarray(part.at, part.at + (bytesOf(part) ?? 0)));
    if (!met.ok)
      return { recordNo: numberIn(layout, raw), raw, fields: undefined, check, problem: `${part.field}: ${met.error}` };
    fields[part.field] = met.value;
  }
  return { recordNo: numberIn(layout, raw), raw, fields: fields as RawFields, check };
}

/** Sound records that do not carry the number of their place: a stray answer, or a store in disorder. */
export const misplaced = (layout: RecordLayout, raws: readonly Uint8Array[], placeNo: (offset: number) => number): boolean =>
  raws.some((raw, offset) => recordCheck(layout, raw) !== 'bad' && numberIn(layout, raw) !== placeNo(offset));
