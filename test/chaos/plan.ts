/** What strikes whom, when and for how long: all drawn from the seed before anything starts, so that a seed names one plan. */
import { chance, intBetween, pick, type Random } from '@cardwatch/kernel';
import type { Missing, Need } from './ground.ts';
import type { Way } from './proxy.ts';

export const kinds = ['kill', 'powerCut', 'brokerKill', 'stop', 'network', 'diskError', 'partition'] as const;
export type Kind = (typeof kinds)[number];
export type Wanted = Readonly<Record<Kind, number>>;

/** Within the collector's process, or a Mosquitto of its own. */
export const brokerKinds = ['embedded', 'mosquitto'] as const;
export type BrokerKind = (typeof brokerKinds)[number];

export const diskFaults = ['syncsFail', 'someSyncsFail', 'diskFull', 'slowSyncs', 'cursorsFail'] as const;
export type DiskFault = (typeof diskFaults)[number];

export type NetworkFault =
  | { readonly fault: 'reset' }
  | { readonly fault: 'silent'; readonly ms: number; readonly thenReset: boolean }
  | { readonly fault: 'halfOpen'; readonly way: Way; readonly ms: number; readonly thenReset: boolean }
  | { readonly fault: 'late'; readonly delayMs: number; readonly ms: number }
  | { readonly fault: 'slow'; readonly bytesPerSecond: number; readonly ms: number }
  | { readonly fault: 'cutAtByte'; readonly way: Way; readonly bytes: number };

export type Blow =
  | { readonly kind: 'kill' | 'powerCut' | 'brokerKill'; readonly downMs: number }
  | { readonly kind: 'stop' | 'partition'; readonly ms: number }
  | { readonly kind: 'diskError'; readonly fault: DiskFault; readonly ms: number }
  | ({ readonly kind: 'network' } & NetworkFault);

/** Strikes of one lane follow one another, lanes run side by side. `lane`: an agent, `collector`, `broker`, `network` or `partition`. */
export interface Strike {
  readonly atMs: number;
  readonly lane: string;
  readonly blow: Blow;
}

export interface Skipped {
  readonly kind: Kind;
  readonly count: number;
  readonly why: string;
}

export interface ChaosPlan {
  readonly strikes: readonly Strike[];
  readonly skipped: readonly Skipped[];
}

const needOf: Readonly<Record<Kind, Need | undefined>> = {
  kill: undefined,
  brokerKill: undefined,
  stop: undefined,
  network: undefined,
  powerCut: 'images',
  diskError: 'strace',
  partition: 'network',
};

/** The keep-alive of an agent is 30 s: after one and a half of it the broker gives the connection up. */
const beyondKeepAliveMs = [46_000, 55_000] as const;
const modemBytesPerSecond = 64_000 / 8;

export interface PlanOptions {
  readonly wanted: Wanted;
  readonly agents: readonly string[];
  readonly spreadMs: number;
  readonly missing: Missing;
  readonly broker: BrokerKind;
}

export function planChaos(random: Random, { wanted, agents, spreadMs, missing, broker }: PlanOptions): ChaosPlan {
  const strikes: Strike[] = [];
  const skipped: Skipped[] = [];
  for (const kind of kinds) {
    const why = missing.get(needOf[kind] ?? 'space');
    if (why !== undefined && needOf[kind] !== undefined && wanted[kind] > 0) skipped.push({ kind, count: wanted[kind], why });
    else
      for (let index = 0; index < wanted[kind]; index++) {
        const at = random.next();
        const [lane, blow] = [ownLane(broker, kind, index) ?? laneOf(random, kind, index, agents), blowOf(random, kind, index)];
        strikes.push({ atMs: Math.floor(at * spreadMs * (isLong(blow) ? 0.5 : 1)), lane, blow });
      }
  }
  return { strikes: strikes.sort((a, b) => a.atMs - b.atMs), skipped };
}

/** Where Mosquitto stands between, it and the collector are struck each by itself. */
function ownLane(broker: BrokerKind, kind: Kind, index: number): string | undefined {
  if (broker === 'embedded') return undefined;
  if (kind === 'brokerKill' || (kind === 'stop' && index % 4 === 2)) return 'broker';
  return kind === 'kill' && index % 4 === 3 ? 'collector' : undefined;
}

/** The broker is in the collector's process. */
function laneOf(random: Random, kind: Kind, index: number, agents: readonly string[]): string {
  if (kind === 'network' || kind === 'partition') return kind;
  if (kind === 'brokerKill') return 'collector';
  if (kind === 'powerCut' && index % 3 === 2) return 'collector';
  if (kind === 'stop' && index % 2 === 1) return 'collector';
  return pick(random, agents);
}

/** Begins in the first half, so that the run does not wait for it in the end. */
const isLong = (blow: Blow): boolean => 'ms' in blow && blow.ms >= beyondKeepAliveMs[0];

function blowOf(random: Random, kind: Kind, index: number): Blow {
  switch (kind) {
    case 'kill':
    case 'powerCut':
    case 'brokerKill':
      return { kind, downMs: intBetween(random, 100, 3_000) };
    case 'stop':
      return { kind, ms: index % 4 === 0 || index % 4 === 3 ? beyondKeepAlive(random) : intBetween(random, 500, 8_000) };
    case 'partition':
      return { kind, ms: index % 3 === 0 ? beyondKeepAlive(random) : intBetween(random, 2_000, 12_000) };
    case 'diskError':
      return { kind, fault: diskFaults[index % diskFaults.length] ?? 'syncsFail', ms: intBetween(random, 1_500, 6_000) };
    case 'network':
      return { kind, ...networkFault(random, index) };
  }
}

const beyondKeepAlive = (random: Random): number => intBetween(random, ...beyondKeepAliveMs);

function networkFault(random: Random, index: number): NetworkFault {
  const ms = intBetween(random, 1_000, 10_000);
  const way = pick(random, ['up', 'down'] as const);
  const thenReset = chance(random, 0.5);
  const faults: readonly NetworkFault[] = [
    { fault: 'cutAtByte', way, bytes: intBetween(random, 1, 4_000) },
    { fault: 'halfOpen', way, ms, thenReset },
    { fault: 'late', delayMs: intBetween(random, 200, 3_000), ms },
    { fault: 'slow', bytesPerSecond: modemBytesPerSecond, ms },
    { fault: 'silent', ms, thenReset },
    { fault: 'reset' },
  ];
  return faults[index % faults.length] ?? { fault: 'reset' };
}
