/**
 * What a rule with other parameters would have found in stored days, beside the version in force. It reads and looks a few milliseconds at a time and lets
 * the watch go on in between. What is normal, calendars and ways are those of today.
 */
import type { ReplayDto } from '@cardwatch/contracts/api';
import type { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs, err, minuteMs, ok, type Result, secondMs } from '@cardwatch/kernel';
import { compared, type Comparison } from '../core/replay/compare.core.ts';
import { Replay, type ReplayFact } from '../core/replay/replay.core.ts';
import { replayNeeds } from '../core/replay/replayable.core.ts';
import { trialLimits, type TrialAlarm, type TrialResult } from '../core/replay/trial.core.ts';
import { type Settled, settle } from '../core/rules/registry.core.ts';
import type { ActFailure, ReplayAsk } from '../core/watch/act.core.ts';
import { createLearned, type LearnedParts, worldLimits } from '../core/world/learn.core.ts';
import type { World } from '../core/world/world.core.ts';
import { breathe } from '../shell/breathe.ts';
import type { CustodyFeed } from '../store/feed/roles.ts';
import type { WatchStore } from '../store/watch/roles.ts';
import { type FactFeed, replayFactLimits, type Span, storedFacts, storedStates } from './replay-facts.ts';

export const replayingLimits = {
  spanMs: 90 * dayMs,
  /** Work without a break. */
  stretchMs: 4,
  /** One that takes longer is given up: a shorter time answers. */
  runMs: 5 * minuteMs,
  /** Replays at once. */
  running: 1,
  /** Up to two days are looked at as the replay does by itself, more of them in longer steps. */
  fineMs: 2 * dayMs,
  coarseTickMs: 30 * secondMs,
  /** Alarms that are named. */
  shown: 500,
} as const;

export interface ReplayParts {
  readonly feed: FactFeed & Pick<CustodyFeed, 'keptFrom'>;
  readonly store: Pick<WatchStore, 'states'>;
  /** Devices and agents as they stand now. */
  readonly world: Pick<World, 'devices' | 'agents'>;
  /** What the world of the watch was made with. */
  readonly learned: Omit<LearnedParts, 'keepMs'>;
  readonly inForce: (rule: RuleId) => RuleVersion | undefined;
  /** Milliseconds that never step back. */
  readonly mono: () => number;
}

/** In which steps, and since when, a rule can be tried. */
interface Plan {
  readonly trials: readonly Settled[];
  readonly asked: Span;
  /** Ticks; what lies before it is learned from. */
  readonly span: Span;
  readonly warmUpFrom: EpochMs;
}

class GivenUp extends Error {}

export class Replaying {
  readonly #parts: ReplayParts;
  #running = 0;
  #closed = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Fails as `full` while another one runs. A rule whose facts are not kept is refused as `notKept`. */
  async replay(ask: ReplayAsk, now: EpochMs): Promise<Result<ReplayDto, ActFailure>> {
    if (this.#closed) return err({ kind: 'down' });
    if (this.#running >= replayingLimits.running) return err({ kind: 'full', limit: replayingLimits.running });
    this.#running++;
    try {
      return await this.#answer(ask, now);
    } catch (error) {
      // its files may be closed before it notices
      if (this.#closed) return err({ kind: 'down' });
      if (!(error instanceof GivenUp)) throw error;
      return err({ kind: 'full', limit: replayingLimits.runMs });
    } finally {
      this.#running--;
    }
  }

  /** What runs is given up. May be called twice. */
  close(): void {
    this.#closed = true;
  }

  async #answer(ask: ReplayAsk, now: EpochMs): Promise<Result<ReplayDto, ActFailure>> {
    const { feed, store, world } = this.#parts;
    const asked = { from: ask.from, to: epochMs(Math.min(ask.to, now)) };
    const needs = replayNeeds(ask.rule);
    if (needs === null) return err({ kind: 'refused', why: 'notKept' });
    if (asked.to <= asked.from || asked.to - asked.from > replayingLimits.spanMs)
      return err({ kind: 'invalid', place: 'body.from', expected: `< to, >= to - ${replayingLimits.spanMs} ms, < now` });
    const trials = this.#trialsOf(ask);
    if (!trials.ok) return trials;
    const rest = this.#rests();
    const lookBackMs = Math.max(worldLimits.keepMs, ...trials.value.map(lookBackOf));
    const warmUpFrom = epochMs(asked.from - lookBackMs);
    const stored = await storedStates(world, (of) => store.states(of), { from: warmUpFrom, to: asked.to }, rest);
    if (stored === null) return err({ kind: 'full', limit: replayFactLimits.states });
    const kept = keptFrom(await feed.keptFrom(), needs === 'states' ? stored.knownFrom : asked.from, asked);
    const plan = { trials: trials.value, asked, span: { from: kept, to: asked.to }, warmUpFrom };
    return dtoOf(plan, kept < asked.to ? await this.#run(plan, stored, rest) : emptyResults(plan));
  }

  /** The version that is asked about, then the one in force. */
  #trialsOf({ rule, timing, params }: ReplayAsk): Result<readonly Settled[], ActFailure> {
    const head = { rule, timing, params, version: 1, enabled: true, basis: 'manual' } as const;
    const tried = settle({ ...head, params: { ...params }, author: '-', reason: '-', savedAt: 0 });
    if (!tried.ok) {
      if (tried.error.kind === 'unknownRule') return err({ kind: 'notFound', what: 'rule', id: rule });
      return err({ kind: 'invalid', place: `params.${tried.error.field}`, expected: tried.error.why });
    }
    const version = this.#parts.inForce(rule);
    const inForce = version === undefined ? undefined : settle(version);
    return ok(inForce?.ok === true ? [tried.value, inForce.value] : [tried.value]);
  }

  async #run(plan: Plan, stored: NonNullable<Awaited<ReturnType<typeof storedStates>>>, rest: () => Promise<void>) {
    const { span, trials, warmUpFrom } = plan;
    const world = createLearned(this.#parts.learned);
    for (const device of stored.devices) world.device(device, warmUpFrom);
    for (const agent of stored.agents) world.agent(agent);
    const tickMs = span.to - span.from > replayingLimits.fineMs ? { tickMs: replayingLimits.coarseTickMs } : {};
    const replay = new Replay({ world, trials, ...span, ...tickMs });
    const facts: AsyncIterable<ReplayFact> = storedFacts(this.#parts.feed, stored.changes, { from: warmUpFrom, to: span.to });
    for await (const fact of facts) {
      await tickedUpto(replay, epochMs(fact.at - 1), rest);
      replay.take(fact);
      await rest();
    }
    await tickedUpto(replay, span.to, rest);
    return replay.finish();
  }

  /** Awaited often; breathes when a stretch is over, throws `GivenUp` when there is no time left. */
  #rests(): () => Promise<void> {
    const { mono } = this.#parts;
    const begun = mono();
    let stretch = begun;
    return async () => {
      if (mono() - stretch < replayingLimits.stretchMs) return;
      await breathe();
      stretch = mono();
      if (this.#closed || stretch - begun > replayingLimits.runMs) throw new GivenUp();
    };
  }
}

async function tickedUpto(replay: Replay, until: EpochMs, rest: () => Promise<void>): Promise<void> {
  while (replay.isDue(until)) {
    replay.tick();
    await rest();
  }
}

const lookBackOf = (settled: Settled): number => (settled.shape === 'watcher' ? settled.lookBackMs : 0);

/** Since when both facts and states are known, within what was asked for. */
const keptFrom = (facts: number | null, states: EpochMs | null, { from, to }: Span): EpochMs =>
  epochMs(Math.min(to, Math.max(from, facts ?? to, states ?? to)));

const emptyResults = ({ trials }: Plan): readonly TrialResult[] =>
  trials.map(({ version: { rule, version } }) => ({ rule, version, alarms: [], overflowed: false }));

function dtoOf({ asked, span }: Plan, results: readonly TrialResult[]): Result<ReplayDto, ActFailure> {
  const [tried, inForce] = results;
  if (tried === undefined || results.some(({ overflowed }) => overflowed))
    return err({ kind: 'full', limit: trialLimits.alarms });
  const { alarms } = tried;
  const met = inForce === undefined ? undefined : compared(inForce, tried);
  const both = new Set(met?.both.map(({ next }) => next));
  return ok({
    ...asked,
    raised: alarms.length,
    levels: ([1, 2, 3] as const).map((level) => ({ level, raised: alarms.filter((alarm) => alarm.level === level).length })),
    alarms: alarms
      .slice(0, replayingLimits.shown)
      .map((alarm) => ({ ...shownOf(alarm), ...(met === undefined ? {} : { alsoInForce: both.has(alarm) }) })),
    keptFrom: span.from,
    ...(inForce === undefined || met === undefined ? {} : { against: againstOf(inForce, met) }),
  });
}

const shownOf = ({ subject, level, raisedAt, clearedAt }: TrialAlarm) => ({ subject, level, raisedAt, clearedAt });

function againstOf(inForce: TrialResult, { both, onlyInOld, onlyInNew }: Comparison): NonNullable<ReplayDto['against']> {
  return {
    version: inForce.version,
    raised: inForce.alarms.length,
    both: both.length,
    onlyInForce: onlyInOld.length,
    onlyTried: onlyInNew.length,
    gone: onlyInOld.slice(0, replayingLimits.shown).map(shownOf),
  };
}
