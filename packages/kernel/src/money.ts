import { err, ok, type Result } from './result.ts';

/** Integer fen (分), 1/100 yuan. Never a float. */
export type Fen = number & { readonly __brand: 'Fen' };

export const fen = (value: number): Fen => {
  if (!Number.isSafeInteger(value)) throw new RangeError('an amount is a safe integer of fen');
  return value as Fen;
};

export interface MoneyFailure {
  readonly kind: 'notYuan';
  readonly text: string;
}

/** `"12.3"` to 1230 fen by decimal digits; at most two decimals, sign allowed, separators not. */
export function fenFromYuan(text: string): Result<Fen, MoneyFailure> {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return err({ kind: 'notYuan', text });
  const magnitude = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return ok(fen(match[1] === '-' ? 0 - magnitude : magnitude));
}

/** 1234567 fen to `"12345.67"`. */
export function yuanFromFen(amount: number): string {
  const magnitude = Math.abs(amount);
  return `${amount < 0 ? '-' : ''}${Math.trunc(magnitude / 100)}.${String(magnitude % 100).padStart(2, '0')}`;
}
