import { Alarm, type RuleTiming } from '@cardwatch/contracts/watch';
import { epochMs, SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { Finding } from '../rules/rule.core.ts';
import { type Book, emptyBook } from './book.core.ts';
import { Draft } from './draft.core.ts';
import { type Entry, keyOf, openEntry, refreshedInTime, refreshMs, staysAsItIs, stepCondition } from './entry.core.ts';

const noon = epochMs(1_790_000_000_000);
const idOf = (no: number) => Alarm.shape.alarmId.parse(`00000000-0000-4000-8000-${String(no).padStart(12, '0')}`);

const found = (id: string, over: Partial<Finding> = {}): Finding => ({
  subject: { kind: 'device', id },
  grade: 'breach',
  level: 3,
  reason: { code: 'deviceOffline', values: { name: id } },
  evidence: null,
  devices: [id],
  campus: 'main',
  area: null,
  ...over,
});

const opened = (id: string, no: number): Entry =>
  openEntry({ alarmId: idOf(no), rule: 'deviceOffline', version: 1, finding: found(id), rested: undefined }, noon);

/** `passedMin`: with N of M the slots move on, so that only what is unknown stays. */
const cases: readonly { readonly timing: RuleTiming; readonly seed: number; readonly passedMin: number }[] = [
  { timing: { raiseAfterMs: 3_000, clearAfterMs: 3_000, nOfM: null }, seed: 1, passedMin: 2_000 },
  { timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: { n: 2, m: 3 } }, seed: 2, passedMin: 5 },
];

test.each(cases)('what is passed by would have come back as it was (seed $seed)', ({ timing, seed, passedMin }) => {
  const random = new SeededRandom(seed);
  const one = <T>(of: readonly T[]): T | undefined => of[Math.floor(random.next() * of.length)];
  let entry = opened('a', 1);
  let [passed, stepped, steadyMs] = [0, 0, 0];
  for (let look = 0; look < 8_000; look++) {
    steadyMs += 1_000;
    const now = epochMs(noon + steadyMs);
    const grade = random.next() < 0.9 ? 'breach' : one(['band', 'unknown', 'none'] as const);
    const level = random.next() < 0.98 ? 3 : 2;
    const hold = random.next() < 0.02 ? { holdsUntil: epochMs(now + 5_000) } : {};
    const finding = grade === 'none' || grade === undefined ? undefined : found('a', { grade, level, ...hold });
    const stays = staysAsItIs(entry, finding, timing);
    const [next, effects] = stepCondition(entry, { finding, timing, steadyMs }, now);
    if (stays) expect([next === entry, effects]).toEqual([true, []]);
    if (stays) passed++;
    else stepped++;
    entry = next.alarm.condition === 'cleared' ? opened('a', look + 2) : next;
  }
  expect(stepped).toBeGreaterThan(200);
  expect(passed).toBeGreaterThan(passedMin);
});

test.each([
  { open: refreshedInTime, withinMs: refreshMs, perLookMax: 150 },
  { open: refreshedInTime * 2, withinMs: refreshMs * 2, perLookMax: 150 },
  { open: refreshedInTime * 2 + 1, withinMs: refreshMs * 3, perLookMax: 150 },
])('figures of $open open alarms are told anew within $withinMs ms, and no more than $perLookMax of them in one look', (of) => {
  const entries = Array.from({ length: of.open }, (_, no) => opened(`pos-${no}`, no + 1));
  const open = new Map(entries.map((entry) => [keyOf('deviceOffline', entry.alarm.subject), entry]));
  let book: Book = { ...emptyBook(noon), open };
  const told = new Map<Entry, number>();
  for (let look = 1; look <= of.withinMs / 1_000; look++) {
    const draft = new Draft(book, { ...book.steady, steadyMs: look * 1_000 });
    const due = entries.filter((entry) => draft.refreshes(entry));
    expect(due.length).toBeLessThanOrEqual(of.perLookMax);
    for (const entry of due) told.set(entry, (told.get(entry) ?? 0) + 1);
    book = { ...book, steady: draft.steady };
  }
  expect(told.size).toBe(of.open);
  expect([...told.values()].every((times) => times === 1)).toBe(true);
});
