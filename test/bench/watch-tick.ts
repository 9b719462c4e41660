/**
 * One look of the alarm book over 10,000 subjects with 5,000 active alarms, against the 50 ms that a tick of a second may take of it. Time is of the
 * thread's own processor, so that what else the machine does is left out.
 */
import type { Alarm, MaintenanceWindow } from '@cardwatch/contracts/watch';
import { epochMs, SeededRandom } from '@cardwatch/kernel';
import {
  type Book,
  emptyBook,
  type LookAsk,
  lookBook,
  type RuleLook,
} from '../../packages/collector/src/core/alarm/book.core.ts';
import { noExposure } from '../../packages/collector/src/core/alarm/entry.core.ts';
import { quietByDefault, unsuppressed } from '../../packages/collector/src/core/alarm/suppression.core.ts';
import type { Finding, Grade } from '../../packages/collector/src/core/rules/rule.core.ts';

export const watchTickLimitMs = 50;
const subjects = 10_000;
const active = 5_000;
const switches = 100;
const looks = 200;
const noon = 1_790_000_000_000;

export interface WatchTickBench {
  readonly look: 'nothing changes' | 'all found at once' | 'a tenth turns' | 'all explained by switches' | 'all cleared at once';
  readonly alarms: number;
  readonly rows: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** p99 over the limit; of a single look, that look. */
  readonly ratio: number;
}

/** Five kinds of ticks in one book, one after the other. Exposure is asked as it is in the watch: where it is due. */
export function benchWatchTick(): readonly WatchTickBench[] {
  warmUp();
  const bench = new Bench();
  const random = new SeededRandom(7);
  return [
    bench.run('all found at once', 1, () => bench.ask(() => 'breach')),
    bench.run('nothing changes', looks, () => bench.ask(() => 'breach')),
    bench.run('a tenth turns', looks, () => bench.ask(() => (random.next() < 0.9 ? 'breach' : 'unknown'))),
    bench.run('all explained by switches', 1, () => bench.ask(() => 'breach', true)),
    bench.run('nothing changes', looks, () => bench.ask(() => 'breach', true)),
    bench.run('all cleared at once', 1, () => ({ ...bench.ask(() => 'breach'), findings: [look([])] })),
  ];
}

/** Code that has run: the watch opens and clears alarms long before the day on which it opens five thousand at once. */
function warmUp(): void {
  for (let round = 0; round < 4; round++) {
    const bench = new Bench();
    bench.run('all found at once', 4, () => bench.ask(() => 'breach'));
    bench.run('all explained by switches', 4, () => bench.ask(() => 'breach', true));
    bench.run('all cleared at once', 1, () => ({ ...bench.ask(() => 'breach'), findings: [look([])] }));
  }
}

class Bench {
  #book: Book = emptyBook(epochMs(noon));
  #now = noon;
  #ids = 0;

  run(name: WatchTickBench['look'], times: number, ask: () => LookAsk): WatchTickBench {
    const took: number[] = [];
    let rows = 0;
    for (let time = 0; time < times; time++) {
      const asked = ask();
      this.#now += 1_000;
      const before = process.threadCpuUsage();
      const looked = lookBook(this.#book, asked, epochMs(this.#now));
      const { user, system } = process.threadCpuUsage(before);
      took.push((user + system) / 1_000);
      this.#book = looked.book;
      rows += looked.machines.length;
    }
    took.sort((one, other) => one - other);
    const at = (share: number): number => round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0);
    const p99Ms = at(0.99);
    return {
      look: name,
      alarms: this.#book.open.size,
      rows,
      p50Ms: at(0.5),
      p99Ms,
      worstMs: at(1),
      ratio: round(p99Ms / watchTickLimitMs),
    };
  }

  /** 5,000 breaches, and 5,000 subjects that are in the band: found, but nothing. */
  ask(grade: () => Grade, explained = false): LookAsk {
    const findings = Array.from({ length: subjects }, (_, no) => found(no, no < active ? grade() : 'band'));
    return {
      findings: [look(findings)],
      suppression: {
        ...unsuppressed,
        maintenanceTurns: 0,
        windows,
        quiet: quietByDefault,
        explain: (alarm, open) => {
          const no = Number(alarm.subject.id.slice(4));
          if (!explained || no < switches) return null;
          const explainedBy = open('deviceOffline', { kind: 'device', id: `pos-${no % switches}` });
          return explainedBy === null ? null : { explainedBy, since: epochMs(noon) };
        },
      },
      importantEvents: [],
      exposureOf: (alarm) => ({ ...noExposure, records: alarm.symptoms }),
      newId: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}` as Alarm['alarmId'],
    };
  }
}

const look = (findings: readonly Finding[]): RuleLook => ({
  rule: 'deviceOffline',
  version: 1,
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  findings,
});

/** Names live as long as the devices, as they do in the world. */
const names = Array.from({ length: subjects }, (_, no) => ({
  deviceId: `pos-${no}`,
  area: `main/building-${no % 60}/floor-${no % 7}`,
}));

function found(no: number, grade: Grade): Finding {
  const { deviceId, area } = names[no] ?? { deviceId: '', area: '' };
  return {
    subject: { kind: 'device', id: deviceId },
    grade,
    level: 3,
    reason: { code: 'deviceOffline', values: { name: deviceId, area, minutes: 5, cause: 'noReply' } },
    evidence: null,
    devices: [deviceId],
    campus: 'main',
    area,
  };
}

/** Twenty windows of a thousand subjects each, a twentieth of them true. */
const windows: readonly MaintenanceWindow[] = Array.from({ length: 20 }, (_, no) => ({
  windowId: `11111111-1111-4111-8111-${String(no).padStart(12, '0')}`,
  name: 'window',
  from: noon,
  to: noon + 3_600_000,
  weekly: no % 2 === 0,
  until: null,
  subjects: Array.from({ length: 1_000 }, (__, each) => `pos-${no * 1_000 + each + 4_900}`),
  reason: 'bench',
  createdBy: 'bench',
  endedAt: null,
}));

const round = (value: number): number => Math.round(value * 100) / 100;

if (import.meta.main) console.table(benchWatchTick());
