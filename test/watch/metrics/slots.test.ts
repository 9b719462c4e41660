/** Slots as the store answers them: each the exact sum of the records of its device time, whichever way they are gone through. */
import { join } from 'node:path';
import { openSqliteFeed } from '@cardwatch/collector/store';
import { hourMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import type { TransactionRecord } from '@cardwatch/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moneyRise } from '../../../packages/collector/src/core/metrics/slots.core.ts';
import type { MoneyFact } from '../../../packages/collector/src/core/world/world.core.ts';
import { type BusinessScope, type BusinessSlotSum } from '../../../packages/collector/src/store/read/roles.ts';
import { openSqliteReader } from '../../../packages/collector/src/store/sqlite/read/reader.ts';
import { type Bed, makeBed, newFolder } from '../../collector/support/bed.ts';
import { FakeJournal } from '../../collector/support/journal.ts';
import { hello, morning, transaction } from '../../collector/support/records.ts';

const devices = ['yb-b3-bath-01', 'yb-b3-bath-02'] as const;
const campus = '东区';
let bed: Bed;
let folder: string;
let reader: ReturnType<typeof openSqliteReader>;
let feed: ReturnType<typeof openSqliteFeed>;
let journal: FakeJournal;
let sent = 0;

beforeEach(async () => {
  folder = newFolder();
  bed = makeBed({ folder });
  bed.send('yb-1', 'hello', hello({ devices }));
  await bed.pass(100);
  journal = new FakeJournal({ agent: 'yb-1' });
  sent = 0;
  reader = openSqliteReader(join(folder, 'cardwatch.db'), () => 0);
  feed = openSqliteFeed(join(folder, 'cardwatch.db'), () => 0);
});
afterEach(async () => {
  reader.close();
  await feed.close();
  await bed.close();
});

async function book(...lines: readonly TransactionRecord[]): Promise<void> {
  journal.append(...lines);
  while (sent < journal.last) {
    const upto = Math.min(journal.last, sent + 200);
    bed.send('yb-1', 'money', journal.batch(sent + 1, upto));
    await bed.pass(500);
    sent = upto;
  }
}

/** Hundreds of records of three hours in all colours: offline, grey, with wrong codes, given back, of few cards. */
function mixed(random: SeededRandom, count: number): TransactionRecord[] {
  return Array.from({ length: count }, (_, at) => {
    const line = transaction({
      device: devices[at % 5 === 0 ? 1 : 0],
      no: Math.floor(at / 5) * 5 + (at % 5) + 1,
      observedAt: morning + intBetween(random, 0, 3 * hourMs - 1),
      amountFen: intBetween(random, 0, 3_000),
      card: intBetween(random, 1, 60),
    });
    const kind = (['waterHold', 'consume', 'refund', 'recharge', 'grey'] as const)[intBetween(random, 0, 4)] ?? 'consume';
    const mode = (['cardOffline', 'accountDeferred', 'accountOnline'] as const)[intBetween(random, 0, 2)] ?? 'cardOffline';
    const recordedAt = line.observedAt + intBetween(random, 0, 5 * minuteMs);
    return { ...line, kind, mode, recordedAt, checks: { ...line.checks, tac: random.next() < 0.2 ? 'bad' : 'ok' } };
  });
}

async function facts(): Promise<MoneyFact[]> {
  const all: MoneyFact[] = [];
  for (let from = 0; ; ) {
    const some = await feed.recordsAfter(from);
    all.push(...some.map(({ fact }) => fact));
    const last = some.at(-1);
    if (last === undefined) return all;
    from = last.id;
  }
}

/** The same figures one fact after the other, as the rules add them up. */
function folded(all: readonly MoneyFact[], stepMs: number, has: (fact: MoneyFact) => boolean): BusinessSlotSum[] {
  const slots = new Map<number, BusinessSlotSum & { readonly seen: Set<string> }>();
  for (const fact of all.filter(has)) {
    const at = Math.floor(fact.observedAt / stepMs) * stepMs;
    const was = slots.get(at) ?? { at, records: 0, amountFen: 0, offline: 0, failures: 0, late: 0, cards: 0, seen: new Set() };
    const { records = 0, amountFen = 0, offline = 0, failures = 0, late = 0 } = moneyRise(fact);
    was.seen.add(fact.cardRef);
    slots.set(at, {
      at,
      records: was.records + records,
      amountFen: was.amountFen + amountFen,
      offline: was.offline + offline,
      failures: was.failures + failures,
      late: was.late + late,
      cards: was.seen.size,
      seen: was.seen,
    });
  }
  return [...slots.values()].toSorted((a, b) => a.at - b.at).map(({ seen: _seen, ...slot }) => slot);
}

async function asked(scope: BusinessScope, stepMs: number, from: number, to: number): Promise<BusinessSlotSum[]> {
  const slots: BusinessSlotSum[] = [];
  for (let next = from; next < to; ) {
    const piece = await reader.business({ from: next, to, stepMs, scope });
    if (!piece.ok) throw new Error(piece.error.kind);
    expect(piece.value.upto).toBeGreaterThan(next);
    slots.push(...piece.value.slots);
    next = piece.value.upto;
  }
  return slots;
}

test('every slot is the exact sum of its facts: by place, by device, by the hours of a merchant', async () => {
  await book(...mixed(new SeededRandom(7), 700));
  const all = await facts();
  expect(all).toHaveLength(700);
  const random = new SeededRandom(8);
  let compared = 0;
  for (let round = 0; round < 40; round++) {
    const stepMs = round % 2 === 0 ? minuteMs : 5 * minuteMs;
    const from = morning - hourMs + intBetween(random, 0, 36) * 5 * minuteMs;
    const to = from + intBetween(random, 1, 60) * 5 * minuteMs;
    const inTime = ({ observedAt }: MoneyFact): boolean => observedAt >= from && observedAt < to;
    const within: BusinessScope = { kind: 'within', places: [campus], except: [], also: [] };
    expect(await asked(within, stepMs, from, to)).toEqual(folded(all, stepMs, inTime));
    const until = morning + hourMs;
    const spans = [
      { deviceId: devices[1], from: 0, to: until },
      { deviceId: devices[0], from: until, to },
    ];
    const ofMerchant = (fact: MoneyFact): boolean =>
      inTime(fact) && (fact.deviceId === devices[1] ? fact.observedAt < until : fact.observedAt >= until);
    const found = await asked({ kind: 'spans', spans }, stepMs, from, to);
    expect(found).toEqual(folded(all, stepMs, ofMerchant));
    compared += found.length;
  }
  expect(compared).toBeGreaterThan(500);
  const sums = folded(all, 24 * hourMs, () => true);
  expect(Math.min(...sums.map(({ offline, failures, late }) => Math.min(offline, failures, late)))).toBeGreaterThan(0);
});

test('a record that comes late lands in the slot of its own time, and no other slot changes', async () => {
  const now = bed.clock.now();
  const scope: BusinessScope = { kind: 'spans', spans: [{ deviceId: devices[0], from: 0, to: now + hourMs }] };
  const minute = Math.floor(now / minuteMs) * minuteMs;
  const [from, to] = [minute - 24 * hourMs, minute + hourMs];
  await book(transaction({ device: devices[0], no: 2, observedAt: now, amountFen: 800 }));
  const before = await asked(scope, minuteMs, from, to);
  expect(before).toMatchObject([{ at: minute, records: 1, amountFen: 800, late: 0 }]);
  await book(
    transaction({ device: devices[0], no: 1, observedAt: minute - 5 * hourMs + 1, amountFen: 300, content: 'kept back' }),
  );
  const after = await asked(scope, minuteMs, from, to);
  expect(after).toMatchObject([{ at: minute - 5 * hourMs, records: 1, amountFen: 300, late: 1, cards: 1 }, before[0]]);
});

test('a place that no device stands in has nothing, and its name is only ever a value', async () => {
  await book(transaction({ no: 1 }));
  for (const places of [['西区'], ["东区' OR '1'='1"], []])
    expect(await asked({ kind: 'within', places, except: [], also: [] }, minuteMs, morning - hourMs, morning + hourMs)).toEqual(
      [],
    );
});
