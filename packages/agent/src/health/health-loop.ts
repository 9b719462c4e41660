import { type LineHealth, streams } from '@cardwatch/contracts';
import { type Clock, secondMs } from '@cardwatch/kernel';
import type { AgentTimings } from '../agent.ts';
import type { CursorKeeper } from '../collect/cursor-keeper.ts';
import type { Line } from '../collect/line.ts';
import type { StorageGuard } from '../collect/storage-guard.ts';
import type { Journal } from '../journal/journal.ts';
import type { HostFacts } from '../ports.ts';
import type { Reporter } from '../report/reporter.ts';
import { Sleeper } from '../sleeper.ts';
import { type ClockSample, clockJump } from './clock-watch.core.ts';
import { agentHealthOf, depthOf, moreLinesOf } from './health.core.ts';
import { LineWatch } from './line-watch.ts';

export interface HealthParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly guard: StorageGuard;
  readonly cursors: CursorKeeper;
  readonly lines: readonly Line[];
  readonly timings: AgentTimings;
  readonly versions: { readonly agent: string; readonly node: string };
  host(): Promise<HostFacts>;
}

/** Once a second: clock, storage, heartbeats; every 30 s the health of the agent itself. */
export class HealthLoop {
  readonly #parts: HealthParts;
  readonly #sleeper: Sleeper;
  readonly #beatAtMs = new Map<string, number>();
  readonly #lineWatch: LineWatch;
  #sample: ClockSample;
  #healthAtMs: number;
  #lines: readonly LineHealth[] = [];

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#sleeper = new Sleeper(parts.clock);
    this.#lineWatch = new LineWatch(parts.reporter, parts.clock);
    this.#sample = this.#read();
    this.#healthAtMs = parts.clock.mono() + secondMs;
  }

  /** Measures of the lines over the last health period. */
  get lines(): readonly LineHealth[] {
    return this.#lines;
  }

  /** All heartbeats are due now. */
  beatNow(): void {
    this.#beatAtMs.clear();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, timings } = this.#parts;
    while (!signal.aborted) {
      this.#watchClock();
      await this.#watchStorage();
      this.#beat();
      if (clock.mono() >= this.#healthAtMs) {
        this.#healthAtMs += timings.healthPeriodMs;
        await this.#report();
      }
      await this.#sleeper.sleep(secondMs, signal);
    }
  }

  #read(): ClockSample {
    return { wallMs: this.#parts.clock.now(), monoMs: this.#parts.clock.mono() };
  }

  #watchClock(): void {
    const sample = this.#read();
    const deltaMs = clockJump(this.#sample, sample);
    this.#sample = sample;
    if (deltaMs !== undefined) this.#parts.reporter.notice({ notice: 'clockJump', deltaMs });
  }

  /** A journal that says it failed counts as such before money meets it; one that recovered is proven by a write of ours. */
  async #watchStorage(): Promise<void> {
    const { journal, guard, cursors } = this.#parts;
    const { storage } = journal.health();
    if (storage === 'failed' && !guard.failed) guard.sawFailure('the journal cannot write');
    if (!guard.failed || !guard.mayTry() || storage === 'failed') return;
    const saved = await cursors.persist();
    if (saved.ok) guard.sawSuccess();
    else guard.sawFailure(saved.error.detail);
  }

  #beat(): void {
    const { clock, lines, reporter, timings } = this.#parts;
    const now = clock.mono();
    for (const line of lines)
      for (const [deviceId, unit] of line.units) {
        unit.tick();
        const due = this.#beatAtMs.get(deviceId) ?? now;
        if (due > now) continue;
        this.#beatAtMs.set(deviceId, now + timings.heartbeatPeriodMs - secondMs);
        reporter.health(unit.heartbeat());
      }
  }

  async #report(): Promise<void> {
    const { clock, journal, lines, reporter, versions } = this.#parts;
    this.#lines = lines.map((line) => {
      const measured = line.measure();
      this.#lineWatch.look(line, measured);
      return measured;
    });
    const [money, event, health] = streams.map((stream) => depthOf(journal.states(stream)));
    if (money === undefined || event === undefined || health === undefined) return;
    const facts = { depths: { money, event, health }, journal: journal.health(), lines: this.#lines, versions };
    const host = await this.#parts.host();
    const now = clock.now();
    reporter.health(agentHealthOf({ ...facts, host }, now));
    for (const more of moreLinesOf(this.#lines, now)) reporter.health(more);
  }
}
