/** POS, driver and the agent's own custody: trace numbers with holes are no gaps, and nothing has two keys, whoever begins anew. */
import { createHash } from 'node:crypto';
import { type EventLine, type TransactionRecord, turnoverFen } from '@cardwatch/contracts';
import type { DeviceSink, Observation } from '@cardwatch/drivers';
import { SeededRandom, err, ok, silentLogger } from '@cardwatch/kernel';
import { Truth, openIso8583, simulatedMacKey } from '@cardwatch/simulators';
import { afterEach, expect, test } from 'vitest';
import { CursorKeeper } from '../../../packages/agent/src/collect/cursor-keeper.ts';
import { type CursorDocument, emptyCursors } from '../../../packages/agent/src/collect/cursor.ts';
import { takeOver } from '../../../packages/agent/src/collect/custody.ts';
import { newMemory } from '../../../packages/agent/src/collect/terminal.ts';
import { MemoryJournal } from '../../agent/memory-journal.ts';
import { freePort } from '../peer.ts';
import { realClock } from '../real-clock.ts';
import { deviceOf, openDriver, profileOf, terminalNo, until } from './bench.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const crypto = {
  contentHash: (raw: Uint8Array) => createHash('sha256').update(raw).digest('hex').slice(0, 32),
  cardRef: (digits: string) => digits.padStart(32, '0'),
  seal: () => `k1.${'A'.repeat(40)}`,
};

/** The agent's custody over a journal and cursors that outlive it. */
async function agent(port: number, name: string, journal: MemoryJournal, disk: { document: CursorDocument }) {
  const profile = await profileOf(name);
  const store = {
    load: () => Promise.resolve(ok(disk.document)),
    save: (document: CursorDocument) => {
      disk.document = structuredClone(document);
      return Promise.resolve(ok(undefined));
    },
  };
  const { keeper } = await CursorKeeper.load(store);
  const guard = { failed: false, mayTry: () => true, sawFailure: () => {}, sawSuccess: () => {} };
  const parts = { journal, cursors: keeper, crypto, guard, clock: realClock, log: silentLogger } as never;
  const connection = {
    kind: 'iso8583',
    mode: 'frontEnd',
    listen: { host: '127.0.0.1', port },
    terminal: terminalNo(0),
    credentials: { macKey: simulatedMacKey },
  };
  const [session] = await openDriver(name, [connection]);
  const terminal = { deviceId: deviceOf(0) as never, profile, driftMs: undefined, way: 'listen' as const, memory: newMemory() };
  const sink: DeviceSink = {
    take: async (observation: Observation) => {
      const taken = await takeOver(terminal, observation, parts, new AbortController().signal);
      return taken.ok ? ok(undefined) : err({ kind: 'notTaken', detail: taken.error.kind });
    },
    failed: () => {},
  };
  session?.listen?.start(sink, () => {
    const cursor = keeper.get(deviceOf(0));
    return cursor === undefined ? undefined : { generation: cursor.generation, lastRecordNo: cursor.lastRecordNo };
  });
  return () => session?.close();
}

test.each(['iso8583/unionpay/terminal', 'iso8583/network/terminal'])(
  '%s: five lives of the agent, each record once',
  async (name) => {
    const port = await freePort();
    const journal = new MemoryJournal();
    await journal.openEpoch(1 as never, '0'.repeat(32));
    const disk = { document: emptyCursors };
    const truth = new Truth();
    const place = { campus: 'c', area: 'a' } as never;
    const device = { deviceId: deviceOf(0) as never, name: 'pos', profile: name as never, address: terminalNo(0), place };
    const cluster = await openIso8583(
      { kind: 'iso8583', name: 'canteen', agent: 'a' as never, port, devices: [device] },
      {
        clock: realClock,
        random: new SeededRandom(1),
        truth: { record: (entry) => truth.take(entry), pass: () => {} },
        port,
        restored: undefined,
      },
      { replyTimeoutMs: 300, echoMs: 50 },
    );
    closing.push(() => cluster.close());
    const [pos] = cluster.terminals;
    if (pos === undefined) throw new Error('a POS');
    const sell = (count: number): void => {
      for (let round = 0; round < count; round++)
        pos.sell({ card: '6225000000000014', amountFen: 100 + round, balanceBeforeFen: 9_000, cardCounter: round });
    };
    for (const fault of ['', 'replyLost', 'reversalFirst', 'duplicateSend', 'cutMidFrame']) {
      const stop = await agent(port, name, journal, disk);
      sell(4);
      if (fault !== '') pos.faults.order(fault);
      sell(4);
      await until('handed in', () => pos.waiting === 0);
      await until('signs of life between the sales use up traces', () => pos.online);
      const echoes = pos.seen.echoes;
      await until('an echo', () => pos.seen.echoes > echoes);
      if (name.includes('unionpay') && fault === 'duplicateSend') {
        pos.settle();
        const batch = pos.batch;
        await until('settled', () => pos.batch > batch);
      }
      // Its end and the next beginning: what is not answered comes again.
      await stop();
      sell(2);
    }
    closing.push((await agent(port, name, journal, disk)) as () => Promise<void>);
    await until('handed in', () => pos.waiting === 0);
    const lines = journal.linesOf('money') as TransactionRecord[];
    const ledger = new Map<string, TransactionRecord>();
    let conflicts = 0;
    for (const line of lines) {
      expect(line.type).toBe('transaction');
      const key = `${line.generation}/${line.recordNo}`;
      const known = ledger.get(key);
      if (known !== undefined && known.contentHash !== line.contentHash) conflicts++;
      ledger.set(key, known ?? line);
    }
    const [row, more] = truth.rows();
    const netFen = [...ledger.values()].reduce((sum, { kind, amountFen }) => sum + turnoverFen(kind, amountFen), 0);
    expect({ count: ledger.size, netFen, conflicts, lives: more }).toEqual({
      count: row?.count,
      netFen: row?.amountFen,
      conflicts: 0,
      lives: undefined,
    });
    expect(new Set(lines.map(({ generation }) => generation))).toEqual(new Set([row?.generation]));
    const gaps = (journal.linesOf('event') as EventLine[]).filter(({ type }) => type === 'gap');
    expect(gaps).toEqual([]);
  },
);
