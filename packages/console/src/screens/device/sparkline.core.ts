import type { ReadingDto } from '@cardwatch/contracts/api';

export interface Sparkline {
  /** SVG path; a bad or missing reading breaks the line. */
  readonly path: string;
  readonly last: { readonly x: number; readonly y: number };
  readonly low: number;
  readonly high: number;
  readonly from: number;
}

const marginPx = 3;

/** Readings, newest first, to a line in a box. Undefined with fewer than two numbers: then there is no course to show. */
export function sparkline(
  readings: readonly ReadingDto[],
  box: { readonly width: number; readonly height: number },
): Sparkline | undefined {
  const points = [...readings]
    .reverse()
    .map(({ value, observedAt }) => ({ at: observedAt, value: typeof value === 'number' ? value : undefined }));
  const values = points.flatMap(({ value }) => value ?? []);
  const first = points[0];
  const last = points.findLast(({ value }) => value !== undefined);
  if (values.length < 2 || first === undefined || last?.value === undefined) return undefined;
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - first.at);
  const x = (at: number): number => marginPx + ((at - first.at) / span) * (box.width - 2 * marginPx);
  const y = (value: number): number =>
    high === low ? box.height / 2 : marginPx + (1 - (value - low) / (high - low)) * (box.height - 2 * marginPx);
  return { path: pathOf(points, x, y), last: { x: round(x(last.at)), y: round(y(last.value)) }, low, high, from: first.at };
}

function pathOf(
  points: readonly { readonly at: number; readonly value: number | undefined }[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isDrawing = false;
  for (const { at, value } of points) {
    if (value !== undefined) path += `${isDrawing ? 'L' : 'M'}${round(x(at))} ${round(y(value))}`;
    isDrawing = value !== undefined;
  }
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
