/** Terminal, driver and the agent's own custody together: what stands in the journal is the truth, over drops, holes and a new life of the numbers. */
import { createHmac } from 'node:crypto';
import { type DeviceGap, EpochNo, type EventLine, DeviceId } from '@cardwatch/contracts';
import {
  type DeviceSink,
  type DriverFailure,
  type NotTaken,
  type Observation,
  type Session,
  createRegistry,
} from '@cardwatch/drivers';
import { type Result, SeededRandom, chance, err, intBetween, ok, silentLogger } from '@cardwatch/kernel';
import { afterEach, expect, test } from 'vitest';
import { CursorKeeper } from '../../../packages/agent/src/collect/cursor-keeper.ts';
import { type CustodyParts, takeOver } from '../../../packages/agent/src/collect/custody.ts';
import { StorageGuard } from '../../../packages/agent/src/collect/storage-guard.ts';
import { newMemory } from '../../../packages/agent/src/collect/terminal.ts';
import { type IsapiTerminal, openIsapiTerminal } from '../../../packages/simulators/src/isapi/terminal.ts';
import { MemoryJournal } from '../../agent/memory-journal.ts';
import { realClock } from '../real-clock.ts';
import { Ears, Passes, account, attempt, fast, logBy, profileName, profileOf, until } from './harness.ts';

const deviceId = DeviceId.parse('d7-east');
const hmac = (bytes: Uint8Array | string): string => createHmac('sha256', 'site key').update(bytes).digest('hex').slice(0, 32);
const strikeOf = (type: string, records?: number) => ({
  type,
  deviceId: undefined,
  delayMs: undefined,
  deltaMs: undefined,
  records,
});

let closing: (() => Promise<void>) | undefined;
afterEach(() => closing?.());

async function custody(): Promise<{ readonly parts: CustodyParts; readonly journal: MemoryJournal }> {
  const journal = new MemoryJournal();
  await journal.openEpoch(EpochNo.parse(1), 'e');
  const loaded = await CursorKeeper.load({
    load: () => Promise.resolve(err({ kind: 'damaged', detail: 'none' })),
    save: () => Promise.resolve(ok(undefined)),
  });
  const guard = new StorageGuard(realClock, { notice: () => {} } as never);
  const crypto = { contentHash: hmac, cardRef: hmac, seal: () => `k1.${'A'.repeat(40)}` };
  return { journal, parts: { journal, cursors: loaded.keeper, crypto, guard, clock: realClock, log: silentLogger } };
}

interface World {
  readonly terminal: IsapiTerminal;
  readonly truth: Passes;
  readonly journal: MemoryJournal;
  readonly parts: CustodyParts;
  /** As after a restart of the agent: another session, and nothing in memory but the cursor. */
  restart(): Promise<void>;
  refuse: number;
}

async function world(seed: number): Promise<World> {
  const truth = new Passes();
  const terminal = await openIsapiTerminal(
    { deviceId, ...account, heartbeatMs: 200, pageMax: 7 },
    { clock: realClock, random: new SeededRandom(seed), truth: truth.sink, port: 0 },
  );
  const profile = await profileOf(profileName, { stream: fast, ...logBy('serial') });
  const driver = createRegistry(new SeededRandom(seed)).get('isapi');
  if (driver === undefined) throw new Error('no isapi driver');
  const connection = driver.connection.parse({
    kind: 'isapi',
    port: terminal.endpoint.port,
    host: '127.0.0.1',
    deadlineMs: 1_000,
    credentials: account,
  });
  const { parts, journal } = await custody();
  const open = async (): Promise<Session> => {
    const memory = newMemory();
    const take = async (observation: Observation): Promise<Result<void, NotTaken>> => {
      if ((observation.events ?? []).length === 0) return ok(undefined);
      if (made.refuse > 0) {
        made.refuse--;
        return err({ kind: 'notTaken', detail: 'disk ill' });
      }
      const taken = await takeOver(
        { deviceId, profile, driftMs: undefined, way: 'listen', memory },
        observation,
        parts,
        new AbortController().signal,
      );
      return taken.ok ? ok(undefined) : err({ kind: 'notTaken', detail: taken.error.kind });
    };
    const opened = await driver.open(connection, profile, new Ears().io);
    if (!opened.ok) throw new Error(opened.error.kind);
    const sink: DeviceSink = { take, failed: (_failure: DriverFailure) => {} };
    opened.value.listen?.start(sink, () => {
      const cursor = parts.cursors.get(deviceId);
      return cursor && { generation: cursor.generation, lastRecordNo: cursor.lastRecordNo };
    });
    return opened.value;
  };
  const made: World = {
    terminal,
    truth,
    journal,
    parts,
    refuse: 0,
    restart: async () => {
      await session.close();
      session = await open();
    },
  };
  let session = await open();
  closing = async () => {
    await session.close();
    await terminal.close();
  };
  return made;
}

const linesOf = ({ journal }: World): readonly EventLine[] => journal.linesOf('event') as EventLine[];
const passesOf = (w: World): string[] =>
  linesOf(w).flatMap((line) =>
    line.type === 'pass' ? [`${line.generation}/${line.eventNo} ${line.result} ${line.method}`] : [],
  );
const truthOf = ({ truth }: World): string[] =>
  truth.all.map(({ generation, eventNo, result, method }) => `${generation}/${eventNo} ${result} ${method}`);
const gapsOf = (w: World): string[] =>
  linesOf(w)
    .filter((line): line is DeviceGap => line.type === 'gap')
    .map(({ generation, from, to, closedBy }) => `${generation}:${from}-${to} ${closedBy ?? 'open'}`);

test.each([31, 32, 33])(
  'seed %i: the journal holds each pass once, and only the holes of the device itself are gaps',
  async (seed) => {
    const w = await world(seed);
    const random = new SeededRandom(seed);
    const holes: string[] = [];
    await until('a stream', () => w.terminal.streams > 0);
    const some = async (from: number, to: number): Promise<void> => {
      for (let index = from; index <= to; index++) {
        w.terminal.pass(attempt(index));
        if (chance(random, 0.12)) w.terminal.strike(strikeOf('streamDrop'));
        if (chance(random, 0.06)) w.terminal.strike(strikeOf('replay', 9));
        if (chance(random, 0.05)) w.refuse = intBetween(random, 1, 2);
        if (chance(random, 0.04)) await w.restart();
        await new Promise((resolve) => setTimeout(resolve, intBetween(random, 0, 6)));
      }
      await until('all taken', () => w.parts.cursors.get(deviceId)?.lastRecordNo === w.terminal.store.newest);
    };
    await some(1, 40);
    const before = w.terminal.store.newest;
    w.terminal.strike(strikeOf('serialGap', 4));
    holes.push(`1:${before + 1}-${before + 4} open`);
    await some(41, 60);
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    // Device times are whole seconds, and custody wants more than one between two lives; a reset takes minutes.
    w.terminal.strike(strikeOf('serialRollback'));
    await some(61, 80);
    expect(passesOf(w)).toEqual(truthOf(w));
    expect(w.truth.all).toHaveLength(80);
    expect(gapsOf(w)).toEqual(holes);
    const text = JSON.stringify(linesOf(w));
    expect(text).not.toMatch(/CANARY|WEB0000|2023070/);
    expect(w.parts.cursors.get(deviceId)?.generation).toBe(2);
  },
);
