import { count } from './money.ts';

const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `1.5 KiB`, `23.4 MiB`. */
export function bytes(value: number): string {
  let rest = value;
  let at = 0;
  while (rest >= 1024 && at < steps.length - 1) {
    rest /= 1024;
    at++;
  }
  return `${at === 0 ? rest : rest.toFixed(1)} ${steps[at] ?? 'B'}`;
}

/** A measured value with as many digits as it deserves: at most two decimals, `12,345.6`, a real minus. */
export function measured(value: number): string {
  const [whole = '', decimals] = String(Number(Math.abs(value).toFixed(2))).split('.');
  return `${value < 0 ? '−' : ''}${count(Number(whole))}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** Milliseconds as a person reads them: `−320 ms`, `1.5 s`, `2.1 min`; keeps the sign, because drift has a side. */
export function signedSpan(ms: number): string {
  const sign = ms < 0 ? '−' : ms > 0 ? '+' : '';
  const size = Math.abs(ms);
  if (size < 1_000) return `${sign}${size} ms`;
  if (size < 120_000) return `${sign}${measured(size / 1_000)} s`;
  return `${sign}${measured(size / 60_000)} min`;
}
