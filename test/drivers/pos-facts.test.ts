/** What operations ask of every POS, whatever its protocol: waiting records, list versions, clock drift, offline mode, totals. One row a model. */
import { protocolOf } from '@cardwatch/drivers';
import type { DeviceFacts, Observation } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { afterEach, expect, test } from 'vitest';
import { profileNames } from '../golden/case.ts';
import { type PosName, openSite } from './framed/site.ts';
import { deviceOf, openBench, until } from './iso8583/bench.ts';
import { freePort } from './peer.ts';

const signal = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const card = '6225000000000014';
const driftMs = 120_000;

/** What a model told after three sales of 1,200 fen, its clock two minutes ahead. */
interface Told {
  readonly facts: DeviceFacts;
  readonly readings: ReadonlyMap<string, unknown>;
}

const putTogether = (observations: readonly Observation[]): Told => ({
  facts: Object.assign({}, ...observations.map(({ facts }) => facts)) as DeviceFacts,
  readings: new Map(observations.flatMap(({ readings }) => readings.map(({ point, raw }) => [point, raw] as const))),
});

async function framed(name: PosName): Promise<Told> {
  const site = await openSite();
  closing.push(() => site.close());
  const pos = site.cluster.devices.find(({ deviceId }) => deviceId === name);
  if (pos === undefined) throw new Error(name);
  pos.stepClock(driftMs);
  pos.sellingOffline = true;
  for (let i = 0; i < 3; i++) pos.sell({ card, amountFen: 1_200, balanceBeforeFen: 9_000, cardCounter: i });
  const told: Observation[] = [];
  for (const task of ['live', 'records']) {
    const run = await site.sessions[name].poll?.run(task, signal);
    if (run?.ok === true) told.push(run.value);
  }
  return putTogether(told);
}

async function iso8583(profile: string): Promise<Told> {
  const bench = await openBench({ profile, terminals: 1, port: await freePort(), echoMs: 100 });
  closing.push(() => bench.close());
  const [pos] = bench.cluster.terminals;
  if (pos === undefined) throw new Error('one terminal');
  await until('signed on', () => pos.seen.signOns > 0);
  pos.stepClock(driftMs);
  for (let i = 0; i < 3; i++) pos.sell({ card, amountFen: 1_200, balanceBeforeFen: 9_000, cardCounter: i });
  await until('handed in', () => pos.waiting === 0);
  const { observations } = bench.ledger(deviceOf(0));
  const seen = observations.length;
  await until('told its state', () => observations.slice(seen).some(({ facts }) => facts.blacklistVersion !== undefined));
  return putTogether(observations);
}

/** Where each thing is told: `fact`, or the reading that says it. */
const rows: Readonly<Record<string, { readonly told: () => Promise<Told>; readonly offline: string; readonly totals: string }>> =
  {
    'framed/cardwatch/index-pos': { told: () => framed('pos-index'), offline: 'fact', totals: 'fact' },
    'framed/cardwatch/page-pos': { told: () => framed('pos-page'), offline: 'fact', totals: 'fact' },
    'iso8583/unionpay/terminal': {
      told: () => iso8583('iso8583/unionpay/terminal'),
      offline: 'offlineShare',
      totals: 'batchDebitFen',
    },
  };

test.each(Object.entries(rows))('%s', async (_, { told, offline, totals }) => {
  const { facts, readings } = await told();
  expect(facts.uncollected).toBeTypeOf('number');
  expect(facts.freeRecords).toBeGreaterThan(0);
  expect(facts.blacklistVersion).toBe(20_261_101);
  expect(facts.parameterVersion).toBeGreaterThan(0);
  const { deviceClock } = facts;
  expect(Math.abs((deviceClock?.at ?? 0) - (deviceClock?.readAt ?? 0) - driftMs)).toBeLessThan(5_000);
  // A share is of the sales that the terminal made without its upstream, in percent.
  if (offline === 'fact') expect(facts.sellingOffline).toBe(true);
  else expect(readings.get(offline)).toBeTypeOf('number');
  expect(totals === 'fact' ? facts.totalFen : readings.get(totals)).toBe(3_600);
  expect(totals === 'fact' ? facts.totalRecords : 3).toBe(3);
});

test('every model of a poll-collect POS has a row', () => {
  const models = profileNames(profileRoot).filter((name) => name.startsWith('framed/'));
  expect(models.length).toBe(2);
  for (const name of models) expect(Object.keys(rows)).toContain(name);
});

test('framed terminals share their wire with Modbus: one link schema', () => {
  for (const kind of ['serial', 'rtuOverTcp'])
    expect(protocolOf('framed')?.links[kind]?.link).toBe(protocolOf('modbus')?.links[kind]?.link);
});
