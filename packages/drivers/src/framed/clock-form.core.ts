import { type CivilTime, bcdDigits, toHex } from '@cardwatch/kernel';
import { clockText } from '../profile/clock-text.core.ts';

/** How the parts of a date stand on the wire: each a BCD byte, a plain binary byte, or two ASCII digits. `yyyy` takes two bytes, or four digits. */
export type ClockCoding = 'bcd' | 'binary' | 'ascii';

/** A clock that was never set. */
export const noClock = '0000-00-00 00:00:00';

const token = /yyyy|yy|MM|dd|HH|mm|ss|--/g;

/** Parts of a form such as `yyMMddHHmmss` or `ssmmHHddMMyy` in wire order, `--` for a part to pass over (day of the week). */
export const formParts = (form: string): readonly string[] => form.match(token) ?? [];

/** True for a form that names every part of a date once and nothing else. */
export function formSound(form: string): boolean {
  const parts = formParts(form);
  if (parts.join('') !== form) return false;
  const named = parts.filter((part) => part !== '--').map((part) => (part === 'yyyy' ? 'yy' : part));
  return named.toSorted().join() === ['HH', 'MM', 'dd', 'mm', 'ss', 'yy'].toSorted().join();
}

const partBytes = (part: string, coding: ClockCoding): number => (part === 'yyyy' ? 2 : 1) * (coding === 'ascii' ? 2 : 1);

export const formBytes = (form: string, coding: ClockCoding): number =>
  formParts(form).reduce((sum, part) => sum + partBytes(part, coding), 0);

/** `yyyy-MM-dd HH:mm:ss`, years of two digits from 2000; bytes that are no numbers come back as hex: kept, and no date. */
export function clockOfForm(bytes: Uint8Array, form: string, coding: ClockCoding): string {
  const found = new Map<string, number>();
  let at = 0;
  for (const part of formParts(form)) {
    const value = partValue(bytes.subarray(at, at + partBytes(part, coding)), coding);
    if (value === undefined) return toHex(bytes);
    found.set(part, value);
    at += partBytes(part, coding);
  }
  if ([...found.values()].every((value) => value === 0)) return noClock;
  const of = (part: string): number => found.get(part) ?? 0;
  const civil: CivilTime = {
    year: found.get('yyyy') ?? 2_000 + of('yy'),
    month: of('MM'),
    day: of('dd'),
    hour: of('HH'),
    minute: of('mm'),
    second: of('ss'),
  };
  return clockText(civil);
}

function partValue(bytes: Uint8Array, coding: ClockCoding): number | undefined {
  if (coding === 'binary') return bytes.reduce((value, byte) => value * 256 + byte, 0);
  const digits = coding === 'bcd' ? bcdDigits(bytes) : String.fromCharCode(...bytes);
  return digits === undefined || !/^\d+$/.test(digits) ? undefined : Number(digits);
}
