/** What many seeds come to: numbers that add up, over one run or over many pieces of a long one. */
import { z } from 'zod';
import type { Verdict } from './check/verdict.ts';
import type { SeedReport } from './simulate.ts';

const count = z.int().min(0);

export const Sums = z.strictObject({
  seeds: count,
  events: count,
  faults: count,
  faultsByKind: z.record(z.string(), count),
  simulatedMs: z.number(),
  /** Processor time, user and system. */
  cpuMs: z.number(),
  /** Campuses: the journal drill has no money. */
  verdicts: count,
  made: count,
  booked: count,
  deadLetters: count,
  gaps: count,
  letGoByCopies: count,
  lostFen: z.int(),
  doubledFen: z.int(),
  inventedFen: z.int(),
  failed: z.array(z.strictObject({ seed: z.int(), mode: z.string(), detail: z.string() })),
});
export type Sums = z.infer<typeof Sums>;

export const noSums = (): Sums => ({
  seeds: 0,
  events: 0,
  faults: 0,
  faultsByKind: {},
  simulatedMs: 0,
  cpuMs: 0,
  verdicts: 0,
  made: 0,
  booked: 0,
  deadLetters: 0,
  gaps: 0,
  letGoByCopies: 0,
  lostFen: 0,
  doubledFen: 0,
  inventedFen: 0,
  failed: [],
});

export function addReport(sums: Sums, report: SeedReport): void {
  sums.seeds++;
  sums.events += report.events;
  sums.faults += report.faults;
  sums.simulatedMs += report.simulatedMs;
  sums.cpuMs += report.cpuMs;
  for (const [kind, times] of Object.entries(report.faultsByKind))
    sums.faultsByKind[kind] = (sums.faultsByKind[kind] ?? 0) + times;
  if (report.verdict !== undefined) addVerdict(sums, report.verdict);
  const [first] = report.violations;
  if (first !== undefined)
    sums.failed.push({ seed: report.seed, mode: report.mode, detail: `${first.invariant} ${first.detail.slice(0, 200)}` });
}

function addVerdict(sums: Sums, verdict: Verdict): void {
  sums.verdicts++;
  sums.made += verdict.made;
  sums.booked += verdict.booked;
  sums.deadLetters += verdict.deadLetters;
  sums.gaps += verdict.gaps;
  sums.letGoByCopies += verdict.letGoByCopies;
  sums.lostFen += verdict.lostFen;
  sums.doubledFen += verdict.doubledFen;
  sums.inventedFen += verdict.inventedFen;
}

/** The summary that a run ends with, for people. */
export function toldOf(sums: Sums): readonly string[] {
  const kinds = Object.entries(sums.faultsByKind).toSorted(([, a], [, b]) => b - a);
  const perSecond = sums.cpuMs === 0 ? 0 : Math.round(sums.events / (sums.cpuMs / 1_000));
  return [
    `${sums.seeds} seeds, ${sums.events} events, ${sums.faults} faults, ${duration(sums.simulatedMs)} of campus time; ${perSecond} events a second of processor time`,
    ...(kinds.length === 0 ? [] : [`faults by kind: ${kinds.map(([kind, times]) => `${kind} ${times}`).join(', ')}`]),
    ...(sums.verdicts === 0 ? [] : [balance(sums)]),
    ...sums.failed.slice(0, 50).map(({ seed, mode, detail }) => `FAILED seed ${seed} ${mode}: ${detail}`),
  ];
}

const balance = (sums: Sums): string =>
  `records made ${sums.made}, booked ${sums.booked}, dead letters ${sums.deadLetters}, gaps ${sums.gaps}; ` +
  `fen lost ${sums.lostFen}, doubled ${sums.doubledFen}, invented ${sums.inventedFen}; let go by copies ${sums.letGoByCopies}`;

export function duration(ms: number): string {
  if (ms > 48 * 3_600_000) return `${(ms / 86_400_000).toFixed(1)} d`;
  return ms > 7_200_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`;
}
