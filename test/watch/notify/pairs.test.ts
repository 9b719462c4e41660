/** Cleared follows raised: whatever happens, who was told that it burns is told once that it is over, and nobody else is. */
import { minuteMs, SeededRandom } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmId, arrives, at, CampusDesk, fails, person, policy, suppressed } from './campus-desk.ts';

const people = [person('zhang', 'wecom', 'sms'), person('li', 'wecom'), person('wang', 'sms', 'mail')];
const policies = [
  policy({
    policyId: 'one',
    levels: [1],
    repeats: 1,
    remindEveryMs: 2 * minuteMs,
    steps: [
      { afterMs: 0, who: ['zhang'] },
      { afterMs: minuteMs, who: ['li', 'wang'] },
    ],
  }),
  policy({ policyId: 'two', levels: [2], steps: [{ afterMs: 0, who: ['li', 'wang'] }] }),
  policy({ policyId: 'three', levels: [3], digestEveryMs: 10 * minuteMs, steps: [{ afterMs: 0, who: ['zhang', 'li'] }] }),
];

type Act =
  | { readonly act: 'raise'; readonly n: number; readonly level: 1 | 2 | 3 }
  | { readonly act: 'clear' | 'up' | 'flap' | 'settle' | 'ack' | 'expire' | 'suppress' | 'release'; readonly n: number }
  | { readonly act: 'run'; readonly seconds: number }
  | { readonly act: 'weather'; readonly failing: number; readonly latencyMs: number }
  /** One death after the other, a second of life between them. */
  | { readonly act: 'restart'; readonly times: number };

const alarmsAtOnce = 3;
const n = fc.integer({ min: 0, max: alarmsAtOnce - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('raise' as const), n, level: fc.constantFrom(1 as const, 2 as const, 3 as const) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('clear' as const), n }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constantFrom(
        'up' as const,
        'flap' as const,
        'settle' as const,
        'ack' as const,
        'expire' as const,
        'suppress' as const,
        'release' as const,
      ),
      n,
    }),
  },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('run' as const), seconds: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('run' as const), seconds: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('weather' as const),
      failing: fc.constantFrom(0, 0.3, 0.8, 1),
      latencyMs: fc.constantFrom(0, 2_000, 5_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('restart' as const), times: fc.integer({ min: 1, max: 4 }) }) },
);

/** Alarm rows of one slot follow one another: what comes again is a new row. */
class Slots {
  readonly desk: CampusDesk;
  readonly current = new Map<number, number>();
  readonly cleared = new Set<number>();
  restarts = 0;
  #rows = 0;

  constructor(desk: CampusDesk) {
    this.desk = desk;
  }

  do(step: Act): void {
    if (step.act === 'run') return this.desk.run(step.seconds);
    if (step.act === 'restart') {
      for (let time = 0; time < step.times; time++) {
        if (time > 0) this.desk.run(1);
        this.restarts++;
        this.desk.restart();
      }
      return;
    }
    if (step.act === 'weather') {
      this.desk.latencyMs = step.latencyMs;
      const random = new SeededRandom(Math.round(step.failing * 10) + this.#rows);
      this.desk.handsOver = () => random.next() < 0.5;
      // A channel that refuses the end itself for good makes a dead letter: another test's matter.
      this.desk.answer = ({ notice }) => {
        if (random.next() >= step.failing) return arrives;
        const ends = notice.reason === 'cleared' || notice.reason === 'digest';
        return fails(random.next() < 0.2 && !ends ? 'refused' : 'unreachable');
      };
      return;
    }
    if (step.act === 'raise') return this.raise(step.n, step.level);
    const row = this.current.get(step.n);
    if (row !== undefined) this.change(step.act, row, step.n);
  }

  raise(slot: number, level: 1 | 2 | 3): void {
    if (this.current.has(slot)) return;
    this.#rows++;
    this.current.set(slot, this.#rows);
    this.desk.say('raised', this.#rows, { level });
  }

  change(what: Exclude<Act['act'], 'raise' | 'run' | 'weather' | 'restart'>, row: number, slot: number): void {
    const alarm = this.desk.alarms.get(alarmId(row));
    if (alarm === undefined) return;
    const { desk } = this;
    if (what === 'clear') return this.clear(slot);
    if (what === 'up' && alarm.level > 1) return desk.say('levelRaised', row, { level: alarm.level === 3 ? 2 : 1 });
    if (what === 'flap' && alarm.condition === 'active') return desk.say('flapping', row, { condition: 'flapping' });
    if (what === 'settle' && alarm.condition === 'flapping') return desk.say('settled', row, { condition: 'active' });
    if (what === 'ack' && alarm.handling === 'new') return desk.acknowledge(row);
    if (what === 'expire' && alarm.handling !== 'new')
      return desk.say('acknowledgementExpired', row, { handling: 'new', handledAt: null });
    if (what === 'suppress') return desk.see(row, { suppressedBy: [suppressed('upstream', desk.now)] });
    if (what === 'release' && alarm.suppressedBy.length > 0) return desk.say('released', row, { suppressedBy: [] });
  }

  clear(slot: number): void {
    const row = this.current.get(slot);
    if (row === undefined) return;
    this.current.delete(slot);
    this.cleared.add(row);
    this.desk.clear(row);
  }
}

interface Heard {
  readonly what: 'raised' | 'cleared';
  readonly noticeId: string;
}

/** What one recipient heard of one alarm, copies of one message once. */
function heardOf(desk: CampusDesk, recipient: string, row: number): Heard[] {
  const id = alarmId(row);
  const seen = new Set<string>();
  return desk.rung
    .filter((rung) => rung.recipient === recipient && rung.alarmIds.includes(id))
    .flatMap((rung) => {
      if (seen.has(rung.noticeId)) return [];
      seen.add(rung.noticeId);
      const item = rung.items.find((each) => each.alarmId === id);
      const what = item?.what ?? (rung.reason === 'cleared' ? ('cleared' as const) : ('raised' as const));
      return [{ what, noticeId: rung.noticeId }];
    });
}

/** Attempts that a dying process left without an answer: each may be a copy, or the first half that nobody saw. */
const cutOff = (desk: CampusDesk, recipient: string, row: number): number =>
  [...desk.notices.values()]
    .filter((notice) => notice.recipient === recipient && notice.alarmIds.includes(alarmId(row)))
    .flatMap((notice) => notice.attempts.filter((attempt) => attempt.code === 'restart')).length;

describe('cleared follows raised', () => {
  test('over random lives of alarms, failing channels and restarts', () => {
    let pairs = 0;
    let copies = 0;
    let unconfirmed = 0;
    const property = fc.property(fc.array(act, { minLength: 5, maxLength: 60 }), fc.boolean(), (acts, narrow) => {
      const desk = new CampusDesk({ policies, recipients: people }, at(12));
      if (narrow) {
        const limits = { titleBytes: 200, textBytes: 2_000, perMinute: 3, perSecond: 2, countedBy: 'address' as const };
        desk.limits = () => limits;
      }
      const slots = new Slots(desk);
      for (const step of acts) slots.do(step);
      for (let slot = 0; slot < alarmsAtOnce; slot++) slots.clear(slot);
      desk.answer = () => arrives;
      desk.latencyMs = 0;
      desk.run(3_600);
      for (const { recipientId } of people) {
        for (const row of slots.cleared) {
          const heard = heardOf(desk, recipientId, row);
          const ends = heard.filter(({ what }) => what === 'cleared');
          const context = `${recipientId} of ${row}: ${heard.map(({ what }) => what).join(' ')}`;
          const cut = cutOff(desk, recipientId, row);
          expect(ends.length, context).toBeLessThanOrEqual(1 + cut);
          if (heard.length === 0) continue;
          expect(heard.at(-1)?.what, context).toBe('cleared');
          if (cut === 0) expect(heard[0]?.what, context).toBe('raised');
          pairs++;
        }
      }
      const rings = new Map<string, number>();
      for (const { noticeId } of desk.rung) rings.set(noticeId, (rings.get(noticeId) ?? 0) + 1);
      for (const count of rings.values()) {
        expect(count - 1).toBeLessThanOrEqual(Math.min(1, slots.restarts));
        copies += count - 1;
      }
      unconfirmed += [...desk.notices.values()].filter(({ state }) => state === 'unconfirmed').length;
      expect(desk.desk.plans.size).toBe(0);
      expect([...desk.notices.values()].filter(({ state }) => state === 'queued' || state === 'sending')).toEqual([]);
      expect(desk.machines.size).toBe(0);
    });
    fc.assert(property, { numRuns: 600, seed: 20261123 });
    expect(pairs).toBeGreaterThan(500);
    expect(copies).toBeGreaterThan(0);
    expect(unconfirmed).toBeGreaterThan(0);
  });
});
