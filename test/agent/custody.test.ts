/** Records from the terminal's memory to the ledger, through every place where a process may die. */
import type { DeviceGap } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.ts';

const upto = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const gapsOf = (bench: Bench): string[] =>
  bench.ledger.events
    .filter((event): event is DeviceGap => event.type === 'gap')
    .map(({ generation, from, to, cause, closedBy, estimateFen }) =>
      [
        `${generation}:${from}-${to}`,
        cause,
        closedBy ?? 'open',
        ...(estimateFen === undefined ? [] : [String(estimateFen)]),
      ].join(' '),
    );
const notices = (bench: Bench): string[] =>
  bench.ledger.events.flatMap((event) => (event.type === 'agentNotice' ? [event.notice] : []));

describe('custody', () => {
  test('records reach the ledger once, and the terminal is told after journal and cursor', async () => {
    const bench = new Bench(['d1']);
    const d1 = bench.terminal('d1');
    d1.sell(20);
    await bench.agent.start();
    await bench.pass(10_000);
    expect(bench.ledger.numbersOf('d1')).toEqual(upto(20));
    expect(bench.ledger.amountFen).toBe(200);
    expect([bench.ledger.duplicates, bench.ledger.conflicts]).toEqual([0, 0]);
    expect(d1.tail).toBe(21);
    expect(d1.trace).toEqual(['read 1-8', 'confirm 8', 'read 9-16', 'confirm 16', 'read 17-20', 'confirm 20']);
    expect(bench.cursors.devices.d1?.lastRecordNo).toBe(20);
    expect(gapsOf(bench)).toEqual([]);
    await bench.stop();
  });

  test('without an epoch the terminals keep their records, live status goes on', async () => {
    const bench = new Bench(['d1']);
    bench.network.up = false;
    bench.terminal('d1').sell(5);
    await bench.agent.start();
    await bench.pass(59_000);
    expect(bench.terminal('d1').trace).toEqual([]);
    expect(bench.agent.status().devices[0]?.state).toBe('online');
    expect(bench.agent.status().moneyBlocked).toBe('noEpoch');
    await bench.pass(10_000);
    expect(bench.agent.status().devices[0]).toMatchObject({ state: 'sellingOffline', cause: 'uplinkDown' });
    bench.network.up = true;
    await bench.passUntil(() => bench.ledger.rows.size === 5, 70_000);
    await bench.pass(5_000);
    expect(bench.agent.status().devices[0]?.state).toBe('online');
    await bench.stop();
  });

  test('a journal that fails keeps the records on the terminal until it is well', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.journal.failing = { kind: 'storageFailed', cause: { kind: 'noSpace' } };
    bench.terminal('d1').sell(3);
    await bench.pass(30_000);
    expect(bench.terminal('d1').tail).toBe(1);
    expect(bench.agent.status().moneyBlocked).toBe('storageFailed');
    bench.journal.failing = undefined;
    await bench.passUntil(() => bench.ledger.rows.size === 3, 30_000);
    await bench.pass(5_000);
    expect(bench.terminal('d1').tail).toBe(4);
    expect(notices(bench)).toEqual(['started', 'storageFailed', 'storageRecovered']);
    await bench.stop();
  });

  test('a cursor that cannot be written keeps the terminal unconfirmed; nothing is journaled twice', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.cursorFailure = { kind: 'io', detail: 'EIO' };
    bench.terminal('d1').sell(3);
    await bench.pass(40_000);
    expect(bench.terminal('d1').tail).toBe(1);
    bench.cursorFailure = undefined;
    await bench.pass(15_000);
    expect(bench.terminal('d1').tail).toBe(4);
    expect(bench.journal.linesOf('money')).toHaveLength(3);
    await bench.stop();
  });

  test('a terminal that refuses the confirmation is asked again; nothing is journaled twice', async () => {
    const bench = new Bench(['d1']);
    const d1 = bench.terminal('d1');
    d1.refuseConfirm = true;
    d1.sell(3);
    await bench.agent.start();
    await bench.pass(20_000);
    expect(d1.trace.filter((what) => what === 'confirm 3 refused').length).toBeGreaterThan(5);
    d1.refuseConfirm = false;
    await bench.pass(5_000);
    expect(d1.tail).toBe(4);
    expect(bench.journal.linesOf('money')).toHaveLength(3);
    await bench.stop();
  });

  test('a crash after the journal and before the cursor: the same keys again, no conflict', async () => {
    const bench = new Bench(['d1']);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.cursorsFrozen = true;
    bench.terminal('d1').sell(6);
    await bench.passUntil(() => bench.journal.linesOf('money').length === 6, 10_000);
    await bench.crashAndRestart();
    await bench.pass(20_000);
    expect(bench.ledger.numbersOf('d1')).toEqual(upto(6));
    expect([bench.ledger.duplicates, bench.ledger.conflicts]).toEqual([6, 0]);
    expect(bench.terminal('d1').tail).toBe(7);
    expect(gapsOf(bench)).toEqual([]);
    await bench.stop();
  });

  test('a crash in the middle of a restart of the numbers: the same generation again', async () => {
    const bench = new Bench(['d1']);
    bench.terminal('d1').sell(4);
    await bench.agent.start();
    await bench.pass(5_000);
    bench.cursorsFrozen = true;
    bench.terminal('d1').initialise();
    bench.terminal('d1').sell(2, 30);
    await bench.pass(3_000);
    await bench.crashAndRestart();
    await bench.pass(20_000);
    expect(bench.ledger.numbersOf('d1', 1)).toEqual(upto(4));
    expect(bench.ledger.numbersOf('d1', 2)).toEqual(upto(2));
    expect([bench.ledger.amountFen, bench.ledger.conflicts]).toEqual([100, 0]);
    await bench.stop();
  });

  test.each([
    ['with a store life', { storeLife: true, totals: true }],
    ['by the numbers alone', { storeLife: false, totals: false }],
  ])('an initialised store begins a new generation %s', async (_, tells) => {
    const bench = new Bench(['d1'], { tells });
    bench.terminal('d1').sell(10);
    await bench.agent.start();
    await bench.pass(8_000);
    bench.terminal('d1').initialise();
    bench.terminal('d1').sell(3);
    await bench.pass(8_000);
    expect(bench.ledger.numbersOf('d1', 1)).toEqual(upto(10));
    expect(bench.ledger.numbersOf('d1', 2)).toEqual(upto(3));
    expect(bench.ledger.conflicts).toBe(0);
    await bench.stop();
  });
});

describe('gaps', () => {
  test('records that were skipped are told with their amount, read again and closed', async () => {
    const bench = new Bench(['d1']);
    const d1 = bench.terminal('d1');
    d1.sell(10);
    await bench.agent.start();
    await bench.pass(8_000);
    d1.silent = true;
    await bench.pass(5_000);
    d1.sell(5, 70);
    d1.skipTo(14);
    d1.silent = false;
    await bench.pass(30_000);
    expect(gapsOf(bench)).toEqual(['1:11-13 skipped open 210', '1:11-13 skipped recollected 210']);
    expect(bench.ledger.numbersOf('d1')).toEqual(upto(15));
    expect(bench.ledger.amountFen).toBe(d1.totalFen);
    expect(bench.agent.status().devices[0]?.openGaps).toBe(0);
    await bench.stop();
  });

  test('what the ring has overwritten stays an open gap with its exact amount', async () => {
    const bench = new Bench(['d1'], { capacity: 20 });
    const d1 = bench.terminal('d1');
    d1.sell(5);
    await bench.agent.start();
    await bench.pass(8_000);
    d1.silent = true;
    await bench.pass(5_000);
    d1.sell(30, 7);
    d1.silent = false;
    await bench.pass(60_000);
    expect(gapsOf(bench)).toEqual(['1:6-15 overwritten open 70']);
    expect(bench.ledger.numbersOf('d1')).toEqual([...upto(5), ...upto(35, 16)]);
    expect(bench.ledger.amountFen + 70).toBe(d1.totalFen);
    expect(d1.trace.filter((what) => what.startsWith('recollect'))).toEqual(['recollect 6-15']);
    await bench.stop();
  });

  test('a record that cannot be read is kept raw, told as a gap, and closed when it is read well', async () => {
    const bench = new Bench(['d1']);
    const d1 = bench.terminal('d1');
    await bench.agent.start();
    await bench.pass(4_000);
    d1.sell(2);
    d1.sell(1, 50, true);
    d1.sell(2);
    await bench.passUntil(() => d1.trace.some((what) => what.startsWith('read')), 5_000);
    d1.mend(3);
    await bench.pass(20_000);
    expect(bench.ledger.undecoded).toHaveLength(1);
    expect(gapsOf(bench)).toEqual(['1:3-3 unreadable open 50', '1:3-3 unreadable recollected 50']);
    expect(bench.ledger.numbersOf('d1')).toEqual(upto(5));
    expect(bench.ledger.amountFen).toBe(d1.totalFen);
    await bench.stop();
  });

  test('a lost journal with its cursors still there: the ledger counts, the terminal is read again', async () => {
    const bench = new Bench(['d1']);
    const d1 = bench.terminal('d1');
    d1.sell(10);
    await bench.agent.start();
    await bench.pass(8_000);
    bench.ledger.mute = true;
    d1.sell(5);
    await bench.pass(8_000);
    expect(d1.tail).toBe(16);
    const { MemoryJournal } = await import('./memory-journal.ts');
    await bench.stop();
    bench.journal = new MemoryJournal();
    bench.ledger.mute = false;
    await bench.crashAndRestart();
    d1.sell(1);
    await bench.pass(60_000);
    expect(bench.ledger.epochNo).toBe(2);
    expect(bench.ledger.numbersOf('d1')).toEqual(upto(16));
    expect(bench.ledger.amountFen).toBe(d1.totalFen);
    await bench.stop();
  });
});
