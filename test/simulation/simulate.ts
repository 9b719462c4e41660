/** One seed from the first event to the verdict. */
import { minuteMs } from '@cardwatch/kernel';
import { judgeBooks } from './check/books.ts';
import { isDrained, undrained } from './check/drain.ts';
import { judgeSilence } from './check/silence.ts';
import { judgeStreams } from './check/streams.ts';
import { passVerdict, type Verdict } from './check/verdict.ts';
import type { Violation } from './check/violation.ts';
import { cpuMs } from './cpu.ts';
import type { Spare } from './spare.ts';
import { Campus, type Mode } from './world/campus.ts';
import type { TraceSink } from './world/loop.ts';

export interface SeedOptions {
  readonly seed: number;
  /** Events with faults; draining comes on top. */
  readonly events: number;
  readonly mode: Mode;
  readonly sink?: TraceSink | undefined;
  readonly spare?: Spare | undefined;
  /** Looks at the world after the verdict, before it is taken down. */
  readonly inspect?: ((campus: Campus) => void) | undefined;
}

/** `drill`: the journal alone; `drill-damage`: with bits that flip at rest. */
export type RunMode = Mode | 'drill' | 'drill-damage';

export interface SeedReport {
  readonly seed: number;
  readonly mode: RunMode;
  readonly events: number;
  readonly faults: number;
  /** How often each kind was really injected. */
  readonly faultsByKind: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  /** Processor time, user and system. */
  readonly cpuMs: number;
  readonly traceHash: string;
  readonly violations: readonly Violation[];
  /** Of a campus; the journal drill has none. */
  readonly verdict: Verdict | undefined;
  readonly counts: Readonly<Record<string, number>>;
}

/** After the last fault everything must be where it belongs within this time. */
const drainMs = 30 * minuteMs;
const sellOnMs = minuteMs;
/** One seed in so many ends with a look at who is told to be online. */
const silenceEvery = 4;

/** Runs as one macrotask: call it from `inMacrotask`. */
export function simulate(options: SeedOptions): SeedReport {
  const started = process.cpuUsage();
  const campus = new Campus(options.seed, options.mode, options.sink, options.spare);
  try {
    campus.start();
    const until = (limitMs: number, enough: () => boolean): void => {
      while (!campus.violations.any && !enough() && campus.loop.step(limitMs));
    };
    until(Number.POSITIVE_INFINITY, () => campus.loop.events >= options.events);
    drain(campus, until);
    const verdict = passVerdict(campus);
    judgeBooks(campus);
    if (!campus.violations.any) judgeStreams(campus);
    campus.audit.judge(campus.violations, campus.loop.random.fork(9));
    if (options.seed % silenceEvery === 0 && !campus.violations.any) judgeSilence(campus, until);
    options.inspect?.(campus);
    return report(campus, options, verdict, cpuMs(started));
  } finally {
    campus.close();
  }
}

function drain(campus: Campus, until: (limitMs: number, enough: () => boolean) => void): void {
  campus.heal();
  const healedMs = campus.loop.clock.mono();
  until(healedMs + sellOnMs, never);
  campus.stopSelling();
  let lookMs: number = campus.loop.clock.mono();
  until(healedMs + drainMs, () => {
    if (campus.loop.clock.mono() < lookMs) return false;
    lookMs = campus.loop.clock.mono() + 1_000;
    return isDrained(campus);
  });
  if (campus.violations.any) return;
  for (const left of undrained(campus))
    campus.violations.add('I14', `not drained ${drainMs / minuteMs} min after the last fault: ${left}`);
}

const never = (): boolean => false;

function report(campus: Campus, options: SeedOptions, verdict: Verdict, spentMs: number): SeedReport {
  const { agentCrashes, collectorCrashes, clones } = campus.counts;
  return {
    seed: options.seed,
    mode: options.mode,
    events: campus.loop.events,
    faults: campus.loop.faultsStruck,
    faultsByKind: Object.fromEntries([...campus.loop.faults].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    simulatedMs: campus.loop.clock.mono(),
    cpuMs: spentMs,
    traceHash: campus.loop.traceHash,
    violations: campus.violations.found,
    verdict,
    counts: {
      ...campus.broker.counts,
      agentCrashes,
      collectorCrashes,
      clones,
      letGoByCopies: campus.custody.letGoByCopies.size,
      audited: campus.audit.rows,
      strikes: campus.sparing.met,
    },
  };
}
