import { yuanFromFen } from '@cardwatch/kernel';

/** 1234567 fen to `¥12,345.67`; a minus stands before the sign of money and is a real minus. */
export function money(fen: number): string {
  const [whole = '', decimals = ''] = yuanFromFen(Math.abs(fen)).split('.');
  return `${fen < 0 ? '−' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}

/** As `money`, with the sign always shown: what a record does to its purse. */
export const signedMoney = (fen: number, direction: 1 | -1 | 0): string =>
  direction === 0 || fen === 0 ? money(fen) : `${direction > 0 ? '+' : '−'}${money(fen)}`;

/** `12,345`. */
export const count = (value: number): string => String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ',');
