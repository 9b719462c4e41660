/**
 * Stored days again, with other rules: which alarms would have come and gone. Facts are given in the order in which they were booked; virtual ticks lie
 * between them. The same facts and versions give the same alarms to the millisecond. Nothing is written and nobody is told. The world that is given says
 * what is normal: that of today unless its baselines are those of then.
 */
import { type EpochMs, epochMs, secondMs, unreachable } from '@cardwatch/kernel';
import type { DeviceState, StateCause } from '@cardwatch/contracts';
import { type Steady, steadyAt, steadyStep } from '../alarm/steady.core.ts';
import type { Settled } from '../rules/registry.core.ts';
import type { Learned } from '../world/learn.core.ts';
import type { AgentFact, DeviceFact, EventFact, MoneyFact } from '../world/world.core.ts';
import { Trial, type TrialResult } from './trial.core.ts';

export const replayLimits = {
  /** Between two looks; short enough that durations count, `lookGapMsMax` of the alarms is a minute. */
  tickMs: 10 * secondMs,
  /** Facts or ticks of one slice: some milliseconds. */
  stepsPerSlice: 500,
  trials: 8,
} as const;

const ticksPerForget = 60;

/** `at`: when the collector knew it. `state`: a stored change of a device or agent that is known already. */
export type ReplayFact =
  | { readonly type: 'money'; readonly at: EpochMs; readonly fact: MoneyFact }
  | { readonly type: 'event'; readonly at: EpochMs; readonly fact: EventFact }
  | { readonly type: 'device'; readonly at: EpochMs; readonly fact: DeviceFact }
  | { readonly type: 'agent'; readonly at: EpochMs; readonly fact: AgentFact }
  | {
      readonly type: 'deviceState';
      readonly at: EpochMs;
      readonly deviceId: string;
      readonly state: DeviceState;
      readonly cause: StateCause | null;
    }
  | { readonly type: 'agentState'; readonly at: EpochMs; readonly agentId: string; readonly state: AgentFact['state'] };

export const moneyAgain = (fact: MoneyFact): ReplayFact => ({ type: 'money', at: fact.ingestedAt, fact });
export const eventAgain = (fact: EventFact): ReplayFact => ({ type: 'event', at: fact.ingestedAt, fact });

export interface ReplayAsk {
  /** Empty, or as it was at `from`; the replay alone writes it. */
  readonly world: Learned;
  /** At most `replayLimits.trials`; the others are not tried. */
  readonly trials: readonly Settled[];
  /** Ticks run in `[from, to]`. Facts before `from` are learned and told, and alarm nobody. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly tickMs?: number;
}

export interface ReplayProgress {
  readonly at: EpochMs;
  readonly facts: number;
  readonly ticks: number;
}

/** Takes facts as they are read; the caller bounds each call by how many it gives. */
export class Replay {
  readonly #ask: ReplayAsk;
  readonly #trials: readonly Trial[];
  readonly #tickMs: number;
  #next: EpochMs;
  #steady: Steady;
  #facts = 0;
  #ticks = 0;

  constructor(ask: ReplayAsk) {
    this.#ask = ask;
    this.#trials = ask.trials.slice(0, replayLimits.trials).map((settled) => new Trial(settled));
    this.#tickMs = ask.tickMs ?? replayLimits.tickMs;
    this.#next = ask.from;
    this.#steady = steadyAt(ask.from);
  }

  get progress(): ReplayProgress {
    return { at: this.#next, facts: this.#facts, ticks: this.#ticks };
  }

  /** Whether a tick is due before `until`; each call of `tick` runs one. */
  isDue(until: EpochMs): boolean {
    return this.#next <= Math.min(until, this.#ask.to);
  }

  tick(): void {
    const now = this.#next;
    this.#steady = steadyStep(this.#steady, now);
    if (this.#ticks % ticksPerForget === 0) this.#ask.world.forget(now);
    for (const trial of this.#trials) trial.tick(this.#ask.world, this.#steady.steadyMs, now);
    this.#next = epochMs(now + this.#tickMs);
    this.#ticks++;
  }

  /** Runs the ticks that are due before it, then takes it in. */
  take(given: ReplayFact): void {
    while (this.isDue(epochMs(given.at - 1))) this.tick();
    this.#learn(given);
    this.#facts++;
  }

  /** Runs the ticks that are left, and tells what would have been, trial by trial. */
  finish(): readonly TrialResult[] {
    while (this.isDue(this.#ask.to)) this.tick();
    return this.#trials.map((trial) => trial.result());
  }

  #learn(given: ReplayFact): void {
    const { world } = this.#ask;
    switch (given.type) {
      case 'money':
        world.money(given.fact);
        sawRecord(world, given.fact);
        for (const trial of this.#trials) trial.money(given.fact, world, given.at);
        return;
      case 'event':
        world.event(given.fact);
        for (const trial of this.#trials) trial.event(given.fact, world, given.at);
        return;
      case 'device':
        return world.device(given.fact, given.at);
      case 'agent':
        return world.agent(given.fact);
      case 'deviceState': {
        const device = world.devices.get(given.deviceId);
        if (device !== undefined) world.device({ ...device, state: given.state, cause: given.cause, since: given.at }, given.at);
        return;
      }
      case 'agentState': {
        const agent = world.agents.get(given.agentId);
        if (agent !== undefined) world.agent({ ...agent, state: given.state, since: given.at });
        return;
      }
      default:
        return unreachable(given);
    }
  }
}

/** Devices tell their last record in their health, which is not stored; the records themselves say it too. */
function sawRecord(world: Learned, fact: MoneyFact): void {
  const device = world.devices.get(fact.deviceId);
  if (device === undefined || (device.lastRecordAt ?? 0) >= fact.observedAt) return;
  world.device({ ...device, lastRecordAt: fact.observedAt }, fact.ingestedAt);
}

/** Yields after every `stepsPerSlice` facts and ticks, so that whoever runs it can do something else in between. */
export function* replayed(facts: Iterable<ReplayFact>, ask: ReplayAsk): Generator<ReplayProgress, readonly TrialResult[]> {
  const replay = new Replay(ask);
  let steps = 0;
  for (const fact of facts) {
    while (replay.isDue(epochMs(fact.at - 1))) {
      replay.tick();
      if (++steps % replayLimits.stepsPerSlice === 0) yield replay.progress;
    }
    replay.take(fact);
    if (++steps % replayLimits.stepsPerSlice === 0) yield replay.progress;
  }
  while (replay.isDue(ask.to)) {
    replay.tick();
    if (++steps % replayLimits.stepsPerSlice === 0) yield replay.progress;
  }
  return replay.finish();
}
