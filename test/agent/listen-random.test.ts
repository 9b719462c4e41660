/** Gates under random crashes, ill storage and cut networks: what was answered is in the ledger, under one key, and nothing else is. */
import type { DeviceGap, PassEvent } from '@cardwatch/contracts';
import type { RawPass, RawRecord } from '@cardwatch/drivers';
import { chance, intBetween, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';
import type { Gate } from './gate.ts';

/** Events in the gate's memory, in its order; it offers some of them, now and then in another order, until they are taken. */
class Keeper {
  readonly #gate: Gate;
  readonly #random: SeededRandom;
  readonly #waiting: RawPass[] = [];
  readonly answered = new Map<number, RawPass>();
  #no = 0;

  constructor(gate: Gate, random: SeededRandom) {
    this.#gate = gate;
    this.#random = random;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get made(): number {
    return this.#no;
  }

  pass(count: number): void {
    for (let index = 0; index < count; index++)
      this.#waiting.push(this.#gate.event(++this.#no, { personNo: String(1_000 + this.#no) }));
  }

  /** Some that wait, the newest first at times, and at times some that were taken already. */
  async offer(): Promise<void> {
    const some = this.#waiting.slice(0, intBetween(this.#random, 1, 12));
    if (chance(this.#random, 0.2)) some.reverse();
    const again = chance(this.#random, 0.2) ? [...this.answered.values()].slice(-3) : [];
    const offered = [...again, ...some];
    const taken = await this.#gate.tell(offered);
    if (!taken.ok) return;
    for (const event of some) {
      if (event.eventNo !== undefined) this.answered.set(event.eventNo, event);
      const at = this.#waiting.indexOf(event);
      if (at >= 0) this.#waiting.splice(at, 1);
    }
  }
}

async function play(seed: number): Promise<{ bench: Bench; keeper: Keeper; crashes: number }> {
  const random = new SeededRandom(seed);
  const bench = new Bench([]);
  const keeper = new Keeper(bench.addGate('g1'), random);
  let crashes = 0;
  await bench.agent.start();
  await bench.pass(2_000);
  for (let turn = 0; turn < 120; turn++) {
    keeper.pass(intBetween(random, 0, 4));
    void keeper.offer();
    await bench.pass(intBetween(random, 0, 400));
    const dice = random.next();
    if (dice < 0.05) {
      bench.cursorsFrozen = chance(random, 0.5);
      crashes++;
      await bench.crashAndRestart();
    } else if (dice < 0.1) bench.journal.failing = { kind: 'storageFailed', cause: { kind: 'noSpace' } };
    else if (dice < 0.2) bench.journal.failing = undefined;
    else if (dice < 0.25) bench.cursorFailure = { kind: 'io', detail: 'EIO' };
    else if (dice < 0.35) bench.cursorFailure = undefined;
    else if (dice < 0.38) bench.network.up = !bench.network.up;
  }
  bench.journal.failing = undefined;
  bench.cursorFailure = undefined;
  bench.network.up = true;
  for (let turn = 0; turn < 200 && keeper.waiting > 0; turn++) {
    void keeper.offer();
    await bench.pass(1_000);
  }
  await bench.pass(120_000);
  return { bench, keeper, crashes };
}

describe('what a gate tells', () => {
  let crashes = 0;
  test.each(Array.from({ length: 25 }, (_, index) => index + 1))('is kept once, seed %i', async (seed) => {
    const { bench, keeper, crashes: own } = await play(seed);
    crashes += own;
    expect(keeper.waiting).toBe(0);
    const booked = bench.ledger.events.filter((event): event is PassEvent => event.type === 'pass');
    const contents = new Map<number, Set<string>>();
    for (const { eventNo, generation, personRef, observedAt } of booked) {
      expect(generation).toBe(1);
      const content = `${personRef} ${observedAt}`;
      contents.set(eventNo ?? -1, new Set([...(contents.get(eventNo ?? -1) ?? []), content]));
    }
    expect([...contents.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: keeper.made }, (_, index) => index + 1));
    for (const [eventNo, one] of contents) expect(`${eventNo}: ${one.size}`).toBe(`${eventNo}: 1`);
    const open = new Set<string>();
    for (const gap of bench.ledger.events.filter((event): event is DeviceGap => event.type === 'gap'))
      for (let no = gap.from; no <= gap.to; no++) {
        if (gap.closedBy === undefined) open.add(`${gap.generation}/${no}`);
        else open.delete(`${gap.generation}/${no}`);
      }
    expect([...open]).toEqual([]);
    expect(bench.agent.status().devices[0]).toMatchObject({ openGaps: 0 });
    await bench.stop();
  });

  test('and crashes there were', () => {
    expect(crashes).toBeGreaterThan(50);
  });
});

describe('what tills that dial in tell', () => {
  test.each(
    (['dense', 'sparse'] as const).flatMap((numbering) =>
      Array.from({ length: 10 }, (_, index) => [numbering, index + 1] as const),
    ),
  )('%s numbers: every fen once, seed %i', async (numbering, seed) => {
    const random = new SeededRandom(1_000 + seed);
    const bench = new Bench([]);
    const till = bench.addGate('p1', { selling: true, numbering });
    const made: RawRecord[] = [];
    const waiting = new Set<RawRecord>();
    let no = 0;
    let fen = 0;
    const sell = (): void => {
      no += numbering === 'sparse' ? intBetween(random, 1, 7) : 1;
      const amountFen = intBetween(random, 1, 999);
      fen += amountFen;
      const record = till.record(no, amountFen);
      made.push(record);
      waiting.add(record);
    };
    // An online till repeats what was not answered, and a stored advice comes after newer sales.
    const offer = async (): Promise<void> => {
      const some = [...waiting].slice(0, intBetween(random, 1, 6));
      if (chance(random, 0.3)) some.reverse();
      if ((await till.tellRecords(some)).ok && chance(random, 0.8)) for (const record of some) waiting.delete(record);
    };
    await bench.agent.start();
    await bench.pass(2_000);
    for (let turn = 0; turn < 100; turn++) {
      for (let count = intBetween(random, 0, 2); count > 0; count--) sell();
      void offer();
      await bench.pass(intBetween(random, 0, 3_000));
      const dice = random.next();
      if (dice < 0.06) {
        bench.cursorsFrozen = chance(random, 0.5);
        await bench.crashAndRestart();
      } else if (dice < 0.1) bench.journal.failing = { kind: 'storageFailed', cause: { kind: 'noSpace' } };
      else if (dice < 0.25) bench.journal.failing = undefined;
    }
    bench.journal.failing = undefined;
    for (let turn = 0; turn < 300 && waiting.size > 0; turn++) {
      void offer();
      await bench.pass(1_000);
    }
    await bench.pass(60_000);
    expect(waiting.size).toBe(0);
    expect(bench.ledger.numbersOf('p1')).toEqual(made.map(({ recordNo }) => recordNo));
    expect([bench.ledger.amountFen, bench.ledger.conflicts]).toEqual([fen, 0]);
    expect(bench.agent.status().devices[0]).toMatchObject({ generation: 1, openGaps: 0 });
    await bench.stop();
  });
});
