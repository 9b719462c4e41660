/** Front end 前置 against simulated POS on real sockets: what they sold is what the ledger holds, to the fen, whatever strikes them. */
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../peer.ts';
import { type Bench, type BenchOptions, deviceOf, openBench, until } from './bench.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const open = async (options: Partial<BenchOptions> = {}): Promise<Bench> => {
  bench = await openBench({ profile: 'iso8583/unionpay/terminal', terminals: 1, port: await freePort(), ...options });
  return bench;
};

let card = 0;
const sale = (amountFen: number) => ({
  card: `62250000000000${String(card++ % 100).padStart(2, '0')}`,
  amountFen,
  balanceBeforeFen: 50_000,
  cardCounter: card,
});

/** All is handed in, and the ledger is the truth, record by record. */
async function reconciled(given: Bench): Promise<void> {
  await until('all handed in', () => given.cluster.terminals.every(({ waiting }) => waiting === 0));
  for (const row of given.truth.rows()) {
    const ledger = given.ledger(row.deviceId);
    expect({ device: row.deviceId, count: ledger.entries.size, fen: ledger.netFen, conflicts: ledger.conflicts }).toEqual({
      device: row.deviceId,
      count: row.count,
      fen: row.amountFen,
      conflicts: 0,
    });
    for (const { generation, recordNo, kind, amountFen } of given.truth.records(
      row.deviceId,
      { generation: 0, recordNo: 0 },
      10_000,
    ))
      expect(ledger.entries.get(`${generation}/${recordNo}`)).toMatchObject({ kind, amountFen });
  }
}

describe('front end', () => {
  test('three POS sell, settle and agree', async () => {
    const given = await open({ terminals: 3, settleEvery: 1_000 });
    for (let round = 0; round < 30; round++)
      for (const pos of given.cluster.terminals) expect(pos.sell(sale(100 + round))).toBe('sold');
    await reconciled(given);
    for (const pos of given.cluster.terminals) pos.settle();
    await until('settled', () => given.cluster.terminals.every(({ seen }) => seen.agreed === 1));
    expect(given.truth.recordCount).toBe(90);
    for (const pos of given.cluster.terminals) {
      const ledger = given.ledger(pos.deviceId);
      expect(ledger.readings.get('settlement')).toBe('agree');
      expect(ledger.alarms()).toEqual([]);
      expect(pos.batch).toBe(2);
    }
  });
});

describe('faults', () => {
  const rows: readonly (readonly [string, (given: Bench) => void])[] = [
    ['cutMidFrame', () => {}],
    ['garbage', () => {}],
    ['wrongMac', () => {}],
    ['duplicateSend', () => {}],
    ['reversalFirst', () => {}],
    ['slowDrip', () => {}],
    ['replyLost', () => {}],
    ['clockStep', () => {}],
    ['powerCut', () => {}],
  ];
  test.each(rows)('%s: nothing lost, doubled or invented', async (type) => {
    const given = await open();
    const [pos] = given.cluster.terminals;
    if (pos === undefined) throw new Error('a POS');
    await until('signed on', () => pos.seen.signOns === 1);
    for (let round = 0; round < 5; round++) pos.sell(sale(321 + round));
    for (const _ of [1, 2]) {
      expect(
        given.cluster.strike({ type, deviceId: deviceOf(0), delayMs: undefined, deltaMs: 7_200_000, records: undefined }),
      ).toBeUndefined();
      for (let round = 0; round < 5; round++) pos.sell(sale(1_000 + round));
      await until('handed in', () => pos.waiting === 0);
    }
    await reconciled(given);
    expect(given.truth.recordCount).toBe(type === 'reversalFirst' ? 17 : 15);
  });
});
