/** Terminals of both models on one real line, TCP and pty: what they sold is what was collected, to the fen, whatever strikes the line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation, Session } from '@cardwatch/drivers';
import { SeededRandom, chance, intBetween, pick } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { Peers, hasSocat, pathExists } from '../peer.ts';
import { Ledger } from './ledger.ts';
import { type FramedSite, type PosName, type SiteOptions, openSite, units } from './site.ts';

const signal = new AbortController().signal;
const names = Object.keys(units) as PosName[];
const card = '6225000000000014';
const peers = new Peers();
const folders: string[] = [];
let site: FramedSite | undefined;

afterEach(async () => {
  await site?.close();
  site = undefined;
  await peers.end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function ptyPair(): Promise<{ readonly device: string; readonly host: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-framed-'));
  folders.push(folder);
  const [device, host] = [join(folder, 'device'), join(folder, 'host')];
  peers.start('socat', [`pty,raw,echo=0,link=${device}`, `pty,raw,echo=0,link=${host}`]);
  await Promise.all([pathExists(device), pathExists(host)]);
  return { device, host };
}

async function begin(options: SiteOptions = {}): Promise<FramedSite> {
  site = await openSite(options);
  return site;
}

const posOf = ({ cluster }: FramedSite, name: PosName) => {
  const found = cluster.devices.find(({ deviceId }) => deviceId === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

const sell = (target: FramedSite, name: PosName, count: number): void => {
  for (let i = 0; i < count; i++)
    expect(posOf(target, name).sell({ card, amountFen: 800 + i, balanceBeforeFen: 50_000, cardCounter: i })).toBe('sold');
};

/** Reading changes nothing: a machine that is busy elsewhere may be asked again. */
async function records(session: Session): Promise<Observation> {
  for (let attempt = 0; ; attempt++) {
    const run = await session.poll?.run('records', signal);
    if (run?.ok === true) return run.value;
    if (attempt === 3) throw new Error(JSON.stringify(run?.error));
  }
}

const trueFen = ({ truth }: FramedSite, name: PosName): number =>
  truth
    .filter(({ deviceId }) => deviceId === name)
    .reduce((sum, { kind, amountFen }) => sum + (kind === 'reversal' ? -amountFen : amountFen), 0);
const trueNumbers = ({ truth }: FramedSite, name: PosName): readonly number[] =>
  truth.filter(({ deviceId }) => deviceId === name).map(({ recordNo }) => recordNo);

const striking = [
  'silent',
  'lateReply',
  'garbage',
  'wrongChecksum',
  'wrongAddress',
  'halfFrame',
  'reset',
  'slowDrip',
  'echo',
  'lostConfirm',
  'reboot',
] as const;

/** People buy, faults come and go, records are collected, and now and then the agent does not come to confirm. */
async function stormyDay(target: FramedSite, seed: number, rounds: number): Promise<Readonly<Record<PosName, Ledger>>> {
  const random = new SeededRandom(seed);
  const ledgers = { 'pos-index': new Ledger(), 'pos-page': new Ledger() };
  const struck = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) buy(target, name, random);
    const type = striking[round % striking.length] ?? 'silent';
    const deviceId = pick(random, names);
    expect(target.cluster.strike({ type, deviceId, delayMs: 170, deltaMs: undefined, records: undefined })).toBeUndefined();
    struck.add(type);
    for (const name of names) await collectOnce(target.sessions[name], ledgers[name], random);
    target.cluster.heal(type, deviceId);
  }
  expect(struck.size).toBe(striking.length);
  for (const name of names) await drain(target.sessions[name], ledgers[name]);
  return ledgers;
}

function buy(target: FramedSite, name: PosName, random: SeededRandom): void {
  for (let i = intBetween(random, 0, 9); i > 0; i--) {
    const sale = {
      card,
      amountFen: intBetween(random, 1, 3_000),
      balanceBeforeFen: 40_000,
      cardCounter: intBetween(random, 0, 60_000),
    };
    expect(posOf(target, name).sell(sale)).toBe('sold');
    if (chance(random, 0.1)) posOf(target, name).reverse(sale);
  }
}

async function collectOnce(session: Session, ledger: Ledger, random: SeededRandom): Promise<void> {
  const run = await session.poll?.run('records', signal);
  if (run?.ok !== true) return;
  ledger.append(run.value.records);
  if (chance(random, 0.85)) await run.value.confirm?.(signal);
}

async function drain(session: Session, ledger: Ledger): Promise<void> {
  let empty = 0;
  for (let attempt = 0; attempt < 60 && empty < 2; attempt++) {
    const run = await session.poll?.run('records', signal);
    if (run?.ok !== true) continue;
    ledger.append(run.value.records);
    await run.value.confirm?.(signal);
    empty = run.value.facts.uncollected === 0 ? empty + 1 : 0;
  }
  expect(empty).toBe(2);
}

async function checkStorm(target: FramedSite, seed: number): Promise<void> {
  const ledgers = await stormyDay(target, seed, 22);
  for (const name of names) {
    expect(ledgers[name].conflicts).toEqual([]);
    expect(ledgers[name].numbers).toEqual(trueNumbers(target, name));
    expect(ledgers[name].numbers.length).toBeGreaterThan(60);
    expect(ledgers[name].fen).toBe(trueFen(target, name));
    const { facts } = await records(target.sessions[name]);
    expect([facts.totalRecords, facts.totalFen, facts.uncollected]).toEqual([ledgers[name].numbers.length, ledgers[name].fen, 0]);
  }
}

describe('totals equal truth to the fen while faults strike', () => {
  test('over TCP', async () => {
    await checkStorm(await begin({ seed: 11, replyTimeoutMs: 120 }), 11);
  });

  test.skipIf(!hasSocat())(`over a pty pair${hasSocat() ? '' : ' (socat is absent)'}`, async () => {
    await checkStorm(await begin({ seed: 13, replyTimeoutMs: 120, pty: await ptyPair() }), 13);
  });
});

describe.each(names)('%s', (name) => {
  test('is not confirmed before confirm is called, and gives the same records until then', async () => {
    const target = await begin();
    sell(target, name, 9);
    const runs = [
      await records(target.sessions[name]),
      await records(target.sessions[name]),
      await records(target.sessions[name]),
    ];
    expect(posOf(target, name).store.collected.records).toBe(0);
    const raws = runs.map((run) => run.records.map(({ raw }) => Buffer.from(raw).toString('hex')));
    expect(raws[0]?.length).toBe(9);
    expect(raws[1]).toEqual(raws[0]);
    expect(raws[2]).toEqual(raws[0]);
    expect(await runs[0]?.confirm?.(signal)).toEqual({ ok: true, value: undefined });
    expect(posOf(target, name).store.collected.records).toBe(9);
    // The other runs' confirmations find the work done: a count that is sent twice would swallow what was sold since.
    sell(target, name, 9);
    for (const run of runs.slice(1)) expect(await run.confirm?.(signal)).toEqual({ ok: true, value: undefined });
    expect(posOf(target, name).store.collected.records).toBe(9);
  });

  test('a confirmation whose answer is lost is read back; one that never arrived gives the same records again', async () => {
    const target = await begin();
    const outcomes = { taken: 0, again: 0 };
    const ledger = new Ledger();
    for (let round = 0; round < 8; round++) {
      sell(target, name, 5);
      target.cluster.strike({ type: 'lostConfirm', deviceId: name, delayMs: undefined, deltaMs: undefined, records: undefined });
      const run = await records(target.sessions[name]);
      ledger.append(run.records);
      const confirmed = await run.confirm?.(signal);
      const held = posOf(target, name).store.held;
      expect(confirmed?.ok).toBe(held === 0);
      outcomes[held === 0 ? 'taken' : 'again']++;
      target.cluster.heal('lostConfirm', name);
    }
    expect(outcomes.taken).toBeGreaterThan(0);
    expect(outcomes.again).toBeGreaterThan(0);
    await drain(target.sessions[name], ledger);
    expect(ledger.numbers).toEqual(trueNumbers(target, name));
    expect(ledger.repeats).toBeGreaterThan(0);
    expect(ledger.conflicts).toEqual([]);
  });

  test('a restart between reading and confirming leaves the records to be read again', async () => {
    const target = await begin();
    sell(target, name, 3);
    const run = await records(target.sessions[name]);
    posOf(target, name).reboot();
    expect((await run.confirm?.(signal))?.ok).toBe(false);
    expect(posOf(target, name).store.held).toBe(3);
    expect((await records(target.sessions[name])).records.map(({ recordNo }) => recordNo)).toEqual([1, 2, 3]);
  });

  test('a store that fills says so before it is full, and refuses to sell when it is', async () => {
    const target = await begin({ capacity: 60 });
    const free = async (): Promise<number | undefined> => (await records(target.sessions[name])).facts.freeRecords;
    const empty = await free();
    sell(target, name, 20);
    expect((empty ?? 0) - ((await free()) ?? 0)).toBe(20);
    target.cluster.strike({ type: 'storeFull', deviceId: name, delayMs: undefined, deltaMs: undefined, records: undefined });
    expect(posOf(target, name).sell({ card, amountFen: 1, balanceBeforeFen: 5, cardCounter: 1 })).toBe('storeFull');
    const full = await records(target.sessions[name]);
    expect([full.facts.freeRecords, full.records.length, full.more]).toEqual([0, 40, true]);
  });

  test('records that were overwritten unread are missing by number and nothing else is', async () => {
    const target = await begin({ capacity: 30, overwrites: true });
    target.cluster.strike({ type: 'ringOverrun', deviceId: name, delayMs: undefined, deltaMs: undefined, records: 37 });
    const ledger = new Ledger();
    await drain(target.sessions[name], ledger);
    const lost = new Set(target.truth.flatMap(({ overwroteNo }) => overwroteNo ?? []));
    expect(lost.size).toBeGreaterThan(0);
    expect(ledger.numbers).toEqual(trueNumbers(target, name).filter((recordNo) => !lost.has(recordNo)));
    const { facts } = await records(target.sessions[name]);
    expect([facts.totalRecords, facts.totalFen]).toEqual([37, trueFen(target, name)]);
  });

  test('collected records are read again by number, what is gone is told', async () => {
    const target = await begin({ capacity: 30 });
    const ledger = new Ledger();
    for (let round = 0; round < 5; round++) {
      sell(target, name, 9);
      await drain(target.sessions[name], ledger);
    }
    const again = await target.sessions[name].poll?.recollect?.({ from: 10, to: 47 }, signal);
    if (again?.ok !== true) throw new Error(JSON.stringify(again?.error));
    expect(again.value.records.map(({ recordNo }) => recordNo)).toEqual(Array.from({ length: 30 }, (_, index) => 16 + index));
    expect(again.value.overwritten).toEqual([
      [10, 15],
      [46, 47],
    ]);
    again.value.records.forEach((record) => expect(record.check).toBe('ok'));
    expect(posOf(target, name).store.held).toBe(0);
  });

  test('clock, versions and offline mode come as facts', async () => {
    const target = await begin();
    const pos = posOf(target, name);
    pos.blacklistVersion = 20_261_122;
    pos.parameterVersion = 31;
    pos.sellingOffline = true;
    pos.coverOpen = true;
    target.cluster.strike({ type: 'clockStep', deviceId: name, delayMs: undefined, deltaMs: -600_000, records: undefined });
    const live = await target.sessions[name].poll?.run('live', signal);
    if (live?.ok !== true) throw new Error(JSON.stringify(live?.error));
    const { facts } = live.value;
    expect(facts).toMatchObject({
      blacklistVersion: 20_261_122,
      parameterVersion: 31,
      sellingOffline: true,
      uncollected: 0,
      bootCounter: 1,
    });
    const driftMs = (facts.deviceClock?.at ?? 0) - (facts.deviceClock?.readAt ?? 0);
    expect(Math.abs(driftMs + 600_000)).toBeLessThan(2_500);
    expect(await target.sessions[name].identify?.(signal)).toMatchObject({ ok: true, value: { serial: pos.serial } });
  });
});

test('numbers run over their end: the run stops at the last one, the next begins with the first', async () => {
  const target = await begin({ newestNo: 999_990 });
  sell(target, 'pos-page', 15);
  const last = await records(target.sessions['pos-page']);
  expect(last.records.map(({ recordNo }) => recordNo)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((no) => 999_990 + no));
  expect([last.facts.newestRecordNo, last.more]).toEqual([999_999, true]);
  expect(await last.confirm?.(signal)).toEqual({ ok: true, value: undefined });
  const first = await records(target.sessions['pos-page']);
  expect(first.records.map(({ recordNo }) => recordNo)).toEqual([1, 2, 3, 4, 5, 6]);
  expect([first.facts.newestRecordNo, first.more]).toEqual([6, false]);
  expect(await first.confirm?.(signal)).toEqual({ ok: true, value: undefined });
  expect(target.truth.map(({ generation }) => generation)).toEqual([...Array<number>(9).fill(1), ...Array<number>(6).fill(2)]);
});

test('a terminal that is gone costs the others of its line little', async () => {
  const target = await begin();
  target.cluster.strike({ type: 'silent', deviceId: 'pos-index', delayMs: undefined, deltaMs: undefined, records: undefined });
  sell(target, 'pos-page', 4);
  const dead = target.sessions['pos-index'].poll?.run('live', signal);
  const alive = await records(target.sessions['pos-page']);
  expect(alive.records.length).toBe(4);
  expect(await dead).toMatchObject({ ok: false, error: { kind: 'timeout' } });
});
