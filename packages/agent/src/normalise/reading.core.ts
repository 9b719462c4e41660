import type { DeviceId, Quality, Reading, ReadingValue } from '@cardwatch/contracts';
import type { PointMeaning, RawReading, RawValue } from '@cardwatch/drivers';
import type { EpochMs } from '@cardwatch/kernel';
import { number, tidy } from './normalise.core.ts';

interface Meant {
  readonly value: ReadingValue;
  readonly quality: Quality;
}

/** Raw value to a value with unit, scale and quality. `value` is null when the quality is bad. */
export function meaningOf(raw: RawValue, point: PointMeaning): Meant {
  if (raw === undefined || (typeof raw === 'number' && !Number.isFinite(raw))) return { value: null, quality: 'badSensor' };
  if (typeof raw === 'boolean') return { value: raw, quality: 'good' };
  if (typeof raw === 'string') return { value: raw.slice(0, 64), quality: 'good' };
  if (point.bit !== undefined)
    return { value: ((BigInt(Math.trunc(Number(raw))) >> BigInt(point.bit)) & 1n) === 1n, quality: 'good' };
  if (point.words !== undefined) return worded(raw, point.words);
  const value = tidy((number(raw) ?? 0) * point.scale + point.offset);
  const [low, high] = point.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return value < low || value > high ? { value: null, quality: 'badRange' } : { value, quality: 'good' };
}

function worded(raw: number | bigint, words: Readonly<Record<string, string>>): Meant {
  const word = words[String(raw)] ?? Object.entries(words).find(([key]) => Number(key) === Number(raw))?.[1];
  return word === undefined ? { value: String(raw), quality: 'uncertain' } : { value: word.slice(0, 64), quality: 'good' };
}

export interface ReadingContext {
  readonly deviceId: DeviceId;
  readonly points: readonly PointMeaning[];
}

/** All points of one observation: those that were read, and those that failed as `badComm`. Points that the profile does not know are left out. */
export function normaliseReadings(
  read: readonly RawReading[],
  failedPoints: readonly string[],
  { deviceId, points }: ReadingContext,
  now: EpochMs,
): Reading[] {
  const known = new Map(points.map((point) => [point.name, point]));
  const line = (point: PointMeaning, meant: Meant): Reading => ({
    type: 'reading',
    deviceId,
    point: point.name,
    value: meant.value,
    unit: point.unit,
    quality: meant.quality,
    observedAt: now,
    recordedAt: now,
  });
  const good = read.flatMap(({ point: name, raw }) => {
    const point = known.get(name);
    return point === undefined ? [] : [line(point, meaningOf(raw, point))];
  });
  const failed = failedPoints.flatMap((name) => {
    const point = known.get(name);
    return point === undefined ? [] : [line(point, { value: null, quality: 'badComm' })];
  });
  return [...good, ...failed];
}

export type LastSent = ReadonlyMap<string, Reading>;

/** Which readings are worth sending: a change beyond the dead band, another quality, or silence for `periodMs`. */
export function worthSending(
  readings: readonly Reading[],
  last: LastSent,
  points: readonly PointMeaning[],
  periodMs: number,
): { readonly send: readonly Reading[]; readonly last: LastSent } {
  const bands = new Map(points.map((point) => [point.name, point.deadBand]));
  const send = readings.filter((reading) => {
    const before = last.get(reading.point);
    return before === undefined || moved(before, reading, bands.get(reading.point) ?? 0) || due(before, reading, periodMs);
  });
  if (send.length === 0) return { send, last };
  return { send, last: new Map([...last, ...send.map((reading) => [reading.point, reading] as const)]) };
}

// A wall clock that stepped back must not silence a point, so either direction counts.
const due = (before: Reading, reading: Reading, periodMs: number): boolean =>
  Math.abs(reading.recordedAt - before.recordedAt) >= periodMs;

function moved(before: Reading, reading: Reading, deadBand: number): boolean {
  if (before.quality !== reading.quality) return true;
  if (typeof before.value === 'number' && typeof reading.value === 'number')
    return Math.abs(reading.value - before.value) > deadBand;
  return before.value !== reading.value;
}
