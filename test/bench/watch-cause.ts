/**
 * What a look at the causes costs as the watch does it, health, step, explainer and rows: 10,000 devices behind a dual-homed access layer of 420 network nodes,
 * 5,000 alarms active: a quarter of the access switches down with all behind them, as many terminals down by themselves.
 */
import { type EpochMs, epochMs, silentLogger } from '@cardwatch/kernel';
import { SampleWorld } from '../../packages/collector/src/core/rules/sample-world.core.ts';
import { Causes } from '../../packages/collector/src/runner/causes.ts';

export const watchCauseLimitMs = 5;
const looks = 400;
const terminals = 10_000;
const accessSwitches = 400;
/** A quarter of the access switches: 2,500 terminals behind them. */
const cut = 100;
/** Terminals that fail by themselves. */
const alone = 2_500;

export interface WatchCauseBench {
  readonly look: string;
  /** In all of its looks. */
  readonly rowsWritten: number;
  /** Looks that no other program cut into; those alone are measured where there are many. */
  readonly measured: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** p99 over the limit. */
  readonly ratio: number;
}

const range = <T>(length: number, make: (index: number) => T): readonly T[] => Array.from({ length }, (_, index) => make(index));

/** 4 core, 16 distribution and 400 access switches; every access switch hangs on two of distribution, every terminal on one of access. */
class Campus {
  readonly #sample = new SampleWorld();
  readonly causes = new Causes(this.#sample.world, silentLogger);
  now: EpochMs = epochMs(1_800_000_000_000);

  constructor() {
    const network = { kind: 'network' as const, area: null };
    range(4, (n) => this.put(`core-${n}`, { ...network, upstream: [] }));
    range(16, (n) => this.put(`dist-${n}`, { ...network, upstream: [[`core-${n % 4}`, `core-${(n + 1) % 4}`]] }));
    range(accessSwitches, (n) => this.put(`acc-${n}`, { ...network, upstream: [[`dist-${n % 16}`, `dist-${(n + 1) % 16}`]] }));
    range(terminals, (n) => this.put(`pos-${n}`, { area: `main/b-${n % 100}/hall`, upstream: [[`acc-${n % accessSwitches}`]] }));
  }

  put(deviceId: string, over: Parameters<SampleWorld['device']>[1]): void {
    this.#sample.device(deviceId, { since: this.now, ...over });
  }

  set(ids: readonly string[], state: 'online' | 'offline'): void {
    for (const id of ids) {
      const known = this.#sample.world.devices.get(id);
      if (known !== undefined) this.#sample.world.device({ ...known, state, since: this.now }, this.now);
    }
  }

  look(): ReturnType<Causes['look']> {
    return this.causes.look(this.now);
  }
}

const behind = (access: number): readonly string[] =>
  range(terminals / accessSwitches, (n) => `pos-${access + n * accessSwitches}`);

/** `change`: what the world took since the last look, not measured. */
function run(
  campus: Campus,
  look: string,
  times: number,
  change: (turn: number) => void,
  work = () => campus.look(),
): WatchCauseBench {
  const took: number[] = [];
  let rowsWritten = 0;
  for (let turn = 0; turn < times; turn++) {
    campus.now = epochMs(campus.now + 1_000);
    change(turn);
    const cuts = process.resourceUsage().involuntaryContextSwitches;
    const before = performance.now();
    const { rows } = work();
    const tookMs = performance.now() - before;
    if (times < looks || process.resourceUsage().involuntaryContextSwitches === cuts) took.push(tookMs);
    rowsWritten += rows.rows.length + rows.gone.length;
  }
  const sorted = took.toSorted((one, other) => one - other);
  const share = (of: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0);
  return {
    look,
    rowsWritten,
    measured: took.length,
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    worstMs: share(1),
    ratio: round(share(0.99) / watchCauseLimitMs),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Kinds of looks in one campus, one after the other. */
export function benchWatchCause(): readonly WatchCauseBench[] {
  bench();
  return bench();
}

function bench(): readonly WatchCauseBench[] {
  const campus = new Campus();
  const switches = range(cut, (n) => `acc-${n}`);
  const symptoms = range(cut, behind).flat();
  const others = range(alone, (n) => `pos-${200 + (n % 200) + accessSwitches * Math.floor(n / 200)}`);
  const turning = range(1_000, (n) => `pos-${100 + (n % 100) + accessSwitches * Math.floor(n / 100)}`);
  const spare = accessSwitches - 1;
  return [
    run(campus, 'the first, all well', 1, () => undefined),
    run(campus, '5,000 fail at once, half of them behind 100 switches', 1, () =>
      campus.set([...switches, ...symptoms, ...others], 'offline'),
    ),
    run(campus, 'nothing changes', looks, () => undefined),
    run(campus, '50 terminals turn', looks, (turn) => {
      const from = (turn % 20) * 50;
      campus.set(turning.slice(from, from + 50), turn % 40 < 20 ? 'offline' : 'online');
    }),
    run(campus, 'a switch and the 25 behind it turn', looks, (turn) =>
      campus.set([`acc-${spare}`, ...behind(spare)], turn % 2 === 0 ? 'offline' : 'online'),
    ),
    run(campus, 'distribution turns under 4,900 entries', looks, (turn) =>
      campus.set(['dist-0', 'dist-1'], turn % 2 === 0 ? 'offline' : 'online'),
    ),
    run(campus, 'the 100 switches are back', 1, () => campus.set(switches, 'online')),
    run(campus, '2,500 in grace', looks, () => undefined),
    run(
      campus,
      'the ways are drawn anew',
      20,
      () => undefined,
      () => {
        campus.causes.reshape();
        return campus.look();
      },
    ),
  ];
}

if (import.meta.main) console.table(benchWatchCause());
