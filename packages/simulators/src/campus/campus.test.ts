import { assert, epochMs, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { Plan } from '../plan/plan.ts';
import { planOfScale } from '../plan/scales.core.ts';
import { type LogEntry, logEntry, logLine } from '../truth/log.core.ts';
import type { PosTerminal } from '../cluster.ts';
import { Campus } from './campus.ts';
import { campusSpanMs } from './campus-hours.core.ts';

function campusOf(options: { readonly seed?: number; readonly speed?: number } = {}): {
  readonly clock: VirtualClock;
  readonly campus: Campus;
  readonly log: LogEntry[];
} {
  const clock = new VirtualClock(epochMs(1_800_000_000_000));
  const log: LogEntry[] = [];
  const plan = Plan.parse(planOfScale({ scale: 's', basePort: 0, showersOnly: true }));
  const append = (entry: LogEntry): void => void log.push(entry);
  return {
    clock,
    log,
    campus: new Campus(plan, { clock, seed: options.seed ?? 1, speed: options.speed ?? 1, startMinute: 1_260, append }),
  };
}

const minutes = (count: number): number => count * 60_000;
const recordsOf = (campus: Campus): unknown => campus.truth.rows();

describe('an evening from 21:00', () => {
  it('has people at once, and every session adds up', () => {
    const { clock, campus } = campusOf();
    campus.start(undefined);
    clock.advance(minutes(3));
    expect(campus.truth.recordCount).toBeGreaterThan(3);
    clock.advance(minutes(87));
    expect(campus.truth.recordCount).toBeGreaterThan(500);
    expect(campus.plainShowers().reduce((sum, device) => sum + device.sums.sessions, 0)).toBeGreaterThan(10);
    for (const { ring, deviceId } of campus.ringShowers()) {
      const row = campus.truth.rows().find((candidate) => candidate.deviceId === deviceId);
      expect([ring.newestNo, ring.netFen]).toEqual([row?.count ?? 0, row?.amountFen ?? 0]);
    }
  });

  it('is the same for the same seed at any speed', () => {
    const [slow, fast, other] = [campusOf(), campusOf({ speed: 60 }), campusOf({ seed: 2 })];
    for (const { campus } of [slow, fast, other]) campus.start(undefined);
    slow.clock.advance(minutes(60));
    fast.clock.advance(minutes(1));
    other.clock.advance(minutes(60));
    expect(recordsOf(fast.campus)).toEqual(recordsOf(slow.campus));
    expect(recordsOf(other.campus)).not.toEqual(recordsOf(slow.campus));
  });

  it('drains when demand stops, and people come again when it starts', () => {
    const { clock, campus } = campusOf();
    campus.start(undefined);
    clock.advance(minutes(30));
    expect(campus.bathers.running).toBeGreaterThan(5);
    campus.stopDemand();
    clock.advance(minutes(45));
    expect(campus.bathers.running).toBe(0);
    const before = campus.truth.recordCount;
    campus.startDemand();
    clock.advance(minutes(15));
    expect(campus.truth.recordCount).toBeGreaterThan(before);
  });

  it('goes on after closing time with the next opening', () => {
    const { clock, campus } = campusOf({ speed: 600 });
    campus.start(undefined);
    clock.advance((2 * campusSpanMs) / 600);
    expect(campus.clock.text(campus.moment().campusMs)).toBe('21:00');
    expect(campus.plainShowers().every((device) => device.sums.sessions > 0)).toBe(true);
  });
});

describe('a steady rate', () => {
  it('writes that many records a second, of valid sessions', () => {
    const { clock, campus, log } = campusOf();
    campus.start(100);
    clock.advance(10_000);
    expect(Math.abs(campus.truth.recordCount - 1_000)).toBeLessThanOrEqual(3);
    const used = new Set(log.flatMap((entry) => (entry.kind === 'record' ? [entry.deviceId] : [])));
    expect(used.size).toBe(40);
    campus.stopDemand();
    expect(campus.steady.running).toBe(0);
    expect(campus.ringShowers().some((device) => device.running)).toBe(false);
  });

  it('waits for controllers that nobody collects, or overwrites when told to', () => {
    const { clock, campus } = campusOf();
    campus.start(5_000);
    clock.advance(60_000);
    expect(campus.truth.recordCount).toBe(40 * 48);
    campus.setRate(5_000, 'overwrite');
    clock.advance(10_000);
    expect(campus.truth.recordCount).toBeGreaterThan(40_000);
    const lost = campus.truth.overwritten();
    expect(lost).toHaveLength(40);
    const newest = new Map(campus.truth.rows().map((row) => [row.deviceId, row.lastRecordNo]));
    expect(lost.map(({ ranges }) => ranges)).toEqual(lost.map(({ deviceId }) => [[1, (newest.get(deviceId) ?? 0) - 511]]));
    expect(lost.map(({ count }) => count)).toEqual(lost.map(({ deviceId }) => (newest.get(deviceId) ?? 0) - 511));
  });

  it('writes a number of records at once for tests', () => {
    const { campus } = campusOf();
    expect(campus.steady.write(777)).toBe(777);
    expect(campus.steady.writeOn('yb-a1-03', 100)).toBeGreaterThanOrEqual(100);
    expect(campus.steady.writeOn('nobody', 100)).toBe(0);
  });
});

describe('faults that happen once', () => {
  it('overrun the ring by what was ordered', () => {
    const { campus } = campusOf();
    const done = campus.desk.order({ deviceId: 'yb-a2-05', type: 'ringOverrun', records: 700 });
    assert(done.ok, 'ordered');
    expect(done.value).toMatchObject({ type: 'ringOverrun', expected: 'gap/overwritten', start: done.value.end });
    const [lost] = campus.truth.overwritten();
    const newest = campus.truth.rows()[0]?.lastRecordNo ?? 0;
    expect(newest).toBeGreaterThanOrEqual(700);
    expect(lost).toMatchObject({ deviceId: 'yb-a2-05', count: newest - 511 });
  });

  it('are refused by a device without a store', () => {
    const { campus } = campusOf();
    expect(campus.desk.order({ deviceId: 'yb-b2-01', type: 'ringOverrun' })).toMatchObject({
      ok: false,
      error: { kind: 'unsupported' },
    });
  });

  it('start a new store life', () => {
    const { campus } = campusOf();
    campus.steady.writeOn('yb-a1-01', 5);
    expect(campus.desk.order({ deviceId: 'yb-a1-01', type: 'storeInit' }).ok).toBe(true);
    campus.steady.writeOn('yb-a1-01', 3);
    expect(campus.truth.rows().map(({ generation, firstRecordNo }) => [generation, firstRecordNo])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});

describe('a restart', () => {
  it('goes on with the purse of each student: no counter twice, no balance from nowhere', () => {
    type Sold = { readonly card: string; readonly counter: number; readonly before: number; readonly after: number };
    const sold: Sold[] = [];
    const run = (earlier: readonly LogEntry[], full: (no: number) => boolean): LogEntry[] => {
      const { clock, campus, log } = campusOf();
      for (const entry of earlier) campus.replay(logEntry(logLine(entry)) ?? entry);
      let asked = 0;
      const sell: PosTerminal['sell'] = ({ card, amountFen, balanceBeforeFen, cardCounter }) => {
        if (full(asked++)) return 'storeFull';
        sold.push({ card, counter: cardCounter, before: balanceBeforeFen, after: balanceBeforeFen - amountFen });
        return 'sold';
      };
      campus.populate({ terminals: [{ device: 'pos', deviceId: 'pos-1', sell }], gates: [] }, 20);
      campus.setRate(20, 'wait');
      clock.advance(60_000);
      campus.stopDemand();
      return [...earlier, ...log];
    };
    run(
      run([], () => false),
      (no) => no % 7 === 0,
    );
    const cards = Map.groupBy(sold, ({ card }) => card);
    expect(sold.length).toBeGreaterThan(800);
    expect(cards.size).toBe(20);
    for (const [card, sales] of cards) {
      expect([card, sales.map(({ counter }) => counter)]).toEqual([card, sales.map((_, at) => at + 1)]);
      for (const [at, { before }] of sales.entries()) expect(before).toBeGreaterThanOrEqual(sales[at - 1]?.after ?? 0);
    }
  });

  it('goes on: rings, serial numbers, boots, balances, labels and truth', () => {
    const first = campusOf();
    first.campus.start(undefined);
    first.clock.advance(minutes(40));
    first.campus.desk.order({ deviceId: 'yb-a1-02', type: 'clockStep', deltaMs: -120_000 });
    first.campus.desk.order({ deviceId: 'yb-a1-03', type: 'silent' });
    const again = campusOf();
    let lines = 0;
    for (const line of first.log.map(logLine)) {
      const entry = logEntry(line);
      assert(entry !== undefined, 'every line of the log is one');
      again.campus.replay(entry);
      lines++;
    }
    expect(lines).toBe(first.log.length);
    expect(again.campus.truth.rows()).toEqual(first.campus.truth.rows());
    expect(again.campus.desk.labels()).toEqual(first.campus.desk.labels());
    again.campus.start(undefined);
    expect(again.campus.desk.labels().map(({ type, end }) => [type, end !== undefined])).toEqual([
      ['clockStep', true],
      ['silent', true],
    ]);
    expect(again.campus.desk.of('yb-a1-03')).toBeUndefined();
    again.clock.advance(minutes(40));
    const newest = new Map(
      first.campus.ringShowers().map(({ deviceId, ring, boots }) => [deviceId, { no: ring.newestNo, boots }]),
    );
    expect(newest.size).toBe(40);
    expect(again.campus.ringShowers().filter(({ deviceId, ring }) => ring.newestNo < (newest.get(deviceId)?.no ?? 0))).toEqual(
      [],
    );
    expect(again.campus.ringShowers().filter(({ deviceId, boots }) => boots <= (newest.get(deviceId)?.boots ?? 0))).toEqual([]);
    const chains = brokenChains([...first.log, ...again.log]);
    expect(chains.checked).toBeGreaterThan(300);
    expect(chains.broken).toBe(0);
  });
});

/** Balances of one card follow one another unless money was added: never less than what the record before left. */
function brokenChains(log: readonly LogEntry[]): { readonly checked: number; readonly broken: number } {
  const left = new Map<string, number>();
  let checked = 0;
  let broken = 0;
  for (const entry of log) {
    if (entry.kind !== 'record') continue;
    const view = new DataView(entry.raw.buffer, entry.raw.byteOffset);
    const card = [...entry.raw.subarray(8, 16)].join('.');
    const before = left.get(card);
    if (before !== undefined) checked++;
    if (before !== undefined && view.getInt32(24) < before) broken++;
    left.set(card, view.getInt32(28));
  }
  return { checked, broken };
}
