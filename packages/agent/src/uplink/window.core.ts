/**
 * The send window of one stream: which numbers go out next, and when they go out again. A number leaves the window only because the
 * collector said that it is committed; what the broker says (PUBACK) never reaches this file.
 *
 * Two lanes: `live` is what was journaled after this connection's hello and the last batch before it, `backlog` what stood before and all
 * older epochs.
 * With two slots or more, one is kept for each lane that has something to send; with one slot the lanes take turns.
 */
import type { EpochNo, Stream } from '@cardwatch/contracts';
import { addRange, contiguousUpto, inRanges, missingIn, type Range, type RangeSet } from '@cardwatch/kernel';

export const windowLimits = {
  /** Batches in flight per stream, whatever the collector grants. */
  creditMax: 16,
  creditDefault: 4,
  records: 256,
  /** The newest records at the hello are live, too: those of the last seconds must not stand behind a day's backlog. */
  freshRecords: 256,
  resend: { baseMs: 10_000, capMs: 60_000 },
  /** Without credit and without a word from the collector one batch is tried after this. */
  noCreditMs: 30_000,
  sparseRanges: 1_024,
} as const;

export type Lane = 'live' | 'backlog';

/** Numbers of one epoch, as far as the collector has told. */
export interface Life {
  readonly epoch: EpochNo;
  /** All up to here is committed. */
  readonly acked: number;
  /** Committed ranges above `acked`. */
  readonly sparse: RangeSet;
  /** Last durable number. */
  readonly last: number;
  /** First number of the live lane; infinite in an older epoch. */
  readonly liveFrom: number;
}

/** A batch on its way. `dueMs`: when it counts as lost on the way, monotonic clock. */
export interface Flight {
  readonly epoch: EpochNo;
  readonly first: number;
  readonly last: number;
  readonly lane: Lane;
  readonly sentMs: number;
  readonly dueMs: number;
}

export interface Window {
  readonly stream: Stream;
  readonly credit: number;
  /** Oldest epoch first. */
  readonly lives: readonly Life[];
  readonly flights: readonly Flight[];
  /** Re-sends since the last progress: what the re-send time grows by. */
  readonly resends: number;
  readonly lastLane: Lane;
  /** The collector asked to wait: no backlog before this, and nothing at all when it gave no credit. */
  readonly pausedUntilMs: number;
}

export const openWindow = (stream: Stream, lives: readonly Life[], credit: number): Window => ({
  stream,
  credit,
  lives,
  flights: [],
  resends: 0,
  lastLane: 'backlog',
  pausedUntilMs: 0,
});

export interface Progress {
  readonly contiguousUpto: number;
  readonly sparse: readonly Range[];
  readonly credit: number;
  readonly retryAfterMs?: number | undefined;
}

/** First number of the live lane when the hello told `last`. */
export const freshFrom = (last: number): number => Math.max(1, last + 1 - windowLimits.freshRecords);

/** Takes an acknowledgement. A word about an epoch or numbers that we do not have changes nothing but the credit. */
export function acknowledged(window: Window, epoch: EpochNo, progress: Progress, nowMs: number): Window {
  const lives = window.lives.map((life) => (life.epoch === epoch ? advance(life, progress) : life));
  const flights = window.flights.filter((flight) => !isCommitted(lives, flight));
  const moved =
    flights.length < window.flights.length || lives.some((life, index) => life.acked > (window.lives[index]?.acked ?? 0));
  const wait = progress.retryAfterMs ?? (progress.credit === 0 ? windowLimits.noCreditMs : undefined);
  return {
    ...window,
    lives,
    flights,
    credit: progress.credit,
    resends: moved ? 0 : window.resends,
    pausedUntilMs: wait === undefined ? 0 : nowMs + wait,
  };
}

function advance(life: Life, { contiguousUpto: upto, sparse }: Progress): Life {
  let ranges = life.sparse;
  for (const [first, last] of sparse)
    if (first <= last && first <= life.last) ranges = addRange(ranges, first, Math.min(last, life.last));
  const told = Math.max(life.acked, Math.min(upto, life.last));
  const acked = Math.max(told, contiguousUpto(ranges, told + 1));
  return { ...life, acked, sparse: above(ranges, acked).slice(0, windowLimits.sparseRanges) };
}

const above = (ranges: RangeSet, acked: number): RangeSet =>
  ranges.flatMap(([first, last]) => (last <= acked ? [] : [[Math.max(first, acked + 1), last] as const]));

function isCommitted(lives: readonly Life[], flight: Flight): boolean {
  const life = lives.find(({ epoch }) => epoch === flight.epoch);
  if (life === undefined) return true;
  if (flight.last <= life.acked) return true;
  return missingIn(life.sparse, Math.max(flight.first, life.acked + 1), flight.last).length === 0;
}

/** The journal of the current epoch has grown. */
export function grown(window: Window, epoch: EpochNo, last: number): Window {
  if (!window.lives.some((life) => life.epoch === epoch && last > life.last)) return window;
  return { ...window, lives: window.lives.map((life) => (life.epoch === epoch && last > life.last ? { ...life, last } : life)) };
}

/** Takes flights that were not acknowledged in time out of the air: their numbers are to be sent again. */
export function expired(window: Window, nowMs: number): Window {
  const flights = window.flights.filter(({ dueMs }) => dueMs > nowMs);
  return flights.length === window.flights.length ? window : { ...window, flights, resends: window.resends + 1 };
}

/** Numbers `from..to` of an epoch that may go out now. */
export interface Choice {
  readonly epoch: EpochNo;
  readonly from: number;
  readonly to: number;
  readonly lane: Lane;
}

/** What may go out now within the credit; undefined when nothing may or nothing is there. */
export function choose(window: Window, nowMs: number): Choice | undefined {
  const slots = slotsOf(window, nowMs);
  if (window.flights.length >= slots) return undefined;
  const live = firstMissing(window, 'live');
  const backlog = nowMs < window.pausedUntilMs ? undefined : firstMissing(window, 'backlog');
  const share = Math.max(1, slots - 1);
  const mayLive = live !== undefined && (backlog === undefined || countOf(window, 'live') < share);
  const mayBacklog = backlog !== undefined && countOf(window, 'backlog') < share;
  if (mayLive && mayBacklog && slots === 1) return window.lastLane === 'live' ? backlog : live;
  return mayLive ? live : mayBacklog ? backlog : undefined;
}

const countOf = (window: Window, lane: Lane): number => window.flights.filter((flight) => flight.lane === lane).length;

function slotsOf(window: Window, nowMs: number): number {
  if (window.credit > 0) return Math.min(window.credit, windowLimits.creditMax);
  return nowMs >= window.pausedUntilMs ? 1 : 0;
}

function firstMissing(window: Window, lane: Lane): Choice | undefined {
  for (const life of window.lives) {
    const low = lane === 'live' ? Math.max(life.acked + 1, life.liveFrom) : life.acked + 1;
    const high = lane === 'live' ? life.last : Math.min(life.last, life.liveFrom - 1);
    if (low > high) continue;
    const taken = inAir(window, life);
    const range = missingIn(taken, low, high)[0];
    if (range !== undefined)
      return { epoch: life.epoch, from: range[0], to: Math.min(range[1], range[0] + windowLimits.records - 1), lane };
  }
  return undefined;
}

function inAir(window: Window, life: Life): RangeSet {
  let ranges = life.sparse;
  for (const flight of window.flights) if (flight.epoch === life.epoch) ranges = addRange(ranges, flight.first, flight.last);
  return ranges;
}

/** A batch was handed to the connection. `draw` in [0, 1) spreads the re-send time. */
export function sent(window: Window, choice: Choice, last: number, nowMs: number, draw: number): Window {
  const { baseMs, capMs } = windowLimits.resend;
  const high = Math.min(capMs, baseMs * 2 ** Math.min(20, window.resends + 1));
  const flight: Flight = {
    epoch: choice.epoch,
    first: choice.from,
    last,
    lane: choice.lane,
    sentMs: nowMs,
    dueMs: nowMs + baseMs + draw * (high - baseMs),
  };
  return { ...window, flights: [...window.flights, flight], lastLane: choice.lane };
}

/** When the window has to be looked at again without anything happening; infinity: never. */
export function wakeMs(window: Window, nowMs: number): number {
  let wake = window.pausedUntilMs > nowMs ? window.pausedUntilMs : Number.POSITIVE_INFINITY;
  for (const { dueMs } of window.flights) wake = Math.min(wake, dueMs);
  return wake;
}

/** Numbers that are not yet committed. */
export const pending = (window: Window): number =>
  window.lives.reduce(
    (sum, life) => sum + missingIn(life.sparse, life.acked + 1, life.last).reduce((n, [a, b]) => n + b - a + 1, 0),
    0,
  );

export const isCommittedNumber = (life: Life, seq: number): boolean => seq <= life.acked || inRanges(life.sparse, seq);
