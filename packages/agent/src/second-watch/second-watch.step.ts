/**
 * Whether the collector is there, as this agent sees it, and who was told. Time and checks in, messages out.
 *
 * - `lost` after `failures` bad checks in a row and `afterMs`, both; `well` again after two good ones.
 * - Each channel is told once that it is lost, again every `againMs`, and once that it is back. A message that waits gives way to a newer one,
 *   so that at most one waits for a channel. Who was never told that it was lost hears of it with the recovery.
 * - The state is kept before a message goes out and after it went: a restart says nothing twice, unless it died in between, and forgets nothing.
 */
import { type EpochMs, exponential } from '@cardwatch/kernel';

export const secondWatchLimits = {
  goodChecks: 2,
  retry: { baseMs: 10_000, capMs: 300_000 },
  /** A recovery that cannot be told for so long is not told any more. */
  backMs: 24 * 3_600_000,
  /** Bad checks from before a pause of so many periods, while nobody looked, do not count. */
  pausePeriods: 3,
} as const;

export const whyCodes = [
  'unreachable',
  'timeout',
  'untrusted',
  'status',
  'redirected',
  'notUnderstood',
  'degraded',
  'unauthorised',
  'watchStill',
  'watchBehind',
] as const;
/**
 * What a check found. `unauthorised`: our own token is refused, so nothing is known beyond that something answers. `watchStill`, `watchBehind`: it books
 * records, but its alarms and messages stand still or come late.
 */
export type WhyCode = (typeof whyCodes)[number];

export interface Why {
  readonly code: WhyCode;
  /** A status, a code of the system or causes by name; at most 120 characters. */
  readonly detail: string;
}

export interface Waiting {
  readonly kind: 'lost' | 'again' | 'back';
  /** Stays the same over tries and restarts: receivers know a repetition by it. */
  readonly noticeId: string;
  /** First bad check of the loss that it speaks of, and the check that ended it. */
  readonly since: EpochMs;
  readonly until: EpochMs | null;
  /** Messages that this channel had about the loss before this one. */
  readonly told: number;
  readonly queuedAt: EpochMs;
  readonly tries: number;
  readonly nextTryAt: EpochMs;
}

export interface ChannelState {
  /** When it was last told that the collector is lost; null: not told, or told that it is back. */
  readonly toldAt: EpochMs | null;
  /** Messages about this loss so far. */
  readonly told: number;
  readonly waiting: Waiting | null;
}

export interface SecondWatchState {
  readonly condition: 'well' | 'doubtful' | 'lost';
  /** First bad check of the present loss or doubt. */
  readonly since: EpochMs | null;
  readonly failures: number;
  readonly good: number;
  readonly why: Why | null;
  readonly checkedAt: EpochMs | null;
  readonly channels: Readonly<Record<string, ChannelState>>;
}

export type SecondWatchEvent =
  /** At the start: what was kept, with the channels as they are configured now. */
  | { readonly type: 'started'; readonly channels: readonly string[] }
  | { readonly type: 'checked'; readonly why: Why | null }
  | { readonly type: 'sent'; readonly channel: string; readonly noticeId: string; readonly ok: boolean }
  /** Whatever is due is sent. */
  | { readonly type: 'ticked' };

export type SecondWatchEffect =
  | { readonly type: 'send'; readonly channel: string; readonly waiting: Waiting }
  | { readonly type: 'turned'; readonly to: SecondWatchState['condition'] }
  | { readonly type: 'gaveUp'; readonly channel: string; readonly noticeId: string };

export interface SecondWatchRules {
  readonly agent: string;
  readonly everyMs: number;
  readonly failures: number;
  readonly afterMs: number;
  /** 0: never again. */
  readonly againMs: number;
}

const untold: ChannelState = { toldAt: null, told: 0, waiting: null };

export const newSecondWatch: SecondWatchState = {
  condition: 'well',
  since: null,
  failures: 0,
  good: 0,
  why: null,
  checkedAt: null,
  channels: {},
};

type Outcome = readonly [SecondWatchState, readonly SecondWatchEffect[]];

/** `Step` with the rules bound first. */
export const secondWatchStep =
  (rules: SecondWatchRules) =>
  (state: SecondWatchState, event: SecondWatchEvent, now: EpochMs): Outcome => {
    switch (event.type) {
      case 'started':
        return [started(state, event.channels, rules, now), []];
      case 'checked':
        return event.why === null ? good(state, rules, now) : bad(state, event.why, rules, now);
      case 'sent':
        return [sent(state, event, now), []];
      case 'ticked':
        return ticked(state, rules, now);
    }
  };

function started(state: SecondWatchState, names: readonly string[], rules: SecondWatchRules, now: EpochMs): SecondWatchState {
  const channels = Object.fromEntries(names.map((name) => [name, state.channels[name] ?? newcomer(state, rules, now)]));
  const stale = state.checkedAt === null || Math.abs(now - state.checkedAt) > secondWatchLimits.pausePeriods * rules.everyMs;
  const doubt =
    state.condition === 'doubtful' && stale ? { condition: 'well' as const, since: null, failures: 0, why: null } : {};
  return { ...state, ...doubt, good: 0, channels };
}

/** A channel that is new hears of a loss that stands. */
const newcomer = (state: SecondWatchState, rules: SecondWatchRules, now: EpochMs): ChannelState =>
  state.condition === 'lost' ? { ...untold, waiting: waitingOf('lost', state, untold, rules, now) } : untold;

function bad(state: SecondWatchState, why: Why, rules: SecondWatchRules, now: EpochMs): Outcome {
  const fresh = state.condition === 'well' ? { since: now, failures: 0 } : {};
  const seen = { ...state, ...fresh, good: 0, why, checkedAt: now };
  const failures = seen.failures + 1;
  // A clock that was set back makes no loss longer.
  const since = Math.min(seen.since ?? now, now) as EpochMs;
  const doubtful: SecondWatchState = { ...seen, since, failures };
  if (state.condition === 'lost') return [doubtful, []];
  const lost = failures >= rules.failures && now - since >= rules.afterMs;
  if (!lost) {
    const turned: readonly SecondWatchEffect[] = state.condition === 'doubtful' ? [] : [{ type: 'turned', to: 'doubtful' }];
    return [{ ...doubtful, condition: 'doubtful' }, turned];
  }
  const next: SecondWatchState = { ...doubtful, condition: 'lost' };
  const channels = mapChannels(next, () => ({ ...untold, waiting: waitingOf('lost', next, untold, rules, now) }));
  return [{ ...next, channels }, [{ type: 'turned', to: 'lost' }]];
}

function good(state: SecondWatchState, rules: SecondWatchRules, now: EpochMs): Outcome {
  const seen = { ...state, checkedAt: now, good: state.good + 1 };
  if (state.condition === 'well') return [{ ...seen, failures: 0, why: null }, []];
  if (state.condition === 'lost' && seen.good < secondWatchLimits.goodChecks) return [seen, []];
  const calm: SecondWatchState = { ...seen, condition: 'well', since: null, failures: 0, why: null };
  const turned: readonly SecondWatchEffect[] = [{ type: 'turned', to: 'well' }];
  if (state.condition === 'doubtful') return [calm, turned];
  const channels = mapChannels(state, (own) => ({ ...own, waiting: waitingOf('back', state, own, rules, now) }));
  return [{ ...calm, channels }, turned];
}

function sent(state: SecondWatchState, event: SecondWatchEvent & { readonly type: 'sent' }, now: EpochMs): SecondWatchState {
  const own = state.channels[event.channel];
  // Another message took its place while it was on its way.
  if (own?.waiting?.noticeId !== event.noticeId) return state;
  const { waiting } = own;
  const tries = waiting.tries + 1;
  const next: ChannelState = event.ok
    ? waiting.kind === 'back'
      ? untold
      : { toldAt: now, told: own.told + 1, waiting: null }
    : { ...own, waiting: { ...waiting, tries, nextTryAt: later(now, exponential(secondWatchLimits.retry, waiting.tries)) } };
  return { ...state, channels: { ...state.channels, [event.channel]: next } };
}

function ticked(state: SecondWatchState, rules: SecondWatchRules, now: EpochMs): Outcome {
  const effects: SecondWatchEffect[] = [];
  const channels = mapChannels(state, (own, channel) => {
    const due = again(own, state, rules, now);
    const { waiting } = due;
    if (waiting === null) return due;
    if (waiting.kind === 'back' && now - waiting.queuedAt > secondWatchLimits.backMs) {
      effects.push({ type: 'gaveUp', channel, noticeId: waiting.noticeId });
      return untold;
    }
    // A clock that was set back must not hold a message for longer than its longest pause.
    if (now >= waiting.nextTryAt || waiting.nextTryAt - now > secondWatchLimits.retry.capMs)
      effects.push({ type: 'send', channel, waiting });
    return due;
  });
  return [{ ...state, channels }, effects];
}

function again(own: ChannelState, state: SecondWatchState, rules: SecondWatchRules, now: EpochMs): ChannelState {
  const due = state.condition === 'lost' && own.waiting === null && own.toldAt !== null && rules.againMs > 0;
  if (!due || now - (own.toldAt ?? now) < rules.againMs) return own;
  return { ...own, waiting: waitingOf('again', state, own, rules, now) };
}

const waitingOf = (
  kind: Waiting['kind'],
  { since }: SecondWatchState,
  { told }: ChannelState,
  { agent }: SecondWatchRules,
  now: EpochMs,
): Waiting => ({
  kind,
  noticeId: `${agent.slice(0, 40)}-${(since ?? now).toString(36)}-${kind}-${told}`,
  since: since ?? now,
  until: kind === 'back' ? now : null,
  told,
  queuedAt: now,
  tries: 0,
  nextTryAt: now,
});

const mapChannels = (
  { channels }: SecondWatchState,
  change: (own: ChannelState, name: string) => ChannelState,
): Readonly<Record<string, ChannelState>> =>
  Object.fromEntries(Object.entries(channels).map(([name, own]) => [name, change(own, name)]));

const later = (at: EpochMs, byMs: number): EpochMs => (at + byMs) as EpochMs;
