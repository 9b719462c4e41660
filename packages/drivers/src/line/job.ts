import { type EpochMs, type Result, err, ok, toHex } from '@cardwatch/kernel';
import type { DriverFailure, TraceFrame } from '../contract.ts';
import type { LineSettings, Match, MatchContext, Reply, Sightings, Transaction } from './transaction.ts';

/** A transaction in the queue or on the wire, its value type hidden. Settles once; later calls do nothing. */
export interface Job {
  readonly settings: LineSettings;
  readonly station: string;
  readonly request: Uint8Array;
  readonly restMs: number;
  /** Time the answer may take from the first byte sent, ms. */
  readonly budgetMs: number;
  /** Monotonic times, ms. */
  readonly queuedAtMs: number;
  readonly deadlineAtMs: number;
  readonly settled: boolean;
  /** Hands bytes to the trace of the device that asks, if one runs. */
  trace(way: TraceFrame['way'], bytes: Uint8Array, now: EpochMs): void;
  /** Looks for the reply. `done` when it was found and handed over. */
  offer(buffer: Uint8Array, context: MatchContext, rttMs: number): Offered;
  fail(failure: DriverFailure): void;
}

export interface Offered {
  readonly used: number;
  readonly seen: Sightings;
  readonly outcome: { readonly kind: 'wait' | 'done' } | { readonly kind: 'broken'; readonly failure: DriverFailure };
}

export function makeJob<T>(
  transaction: Transaction<T>,
  nowMs: number,
  settle: (result: Result<Reply<T>, DriverFailure>) => void,
): Job {
  const { settings, station, request, restMs, deadlineMs, replyBytesMax, replyTimeoutMs, match } = transaction;
  let settled = false;
  const once = (result: Result<Reply<T>, DriverFailure>): void => {
    if (settled) return;
    settled = true;
    settle(result);
  };
  return {
    settings,
    station,
    request,
    restMs,
    budgetMs: (request.length + replyBytesMax) * settings.charMs + replyTimeoutMs,
    queuedAtMs: nowMs,
    deadlineAtMs: nowMs + deadlineMs,
    get settled() {
      return settled;
    },
    trace: (way, bytes, now) => transaction.trace?.()?.({ way, at: now, hex: toHex(bytes) }),
    offer: (buffer, context, rttMs) => {
      const found = match(buffer, context);
      if (found.kind === 'reply') once(ok({ value: found.value, rttMs }));
      return { used: found.used, seen: found.seen, outcome: outcomeOf(found) };
    },
    fail: (failure) => once(err(failure)),
  };
}

function outcomeOf<T>(found: Match<T>): Offered['outcome'] {
  if (found.kind === 'broken') return { kind: 'broken', failure: found.failure };
  return { kind: found.kind === 'reply' ? 'done' : 'wait' };
}
