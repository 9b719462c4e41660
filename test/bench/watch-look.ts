/**
 * One look as it is in the watch, rules and book over a learned campus: 10,000 devices at lunch, 5,000 of its terminals gone. Told by stage, and what it
 * holds in memory. Time is of the thread's own processor.
 */
import type { Alarm } from '@cardwatch/contracts/watch';
import { epochMs, type EpochMs, secondMs } from '@cardwatch/kernel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Book, emptyBook, lookBook, type RuleLook } from '../../packages/collector/src/core/alarm/book.core.ts';
import { exposureOf } from '../../packages/collector/src/core/alarm/exposure.core.ts';
import { quietByDefault, unsuppressed } from '../../packages/collector/src/core/alarm/suppression.core.ts';
import { RuleSet } from '../../packages/collector/src/runner/rule-set.ts';
import { type BenchCampus, benchCampus, campusDevices, lunch } from './watch-campus.ts';

export const watchLookLimitMs = 50;
const active = 5_000;
const looks = 120;
const warmUpLooks = 60;

export interface WatchLookBench {
  readonly look: 'nothing changes' | '50 devices turn';
  readonly stage: 'rules' | 'book' | 'both';
  readonly alarms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** p99 over the limit. */
  readonly ratio: number;
}

export interface WatchLookMemory {
  readonly what: string;
  readonly devices: number;
  readonly heapMb: number;
  readonly arraysMb: number;
  readonly residentMb: number;
}

/** What was there before is taken off. */
export function benchWatchLook(): { readonly times: readonly WatchLookBench[]; readonly memory: readonly WatchLookMemory[] } {
  const before = measuredMemory();
  const campus = benchCampus();
  const memory = [memoryOf('world, six like days at rest, two hours of records', before)];
  while (campus.baselines.tend([lunch], 1_000));
  memory.push(memoryOf('and with the like days of today unpacked', before));
  const watch = new Looks(campus);
  campus.turn(campus.terminals.slice(0, active), 'offline', epochMs(lunch - 60 * secondMs));
  const turning = campus.terminals.slice(active, active + 1_000);
  const turn = (no: number): void => {
    const from = (no % 20) * 50;
    campus.turn(turning.slice(from, from + 50), no % 40 < 20 ? 'offline' : 'online', watch.now);
  };
  watch.run(warmUpLooks, turn);
  const steady = watch.run(looks, () => undefined);
  const changing = watch.run(looks, turn);
  memory.push(memoryOf(`and with ${watch.alarms} open alarms`, before));
  return { times: [...told('nothing changes', steady, watch), ...told('50 devices turn', changing, watch)], memory };
}

interface Took {
  readonly rules: number;
  readonly book: number;
}

class Looks {
  readonly #campus: BenchCampus;
  readonly #rules = new RuleSet([], lunch);
  #book: Book = emptyBook(lunch);
  #ids = 0;
  now: EpochMs = lunch;

  constructor(campus: BenchCampus) {
    this.#campus = campus;
  }

  get alarms(): number {
    return this.#book.open.size;
  }

  run(times: number, change: (no: number) => void): readonly Took[] {
    return Array.from({ length: times }, (_, no) => {
      this.now = epochMs(this.now + secondMs);
      change(no);
      let findings: readonly RuleLook[] = [];
      const rules = timed(() => (findings = this.#rules.look(this.#campus.world, new Set(), this.now)));
      return { rules, book: timed(() => this.#look(findings)) };
    });
  }

  #look(findings: readonly RuleLook[]): void {
    const { world } = this.#campus;
    const { roll } = world;
    const ask = {
      findings,
      suppression: {
        ...unsuppressed,
        quiet: quietByDefault,
        inMaintenance: (deviceId: string) => roll.maintained.has(deviceId),
        maintenanceTurns: roll.maintenanceTurns,
      },
      importantEvents: [],
      exposureOf: (alarm: Alarm, symptoms: readonly Alarm[]) => exposureOf(alarm, symptoms, world, this.now),
      newId: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}` as Alarm['alarmId'],
    };
    this.#book = lookBook(this.#book, ask, this.now).book;
  }
}

function timed(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function told(look: WatchLookBench['look'], took: readonly Took[], { alarms }: Looks): readonly WatchLookBench[] {
  const stages = {
    rules: took.map(({ rules }) => rules),
    book: took.map(({ book }) => book),
    both: took.map(({ rules, book }) => rules + book),
  };
  return (['rules', 'book', 'both'] as const).map((stage) => {
    const sorted = stages[stage].toSorted((one, other) => one - other);
    const at = (share: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    const p99Ms = at(0.99);
    return { look, stage, alarms, p50Ms: at(0.5), p99Ms, worstMs: at(1), ratio: round(p99Ms / watchLookLimitMs) };
  });
}

/** After everything that nobody holds was let go. */
function measuredMemory(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage();
}

function memoryOf(what: string, before: NodeJS.MemoryUsage): WatchLookMemory {
  const now = measuredMemory();
  const megabytes = (of: 'heapUsed' | 'arrayBuffers' | 'rss'): number => Math.round((now[of] - before[of]) / 1e5) / 10;
  const [heapMb, arraysMb, residentMb] = [megabytes('heapUsed'), megabytes('arrayBuffers'), megabytes('rss')];
  return { what, devices: campusDevices, heapMb, arraysMb, residentMb };
}

const round = (value: number): number => Math.round(value * 100) / 100;

export function printWatchLook(): void {
  const { times, memory } = benchWatchLook();
  console.table(times);
  console.table(memory);
}

if (import.meta.main) printWatchLook();
