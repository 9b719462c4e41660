import { Alarm, type ImportantEvent, type MaintenanceWindow, type RuleId, type Silence } from '@cardwatch/contracts/watch';
import { epochFromShanghai, epochMs, minuteMs, SeededRandom, secondMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { Grade } from '../rules/rule.core.ts';
import { type Book, emptyBook, type LookAsk, lookBook, type RuleLook } from './book.core.ts';
import { handleBook, linkIncident, raiseByPerson } from './book-handle.core.ts';
import { noExposure } from './entry.core.ts';
import { nothingRests } from './rest.core.ts';
import { quietByDefault, type SuppressionAsk } from './suppression.core.ts';

/** Monday 2026-11-23, 22:20 in Shanghai: quiet hours begin ten minutes later. */
const evening = epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 22, minute: 20, second: 0 }) ?? epochMs(0);
const devices = ['a', 'b', 'c', 'd', 'e', 'f'];
const asked: readonly RuleId[] = ['deviceOffline', 'upstreamDown', 'clockDrift', 'recordClock'];

/** What is around the alarms: all that can hold one back, raise it or let it go, changed by chance. */
class Around {
  readonly #random: SeededRandom;
  readonly #grades = new Map<string, Grade | 'normal'>();
  readonly #maintained = new Set<string>();
  readonly #stormed = new Set<string>();
  readonly #explained = new Map<string, string>();
  #silences: readonly Silence[] = [];
  #windows: readonly MaintenanceWindow[] = [];
  #events: readonly ImportantEvent[] = [];
  #turns = 0;
  #explainTurns = 0;
  #fen = 0;
  /** How often it was asked what explains an alarm. */
  asked = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  chance(of: number): boolean {
    return this.#random.next() < of;
  }

  one<T>(of: readonly T[]): T {
    const found = of[Math.floor(this.#random.next() * of.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }

  step(now: number): void {
    for (let changes = 0; changes < 2; changes++)
      this.#grades.set(`${this.one(asked)} ${this.one(devices)}`, this.one(['breach', 'breach', 'normal', 'unknown', 'band']));
    if (this.chance(0.05)) this.#maintain(this.one(devices));
    if (this.chance(0.05)) toggle(this.#stormed, `deviceOffline ${this.one(devices)}`);
    if (this.chance(0.08)) this.#explain(this.one(devices), this.one(devices));
    if (this.chance(0.03)) this.#silences = this.chance(0.5) ? [] : [silenceOf(this.one(devices), now)];
    if (this.chance(0.03)) this.#windows = this.chance(0.5) ? [] : [windowOf(this.one(devices), now)];
    if (this.chance(0.03)) this.#events = this.chance(0.5) ? [] : [eventOf(now)];
    if (this.chance(0.05)) this.#fen = this.one([0, 60_000, 200_000]);
  }

  #maintain(device: string): void {
    this.#turns++;
    toggle(this.#maintained, device);
  }

  #explain(device: string, by: string): void {
    this.#explainTurns++;
    if (!this.#explained.delete(device)) this.#explained.set(device, by);
  }

  ask(now: number, newId: () => Alarm['alarmId']): LookAsk {
    const suppression: SuppressionAsk = {
      windows: this.#windows,
      silences: this.#silences,
      quiet: quietByDefault,
      inMaintenance: (device) => this.#maintained.has(device),
      maintenanceTurns: this.#turns,
      storm: ({ rule, subject }) =>
        this.#stormed.has(`${rule} ${subject.id}`) ? { by: 'storm-1', since: epochMs(evening) } : null,
      explainTurns: this.#explainTurns,
      explain: ({ rule, subject }, open) => {
        this.asked++;
        const by = rule === 'deviceOffline' ? this.#explained.get(subject.id) : undefined;
        const explainedBy = by === undefined ? null : open('upstreamDown', { kind: 'device', id: by });
        return explainedBy === null ? null : { explainedBy, since: epochMs(evening) };
      },
    };
    return {
      findings: asked.map((rule) => this.#look(rule)),
      suppression,
      importantEvents: this.#events,
      exposureOf: (_alarm, symptoms) => ({ ...noExposure, records: symptoms.length, fen: now % 3 === 0 ? this.#fen : 0 }),
      newId,
    };
  }

  #look(rule: RuleId): RuleLook {
    const timing = { raiseAfterMs: rule === 'deviceOffline' ? 5 * secondMs : 0, clearAfterMs: 3 * secondMs, nOfM: null };
    const findings = devices.flatMap((device) => {
      const grade = this.#grades.get(`${rule} ${device}`) ?? 'normal';
      if (grade === 'normal') return [];
      const subject = { kind: 'device', id: device } as const;
      const reason = { code: rule, values: { name: device } };
      return [
        { subject, grade, level: 3 as const, reason, evidence: null, devices: [device], campus: 'main', area: 'main/b/hall' },
      ];
    });
    return { rule, version: 1, timing, findings };
  }
}

function toggle(set: Set<string>, one: string): void {
  if (!set.delete(one)) set.add(one);
}

const silenceOf = (subject: string, now: number): Silence => ({
  silenceId: '22222222-2222-4222-8222-222222222222',
  rule: null,
  subject,
  area: null,
  from: now + 5 * secondMs,
  to: now + minuteMs,
  reason: 'known',
  createdBy: 'li',
});
const windowOf = (subject: string, now: number): MaintenanceWindow => ({
  windowId: '11111111-1111-4111-8111-111111111111',
  name: 'work',
  from: now + 5 * secondMs,
  to: now + minuteMs,
  weekly: false,
  until: null,
  subjects: [subject],
  reason: 'work',
  createdBy: 'li',
  endedAt: null,
});
const eventOf = (now: number): ImportantEvent => ({
  eventId: '33333333-3333-4333-8333-333333333333',
  name: 'exam',
  from: now + 5 * secondMs,
  to: now + minuteMs,
  areas: [],
  vip: false,
  freeze: false,
});

/** Counts from 1 in each book, so that both give the same numbers. */
function ids(): () => Alarm['alarmId'] {
  let last = 0;
  return () => Alarm.shape.alarmId.parse(`00000000-0000-4000-8000-${String(++last).padStart(12, '0')}`);
}

/** What a person or an incident does to one of the open alarms. */
function act(book: Book, around: Around, now: number): Book {
  const open = [...book.open.values()].map(({ alarm }) => alarm.alarmId);
  if (open.length === 0) return book;
  const alarmId = around.one(open);
  const what = around.one(['acknowledge', 'level', 'link'] as const);
  const at = epochMs(now);
  if (what === 'link')
    return linkIncident(
      book,
      { links: [{ alarmIds: [alarmId], incidentId: '44444444-4444-4444-8444-444444444444' }], by: 'watch' },
      at,
    ).book;
  if (what === 'level') {
    const raised = raiseByPerson(book, { alarmId, level: around.one([1, null]), by: 'li', reason: 'so' }, at);
    return raised.ok ? raised.value.book : book;
  }
  const move = { type: 'acknowledge', by: 'li', note: '', until: epochMs(now + 20 * secondMs) } as const;
  const handled = handleBook(book, { alarmId, move }, at);
  return handled.ok ? handled.value.book : book;
}

describe('alarms at rest', () => {
  test.each(Array.from({ length: 8 }, (_, no) => no + 1))(
    'a book that remembers them says what one does that settles all of them in each look (seed %i)',
    (seed) => {
      const around = new Around(seed);
      const [newId, newIdAnew] = [ids(), ids()];
      let [book, anew] = [emptyBook(evening), emptyBook(evening)];
      let now = Number(evening);
      let [told, resting] = [0, 0];
      let [asked, askedAnew] = [0, 0];
      for (let look = 0; look < 500; look++) {
        now += around.chance(0.01) ? 40 * secondMs : secondMs;
        if (around.chance(0.3)) around.step(now);
        if (around.chance(0.03)) {
          const chooser = new Around(look);
          book = act(book, chooser, now);
          anew = act(anew, new Around(look), now);
        }
        const before = around.asked;
        const one = lookBook(book, around.ask(now, newId), epochMs(now));
        const between = around.asked;
        const other = lookBook({ ...anew, rests: nothingRests(), names: null }, around.ask(now, newIdAnew), epochMs(now));
        asked += between - before;
        askedAnew += around.asked - between;
        const [rested, settled] = [one, other].map(({ book: of, ...said }) => JSON.stringify([said, [...of.open]]));
        expect(rested).toBe(settled);
        resting += [...one.book.open.values()].filter((entry, place) => one.book.rests.entries[place] === entry).length;
        told += one.transitions.length;
        [book, anew] = [one.book, other.book];
      }
      expect(told).toBeGreaterThan(50);
      expect(resting).toBeGreaterThan(1_000);
      expect(askedAnew - asked).toBeGreaterThan(500);
    },
  );
});
