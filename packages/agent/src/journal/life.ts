/** What the journal knows in memory of one stream in one epoch. Only the owner of a stream changes it. */
import type { EpochNo, Stream } from '@cardwatch/contracts';
import { chainStart } from './chain.ts';
import type { SegmentKey, StoredHole } from './frame.core.ts';
import { journalBounds } from './limits.ts';
import type { Point } from './scan.core.ts';

export interface Segment {
  readonly key: SegmentKey;
  readonly path: string;
  readonly createdMs: number;
  /** Chain hash of number base - 1; undefined when the header was destroyed and nothing else tells it. */
  prevHash: Uint8Array;
  /** End of the last good frame, footer left out. */
  end: number;
  /** Bytes that the file takes. */
  bytes: number;
  /** Last number in it, base - 1 when it is empty. */
  lastSeq: number;
  sealed: boolean;
  /** Known places, ascending; more are learned by reading. */
  points: Point[];
  /** Since when it could not be read, how often, and how many syncs had succeeded then. */
  readFailed: { count: number; readonly since: number; readonly syncs: number } | undefined;
}

export interface Life {
  readonly stream: Stream;
  readonly epoch: EpochNo;
  /** Ascending by base; where two overlap, the later one holds the truth. */
  readonly segments: Segment[];
  /** Ascending, apart. */
  readonly holes: StoredHole[];
  /** Where the next hole is written in the holes file. */
  holesEnd: number;
  /** The holes file is in its folder for good. */
  holesNamed: boolean;
  /** Numbers up to here were dropped while there was no room for a hole. */
  gone: number;
  acked: number;
  /** Last number that is durable or known to be lost. */
  durable: number;
  /** Chain hash of `durable`. */
  durableHash: Uint8Array;
}

export const emptyLife = (stream: Stream, epoch: EpochNo): Life => ({
  stream,
  epoch,
  segments: [],
  holes: [],
  holesEnd: 0,
  holesNamed: false,
  gone: 0,
  acked: 0,
  durable: 0,
  durableHash: chainStart(),
});

/** Index of the segment that holds `seq` or would hold it; -1 when it is before the first. */
export function segmentIndex(life: Life, seq: number): number {
  let low = 0;
  let high = life.segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((life.segments[middle]?.key.base ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Last number that segment `index` tells the truth about. */
export function segmentUpto(life: Life, index: number): number {
  const next = life.segments[index + 1];
  const last = life.segments[index]?.lastSeq ?? 0;
  return next === undefined ? last : Math.min(last, next.key.base - 1);
}

export const holeAt = (life: Life, seq: number): StoredHole | undefined =>
  life.holes.find((hole) => hole.first <= seq && seq <= hole.last);

export const nextHoleAfter = (life: Life, seq: number): StoredHole | undefined => life.holes.find((hole) => hole.first > seq);

/** First number still on disk or known to be lost; durable + 1 when there is none. */
export function firstSeq(life: Life): number {
  const base = life.segments[0]?.key.base ?? life.durable + 1;
  return Math.min(base, life.holes[0]?.first ?? base);
}

export function pointFor(segment: Segment, seq: number): Point | undefined {
  let low = 0;
  let high = segment.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segment.points[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return segment.points[low - 1];
}

/** Remembers a place when it lies behind all that are known. */
export function learnPoint(segment: Segment, point: Point, spacing: number): void {
  const last = segment.points.at(-1);
  if (last === undefined || point.seq >= last.seq + spacing) segment.points.push(point);
}

/** Wall time of the first record that is not acknowledged, to the accuracy of the known places. */
export function oldestUnackedAt(life: Life): number | undefined {
  if (life.acked >= life.durable) return undefined;
  const segment = life.segments[Math.max(0, segmentIndex(life, life.acked + 1))];
  if (segment === undefined) return undefined;
  return pointFor(segment, life.acked + 1)?.wallMs ?? segment.createdMs;
}

/** Keeps few of the places of a segment that is left: memory stays small however much is on the disk. */
export function thinPoints(segment: Segment): void {
  const { keptPoints } = journalBounds;
  if (segment.points.length <= keptPoints) return;
  const step = Math.ceil(segment.points.length / keptPoints);
  segment.points = segment.points.filter((_, index) => index % step === 0);
}

export const lifeBytes = (life: Life): number => life.segments.reduce((sum, segment) => sum + segment.bytes, 0);

/** Adds a hole; one that it covers goes, and a neighbour dropped before it grows. */
export function insertHole(life: Life, hole: StoredHole): void {
  const covered = life.holes.filter((other) => other.first < hole.first || other.last > hole.last);
  const before = covered.findLastIndex((other) => other.first < hole.first);
  const left = covered[before];
  const joins = left?.cause === 'dropped' && hole.cause === 'dropped' && left.last + 1 === hole.first;
  if (joins) covered.splice(before, 1, { ...left, last: hole.last });
  else covered.splice(before + 1, 0, hole);
  life.holes.splice(0, life.holes.length, ...covered);
}
