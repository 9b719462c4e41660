/** Front end 前置 against simulated POS on real sockets: what they sold is what the ledger holds, to the fen, whatever strikes them. */
import { connect } from 'node:net';
import type { Logger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { bodyOf, frameOf } from '../../../packages/simulators/src/iso8583/wire.core.ts';
import { freePort } from '../peer.ts';
import { realClock } from '../real-clock.ts';
import { type Bench, type BenchOptions, deviceOf, openBench, openDriver, terminalNo, until } from './bench.ts';

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
    ['garbage', ({ sessions }) => expect(sessions[0]?.line?.noiseBytes).toBeGreaterThan(0)],
    ['wrongMac', ({ sessions }) => expect(sessions[0]?.line?.crcErrors).toBe(2)],
    ['duplicateSend', ({ cluster }) => expect(cluster.terminals[0]?.seen.acknowledged).toBe(15)],
    ['reversalFirst', () => {}],
    ['slowDrip', () => {}],
    ['replyLost', ({ cluster }) => expect(cluster.terminals[0]?.seen.repeats).toBe(2)],
    ['clockStep', () => {}],
    ['powerCut', () => {}],
  ];
  test.each(rows)('%s: nothing lost, doubled or invented', async (type, alsoHolds) => {
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
    alsoHolds(given);
  });
});

const only = ({ cluster }: Bench) => {
  const [pos] = cluster.terminals;
  if (pos === undefined) throw new Error('a POS');
  return pos;
};

describe('custody', () => {
  test('what the journal does not take is not answered; the terminal keeps it and repeats it', async () => {
    const given = await open({ replyTimeoutMs: 200 });
    const pos = only(given);
    await until('signed on', () => pos.seen.signOns === 1);
    const ledger = given.ledger(deviceOf(0));
    ledger.refuse = 3;
    for (let round = 0; round < 5; round++) pos.sell(sale(250));
    await reconciled(given);
    expect(ledger.refuse).toBe(0);
    expect(pos.seen.acknowledged).toBe(5);
  });

  test('the agent begins anew: the terminal dials again, a repeat has the same key, the sum of the batch is not guessed', async () => {
    const given = await open({ replyTimeoutMs: 200 });
    const pos = only(given);
    for (let round = 0; round < 5; round++) pos.sell(sale(300));
    await until('handed in', () => pos.waiting === 0);
    pos.faults.order('replyLost');
    pos.sell(sale(301));
    await until('taken once', () => given.ledger(deviceOf(0)).entries.size === 6);
    await given.restartAgent();
    for (let round = 0; round < 5; round++) pos.sell(sale(302));
    await reconciled(given);
    expect(given.truth.recordCount).toBe(11);
    pos.settle();
    await until('settled', () => pos.seen.differed === 1);
    const ledger = given.ledger(deviceOf(0));
    expect(ledger.readings.get('settlement')).toBe('unknown');
    expect(ledger.alarms()).toEqual([]);
    expect(ledger.entries.size).toBe(11);
    await until('next batch', () => pos.batch === 2);
    for (let round = 0; round < 3; round++) pos.sell(sale(303));
    await until('handed in', () => pos.waiting === 0);
    pos.settle();
    await until('agreed', () => pos.seen.agreed === 1);
    // What an earlier life of the agent may have said is withdrawn.
    expect(ledger.alarms()).toEqual(['totalsDiffer false']);
  });

  test('offline for a while: it sells on, hands all in, and the share of stored sales is told', async () => {
    const given = await open();
    const pos = only(given);
    await until('signed on', () => pos.seen.signOns === 1);
    pos.faults.order('offline');
    await until('gone', () => !pos.online);
    for (let round = 0; round < 40; round++) pos.sell(sale(400));
    pos.faults.heal('offline');
    await reconciled(given);
    await until('told', () => Number(given.ledger(deviceOf(0)).readings.get('offlineShare')) > 50);
  });

  test('totals that differ are answered so, told once, and withdrawn when the next batch agrees', async () => {
    const given = await open();
    const pos = only(given);
    for (let round = 0; round < 12; round++) pos.sell(sale(150));
    await until('handed in', () => pos.waiting === 0);
    given.cluster.strike({
      type: 'batchDiffers',
      deviceId: deviceOf(0),
      delayMs: undefined,
      deltaMs: undefined,
      records: undefined,
    });
    await until('differed', () => pos.seen.differed === 1 && pos.batch === 2);
    pos.sell(sale(151));
    await until('handed in', () => pos.waiting === 0);
    pos.settle();
    await until('agreed', () => pos.seen.agreed === 1);
    const ledger = given.ledger(deviceOf(0));
    expect(ledger.alarms()).toEqual(['totalsDiffer true', 'totalsDiffer false']);
    expect(ledger.observations.some(({ facts }) => facts.uncollected === 1)).toBe(true);
    await reconciled(given);
  });

  test('facts: uncollected, free, list versions, clock', async () => {
    const given = await open();
    const pos = only(given);
    await until('signed on', () => pos.seen.signOns === 1);
    pos.stepClock(120_000);
    pos.sell(sale(100));
    const { observations } = given.ledger(deviceOf(0));
    await until('state told', () => observations.some(({ facts }) => facts.blacklistVersion !== undefined));
    const facts = Object.assign({}, ...observations.map((one) => one.facts)) as Record<string, unknown>;
    expect(facts).toMatchObject({
      uncollected: 0,
      freeRecords: 2_000,
      blacklistVersion: 20_261_101,
      parameterVersion: 20_260_901,
    });
    const clock = observations.map((one) => one.facts.deviceClock).find((told) => told !== undefined);
    expect(Math.abs((clock?.at ?? 0) - (clock?.readAt ?? 0) - 120_000)).toBeLessThan(5_000);
  });

  test('a board that was changed begins at batch 1: it is given a batch that was never used', async () => {
    const given = await open();
    const pos = only(given);
    for (let round = 0; round < 4; round++) pos.sell(sale(100));
    await until('handed in', () => pos.waiting === 0);
    pos.settle();
    await until('settled', () => pos.batch === 2);
    pos.sell(sale(100));
    await until('handed in', () => pos.waiting === 0);
    pos.restore({ ...pos.snapshot(), trace: 0, batch: 1, items: [], waiting: [] });
    pos.powerCut();
    await until('signed on again', () => pos.seen.signOns === 2);
    expect(pos.batch).toBe(3);
    for (let round = 0; round < 4; round++) pos.sell(sale(100));
    await reconciled(given);
    expect(given.truth.recordCount).toBe(9);
  });

  test('the network form: second bitmap, DE 70, DE 90, X9.19 in DE 128, days instead of batches', async () => {
    const given = await open({ profile: 'iso8583/network/terminal' });
    const pos = only(given);
    await until('signed on and echoed', () => pos.seen.signOns === 1 && pos.seen.echoes > 0);
    for (let round = 0; round < 10; round++) pos.sell(sale(600));
    pos.takeBack();
    pos.faults.order('replyLost');
    pos.faults.order('reversalFirst');
    for (let round = 0; round < 10; round++) pos.sell(sale(700));
    await reconciled(given);
    expect(given.truth.recordCount).toBe(22);
    expect(given.ledger(deviceOf(0)).netFen).toBe(9 * 600 + 9 * 700);
  });

  test('no track, PIN block, chip data or key is in what is kept or told', async () => {
    const given = await open();
    const pos = only(given);
    const trackOf = '6225000000000014D26122010000000000';
    const frame = withTrack(trackOf);
    const socket = connect({ port: given.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.write(frame);
    await until('refused or taken', () => given.ledger(deviceOf(0)).failures.length > 0);
    socket.destroy();
    pos.sell(sale(100));
    await reconciled(given);
    expect(JSON.stringify([...given.ledger(deviceOf(0)).entries.values()]).includes('D2612201')).toBe(false);
    expect(JSON.stringify(given.ledger(deviceOf(0)).failures).includes('D2612201')).toBe(false);
  });
});

const head = { tpdu: '6000030000', header: '602200000000' };
const frameFrom = (mti: string, fields: Record<number, string>): Uint8Array =>
  frameOf({ ...head, mti, fields }, bodyOf(mti, fields));

/** A sale with DE 35 and a wrong MAC. */
const withTrack = (track: string): Uint8Array =>
  frameFrom('0200', {
    2: '6225000000000014',
    3: '000000',
    4: '000000001250',
    11: '000900',
    12: '121503',
    13: '1123',
    35: track,
    41: terminalNo(0),
    60: '22000001000',
    64: '3030303030303030',
  });

describe('the port', () => {
  test('a terminal that nobody configured is hung up on, counted, and told once', async () => {
    const told: string[] = [];
    const log: Logger = { log: (_, event) => void told.push(event), child: () => log };
    const given = await open({ log });
    const stranger = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect({ port: given.port, host: '127.0.0.1' });
        socket.on('close', () => resolve());
        socket.on('error', () => {});
        socket.write(frameFrom('0820', { 41: 'STRANGER', 42: '104310082200001', 60: '00000001301' }));
        socket.end();
        socket.resume();
      });
    await stranger();
    await stranger();
    expect(told.filter((event) => event === 'unknownTerminal').length).toBe(1);
    expect(given.sessions[0]?.line?.wrongSlave).toBe(2);
    expect(given.ledger(deviceOf(0)).failures).toEqual([]);
  });

  test('two devices with one terminal number, or a taken port, are refused; the port is free again when the last has gone', async () => {
    const port = await freePort();
    const connection = (index: number) => ({
      kind: 'iso8583',
      mode: 'frontEnd',
      listen: { host: '127.0.0.1', port },
      terminal: terminalNo(index),
      credentials: { macKey: '3132333435363738' },
    });
    const name = 'iso8583/unionpay/terminal';
    const sessions = await openDriver(name, [connection(0), connection(1)]);
    await expect(openDriver(name, [connection(2)])).rejects.toThrow('EADDRINUSE');
    await expect(
      openDriver(name, [
        { ...connection(0), listen: { host: '127.0.0.1', port: 0 } },
        { ...connection(0), listen: { host: '127.0.0.1', port: 0 } },
      ]),
    ).rejects.toThrow('configured twice');
    for (const session of sessions) {
      await session.close();
      await session.close();
    }
    const [again] = await openDriver(name, [connection(0)]);
    await again?.close();
  });

  test('a profile that asks for a MAC does not open without a key', async () => {
    const connection = {
      kind: 'iso8583',
      mode: 'frontEnd',
      listen: { host: '127.0.0.1', port: await freePort() },
      terminal: 'CT000000',
    };
    await expect(openDriver('iso8583/unionpay/terminal', [connection])).rejects.toThrow('unauthorised');
  });

  test('half a message is waited for no longer than the link says', async () => {
    const given = await open();
    const socket = connect({ port: given.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    const beganMs = realClock.mono();
    socket.write(Buffer.from('003c600000', 'hex'));
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    expect(realClock.mono() - beganMs).toBeLessThan(4_000);
    expect(given.sessions[0]?.line?.timeouts).toBe(1);
  });
});
