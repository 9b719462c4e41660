import { Alarm, type ImportantEvent, type MaintenanceWindow, type RuleTiming, type Silence } from '@cardwatch/contracts/watch';
import { epochFromShanghai, epochMs, hourMs, pick, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { Grade } from '../rules/rule.core.ts';
import {
  type Book,
  bookLimits,
  emptyBook,
  type LookAsk,
  lookBook,
  type Looked,
  openAlarm,
  toRows,
  unsuppressedMs,
} from './book.core.ts';
import { handleBook, linkIncident, raiseByPerson } from './book-handle.core.ts';
import { fromRows, rebuiltFrom } from './book-rows.core.ts';
import { noExposure } from './entry.core.ts';
import { quietByDefault, type SuppressionAsk, unsuppressed } from './suppression.core.ts';

/** Monday 2026-11-23, 12:00 in Shanghai. */
const noon = epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 12, minute: 0, second: 0 }) ?? epochMs(0);
const atOnce: RuleTiming = { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null };

interface World {
  timing?: RuleTiming;
  suppression?: Partial<SuppressionAsk>;
  events?: readonly ImportantEvent[];
  fen?: number;
  level?: 1 | 2 | 3;
  holdsUntil?: number;
}

/** Plays looks at one rule over some devices; time goes by a second a look between two rows. */
class Player {
  book: Book;
  now = Number(noon);
  #ids = 0;
  last: Looked | undefined;
  readonly world: World = {};
  readonly told: string[] = [];
  readonly rows = {
    alarms: new Map<string, Alarm>(),
    machines: new Map<string, { kind: string; key: string; state: string; dueAt: null }>(),
  };

  constructor() {
    this.book = emptyBook(noon);
  }

  ask(found: Readonly<Record<string, Grade | 'normal'>>): LookAsk {
    const { timing = atOnce, level = 3, holdsUntil } = this.world;
    const findings = Object.entries(found)
      .filter((one): one is [string, Grade] => one[1] !== 'normal')
      .map(([device, grade]) => ({
        subject: { kind: 'device', id: device } as const,
        grade,
        level,
        reason: { code: 'deviceOffline', values: { name: device } },
        evidence: null,
        devices: [device],
        campus: 'main',
        area: 'main/canteen-3/hall',
        ...(holdsUntil === undefined ? {} : { holdsUntil: epochMs(holdsUntil) }),
      }));
    return {
      findings: [{ rule: 'deviceOffline', version: 1, timing, findings }],
      suppression: { ...unsuppressed, ...this.world.suppression },
      importantEvents: this.world.events ?? [],
      exposureOf: () => ({ ...noExposure, fen: this.world.fen ?? null }),
      newId: () => Alarm.shape.alarmId.parse(`00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`),
    };
  }

  look(found: Readonly<Record<string, Grade | 'normal'>>, stepMs = 1_000): Looked {
    this.now += stepMs;
    const looked = lookBook(this.book, this.ask(found), epochMs(this.now));
    this.keep(looked);
    this.book = looked.book;
    this.last = looked;
    return looked;
  }

  /** Looks each second for so long, the last at the end of it. */
  watch(found: Readonly<Record<string, Grade | 'normal'>>, seconds: number): void {
    for (let second = 0; second < seconds; second++) this.look(found);
  }

  keep(looked: Pick<Looked, 'alarms' | 'machines' | 'transitions'> & Partial<Looked>): void {
    for (const one of looked.machinesGone ?? []) expect(this.rows.machines.delete(`${one.kind} ${one.key}`)).toBe(true);
    for (const one of looked.machines) this.rows.machines.set(`${one.kind} ${one.key}`, { ...one, dueAt: null });
    looked.alarms.forEach((alarm, index) =>
      this.rows.alarms.set(alarm.alarmId, index < 100 ? Alarm.parse(JSON.parse(JSON.stringify(alarm))) : alarm),
    );
    for (const { kind, no, alarm } of looked.transitions)
      this.told.push(
        `${alarm.subject.id} ${kind} ${no}${alarm.suppressedBy.length > 0 ? ` (${alarm.suppressedBy.map((one) => one.suppressor).join()})` : ''}`,
      );
  }

  /** The process ends and comes back after so long, from its rows alone. */
  restart(downMs: number): void {
    this.now += downMs;
    const restored = fromRows(
      { alarms: [...this.rows.alarms.values()], machines: [...this.rows.machines.values()] },
      epochMs(this.now),
    );
    expect(restored.unreadable).toEqual([]);
    this.book = restored.book;
  }

  alarm(device: string): Alarm {
    const entry = this.book.open.get(`deviceOffline|device|${device}`);
    if (entry === undefined) throw new Error(`no open alarm of ${device}`);
    return entry.alarm;
  }
}

const window = (from: number, to: number, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  windowId: '11111111-1111-4111-8111-111111111111',
  name: 'switch',
  from,
  to,
  weekly: false,
  until: null,
  subjects: ['main/canteen-3'],
  reason: 'new switch',
  createdBy: 'li',
  endedAt: null,
  ...more,
});

describe('raise and clear', () => {
  test('a finding is raised after its duration, keeps its id, is cleared; the next one names it', () => {
    const player = new Player();
    player.world.timing = { raiseAfterMs: 5_000, clearAfterMs: 5_000, nOfM: null };
    player.look({ a: 'breach' });
    const { alarmId } = player.alarm('a');
    expect(player.alarm('a')).toMatchObject({ condition: 'pending', raisedAt: null, previousId: null, level: 3 });
    player.watch({ a: 'breach' }, 5);
    expect(player.alarm('a')).toMatchObject({ alarmId, condition: 'active', raisedAt: noon + 6_000, foundAt: noon + 1_000 });
    player.watch({ a: 'band' }, 20);
    player.watch({}, 6);
    expect(player.rows.alarms.get(alarmId)).toMatchObject({ condition: 'cleared', clearedAt: noon + 32_000 });
    expect(openAlarm(player.book, alarmId)).toBeUndefined();
    player.watch({ a: 'breach' }, 6);
    expect(player.alarm('a')).toMatchObject({ condition: 'active', previousId: alarmId });
    expect(player.alarm('a').alarmId).not.toBe(alarmId);
    expect(player.told).toEqual(['a raised 1', 'a cleared 2', 'a raised 1']);
  });

  test('what was never raised is no occurrence and is told to nobody', () => {
    const player = new Player();
    player.world.timing = { raiseAfterMs: 5_000, clearAfterMs: 0, nOfM: null };
    player.watch({ a: 'breach' }, 3);
    player.look({});
    expect([...player.rows.alarms.values()].map((alarm) => [alarm.condition, alarm.raisedAt])).toEqual([['cleared', null]]);
    player.look({ a: 'breach' });
    expect(player.alarm('a').previousId).toBeNull();
    expect(player.told).toEqual([]);
  });

  test('a rule that did not look leaves its alarms; the gravest of two findings counts; band and unknown open nothing', () => {
    const player = new Player();
    player.look({ a: 'breach', b: 'band', c: 'unknown' });
    expect(player.book.open.size).toBe(1);
    const asked = player.ask({});
    const looked = lookBook(player.book, { ...asked, findings: [] }, epochMs(player.now + 1_000));
    expect([looked.book.open.size, looked.alarms.length, looked.machines.length]).toEqual([1, 0, 0]);
    const twice = player.ask({ a: 'band' }).findings[0];
    const breach = player.ask({ a: 'breach' }).findings[0];
    if (twice === undefined || breach === undefined) throw new Error('one look each');
    const both = { ...twice, findings: [...breach.findings, ...twice.findings] };
    expect(lookBook(emptyBook(noon), { ...asked, findings: [both] }, epochMs(player.now)).book.open.size).toBe(1);
  });

  test('a momentary finding holds until its time without being found again', () => {
    const player = new Player();
    player.world.holdsUntil = player.now + 11_000;
    player.look({ a: 'breach' });
    player.watch({}, 9);
    expect(player.alarm('a').condition).toBe('active');
    player.look({});
    expect(player.told).toEqual(['a raised 1', 'a cleared 2']);
  });

  test('nothing is written while nothing changes, but the clock each half minute', () => {
    const player = new Player();
    player.look({ a: 'breach' });
    let rows = 0;
    for (let second = 0; second < 60; second++) {
      const looked = player.look({ a: 'breach' });
      rows += looked.machines.length;
      expect([looked.alarms.length, looked.history.length, looked.transitions.length]).toEqual([0, 0, 0]);
    }
    expect(rows).toBe(2);
  });

  test('unknown is an edit that is told to nobody', () => {
    const player = new Player();
    player.look({ a: 'breach' });
    expect(player.look({ a: 'unknown' }).history.map((row) => row.what)).toEqual(['lost']);
    expect(player.alarm('a').condition).toBe('unknown');
    player.watch({ a: 'unknown' }, 100);
    expect(player.look({ a: 'breach' }).history.map((row) => row.what)).toEqual(['heard']);
    expect(player.alarm('a').condition).toBe('active');
    expect(player.told).toEqual(['a raised 1']);
  });

  test('flapping: one word at its begin, one at its end, one row', () => {
    const player = new Player();
    for (let turn = 0; turn < 30; turn++) player.look({ a: turn % 2 === 0 ? 'breach' : 'normal' });
    expect(player.told).toEqual(['a raised 1', 'a cleared 2', 'a raised 1', 'a cleared 2', 'a raised 1', 'a flapping 2']);
    const { alarmId } = player.alarm('a');
    player.watch({}, 900);
    expect(player.told.slice(6)).toEqual(['a settled 3']);
    expect(player.rows.alarms.get(alarmId)?.condition).toBe('cleared');
    expect(player.rows.alarms.size).toBe(3);
  });
});

describe('clock', () => {
  test('a clock that goes back or far ahead raises and clears nothing', () => {
    const player = new Player();
    player.world.timing = { raiseAfterMs: 30_000, clearAfterMs: 30_000, nOfM: null };
    player.watch({ a: 'breach' }, 20);
    player.look({ a: 'breach' }, 7_200_000);
    expect(player.alarm('a').condition).toBe('pending');
    player.look({ a: 'breach' }, -10_000_000);
    expect(player.alarm('a').condition).toBe('pending');
    player.watch({ a: 'breach' }, 11);
    expect(player.alarm('a').condition).toBe('active');
    player.watch({}, 5);
    player.look({}, 7_200_000);
    player.look({}, -20_000_000);
    expect(player.alarm('a').condition).toBe('active');
    player.watch({}, 30);
    expect(player.book.open.size).toBe(0);
    expect(player.told).toEqual(['a raised 1', 'a cleared 2']);
  });
});

describe('suppression', () => {
  test('maintenance in the middle: measured and resolved all the same, released after its grace if it burns', () => {
    const player = new Player();
    player.world.suppression = { windows: [window(noon + 10_000, noon + 60_000)] };
    player.watch({ a: 'breach', b: 'breach' }, 9);
    expect(unsuppressedMs(player.book, player.alarm('a').alarmId)).toBe(8_000);
    player.watch({ a: 'breach', b: 'breach' }, 21);
    expect(player.alarm('a').suppressedBy).toEqual([
      { suppressor: 'maintenance', by: '11111111-1111-4111-8111-111111111111', since: noon + 10_000 },
    ]);
    player.watch({ a: 'breach' }, 59);
    expect(player.told).toEqual(['a raised 1', 'b raised 1', 'b cleared 2 (maintenance)']);
    expect(unsuppressedMs(player.book, player.alarm('a').alarmId)).toBe(9_000);
    player.watch({ a: 'breach' }, 1);
    expect(player.told.slice(3)).toEqual(['a released 2']);
    player.watch({ a: 'breach' }, 100);
    expect(player.told).toHaveLength(4);
    expect(unsuppressedMs(player.book, player.alarm('a').alarmId)).toBe(109_000);
  });

  test('a weekly window holds in the same hours of each week until it ends', () => {
    const weekMs = 168 * hourMs;
    const player = new Player();
    player.world.suppression = {
      windows: [window(noon - 2 * weekMs, noon - 2 * weekMs + hourMs, { weekly: true, until: noon + 30_000 })],
    };
    player.look({ a: 'breach' });
    expect(player.alarm('a').suppressedBy).toMatchObject([{ suppressor: 'maintenance', since: noon }]);
    player.watch({ a: 'breach' }, 60);
    expect(player.told).toEqual(['a raised 1 (maintenance)', 'a released 2']);
  });

  test("a device's own maintenance flag, and one of two devices alone", () => {
    const player = new Player();
    player.world.suppression = { inMaintenance: (device) => device === 'a' };
    player.look({ a: 'breach', b: 'breach' });
    expect([player.alarm('a').suppressedBy.map((one) => one.by), player.alarm('b').suppressedBy]).toEqual([['device'], []]);
  });

  test('silences by rule, subject and area', () => {
    const silence = (more: Partial<Silence>): Silence => ({
      silenceId: '22222222-2222-4222-8222-222222222222',
      rule: null,
      subject: null,
      area: null,
      from: noon,
      to: noon + 3_000,
      reason: 'known',
      createdBy: 'li',
      ...more,
    });
    const table: readonly (readonly [Partial<Silence>, number])[] = [
      [{}, 1],
      [{ rule: 'deviceOffline' }, 1],
      [{ rule: 'leak' }, 0],
      [{ subject: 'a' }, 1],
      [{ subject: 'b' }, 0],
      [{ area: 'main/canteen-3' }, 1],
      [{ area: 'main/canteen-31' }, 0],
      [{ area: 'main' }, 1],
      [{ from: noon + 2_000 }, 0],
    ];
    for (const [more, held] of table) {
      const player = new Player();
      player.world.suppression = { silences: [silence(more)] };
      player.look({ a: 'breach' });
      expect([more, player.alarm('a').suppressedBy.length]).toEqual([more, held]);
    }
    const player = new Player();
    player.world.suppression = { silences: [silence({})] };
    player.watch({ a: 'breach' }, 5);
    expect(player.told).toEqual(['a raised 1 (silence)', 'a released 2']);
  });

  test('quiet hours hush level 3 alone, over midnight, and end for what persists', () => {
    const night = new Player();
    night.now = noon + 10.5 * hourMs - 2_000;
    night.world.suppression = { quiet: quietByDefault };
    night.look({ a: 'breach' });
    expect(night.told).toEqual(['a raised 1']);
    night.watch({ a: 'breach' }, 3);
    expect(night.alarm('a').suppressedBy).toEqual([{ suppressor: 'quietHours', by: '22:30-07:00', since: noon + 10.5 * hourMs }]);
    night.now = noon + 14 * hourMs;
    night.look({ b: 'breach', a: 'breach' });
    expect(night.alarm('b').suppressedBy[0]?.since).toBe(noon + 10.5 * hourMs);
    night.watch({ a: 'breach', b: 'breach' }, 3);
    expect(night.told.slice(1)).toEqual(['b raised 1 (quietHours)', 'a released 2']);
    night.now = noon + 19 * hourMs;
    night.watch({ a: 'breach', b: 'breach' }, 3);
    expect(night.told.slice(3)).toEqual(['b released 2']);

    const red = new Player();
    red.now = noon + 12 * hourMs;
    red.world.level = 2;
    red.world.suppression = { quiet: quietByDefault };
    red.look({ a: 'breach' });
    expect(red.told).toEqual(['a raised 1']);
  });

  test('a storm holds back; what burns after it is released', () => {
    const player = new Player();
    player.world.suppression = { storm: () => ({ by: 'storm-1', since: noon }) };
    player.watch({ a: 'breach', b: 'breach' }, 3);
    player.world.suppression = {};
    player.watch({ a: 'breach' }, 3);
    expect(player.told).toEqual(['a raised 1 (storm)', 'b raised 1 (storm)', 'b cleared 2 (storm)', 'a released 2']);
  });

  test('the same finding of agent and collector is told once', () => {
    const player = new Player();
    const asked = player.ask({ a: 'breach' });
    const [offline] = asked.findings;
    if (offline === undefined) throw new Error('one look');
    const both = lookBook(
      player.book,
      { ...asked, findings: [offline, { ...offline, rule: 'upstreamDown' }] },
      epochMs(player.now + 1_000),
    );
    expect(both.transitions.map(({ alarm }) => [alarm.rule, alarm.suppressedBy.map((one) => one.suppressor)])).toEqual([
      ['deviceOffline', ['duplicate']],
      ['upstreamDown', []],
    ]);
  });
});

describe('cause', () => {
  const because = (cause: string, of: readonly string[]): Partial<SuppressionAsk> => ({
    explain: (alarm, open) => {
      const explainedBy = of.includes(alarm.subject.id) ? open('deviceOffline', { kind: 'device', id: cause }) : null;
      return explainedBy === null ? null : { explainedBy, since: epochMs(alarm.foundAt) };
    },
  });

  test('symptoms are counted, a change of cause is an edit, recovery of the cause releases after the grace', () => {
    const player = new Player();
    const all = { a: 'breach', b: 'breach', s: 'breach', t: 'breach' } as const;
    player.world.suppression = because('s', ['a', 'b']);
    player.look(all);
    const ids = [player.alarm('a').alarmId, player.alarm('b').alarmId];
    expect(player.alarm('s')).toMatchObject({ symptoms: 2, causeId: null, suppressedBy: [] });
    expect(player.alarm('a')).toMatchObject({ causeId: player.alarm('s').alarmId });
    expect(player.told).toEqual(['a raised 1 (upstream)', 'b raised 1 (upstream)', 's raised 1', 't raised 1']);

    player.world.suppression = because('t', ['a', 'b']);
    const changed = player.look(all);
    expect(changed.transitions).toEqual([]);
    expect(changed.history.map((row) => row.what)).toEqual(['suppressed', 'cause', 'suppressed', 'cause']);
    expect([player.alarm('a').alarmId, player.alarm('b').alarmId]).toEqual(ids);
    expect([player.alarm('s').symptoms, player.alarm('t').symptoms]).toEqual([0, 2]);

    player.watch({ a: 'breach', b: 'breach' }, 20);
    player.watch({ a: 'breach' }, 11);
    expect(player.rows.alarms.get(ids[1] ?? '')).toMatchObject({ condition: 'cleared', causeId: expect.any(String) as string });
    expect(player.told.slice(4)).toEqual(['s cleared 2', 't cleared 2', 'b cleared 2 (upstream)', 'a released 2']);
    expect(player.alarm('a')).toMatchObject({ causeId: null, suppressedBy: [] });
  });

  test('restart while inhibited: nothing twice, nothing lost', () => {
    const player = new Player();
    player.world.suppression = because('s', ['a', 'b']);
    player.watch({ a: 'breach', b: 'breach', s: 'breach' }, 40);
    const before = player.book;
    const told = player.told.length;
    player.restart(600_000);
    expect([...player.book.open]).toEqual([...before.open]);
    expect(toRows(player.book).length).toBe(4);
    player.watch({ a: 'breach', b: 'breach', s: 'breach' }, 40);
    expect(player.told).toHaveLength(told);
    player.watch({ a: 'breach', b: 'breach' }, 10);
    player.restart(5_000);
    player.watch({ a: 'breach', b: 'breach' }, 60);
    expect(player.told.slice(told)).toEqual(['s cleared 2', 'a released 2', 'b released 2']);
  });

  test('an alarm does not explain itself', () => {
    const player = new Player();
    player.world.suppression = because('s', ['s']);
    player.look({ s: 'breach' });
    expect(player.alarm('s')).toMatchObject({ causeId: null, suppressedBy: [] });
  });
});

describe('level', () => {
  const event = (from: number, to: number, areas: string[] = []): ImportantEvent => ({
    eventId: '33333333-3333-4333-8333-333333333333',
    name: 'exam',
    from,
    to,
    areas,
    vip: false,
    freeze: true,
  });

  test('an important event lifts the level and lets it back, and is told once', () => {
    const player = new Player();
    player.world.events = [event(noon + 5_000, noon + 10_000, ['main/canteen-3']), event(noon + 20_000, noon + 25_000)];
    player.watch({ a: 'breach' }, 30);
    expect(player.alarm('a').level).toBe(3);
    expect(player.alarm('a').levels).toEqual([
      { level: 3, at: noon + 1_000, why: 'rule' },
      { level: 2, at: noon + 5_000, why: 'importantEvent' },
      { level: 3, at: noon + 10_000, why: 'rule' },
      { level: 2, at: noon + 20_000, why: 'importantEvent' },
      { level: 3, at: noon + 25_000, why: 'rule' },
    ]);
    expect(player.told).toEqual(['a raised 1', 'a levelRaised 2']);
  });

  test('an event elsewhere lifts nothing', () => {
    const player = new Player();
    player.world.events = [event(noon, noon + 10_000, ['main/canteen-31', 'east'])];
    player.look({ a: 'breach' });
    expect(player.alarm('a').level).toBe(3);
  });

  test('money lifts at its limit and lets back below half of it', () => {
    const levels: number[] = [];
    const player = new Player();
    for (const fen of [99_999, 100_000, 50_000, 49_999]) {
      player.world.fen = fen;
      player.watch({ a: 'breach' }, 31);
      levels.push(player.alarm('a').level);
    }
    expect(levels).toEqual([3, 2, 2, 3]);
    expect(player.alarm('a').levels.map((change) => change.why)).toEqual(['rule', 'money', 'rule']);
  });

  test('a level that rises in the quiet hours is told once, as released', () => {
    const player = new Player();
    player.now = noon + 12 * hourMs;
    player.world.suppression = { quiet: quietByDefault };
    player.watch({ a: 'breach' }, 3);
    player.world.level = 2;
    player.watch({ a: 'breach' }, 3);
    expect(player.told).toEqual(['a raised 1 (quietHours)', 'a levelRaised 2 (quietHours)', 'a released 3']);
  });

  test('a person lifts the level', () => {
    const player = new Player();
    player.look({ a: 'breach' });
    const raised = raiseByPerson(
      player.book,
      { alarmId: player.alarm('a').alarmId, level: 1, by: 'li', reason: 'dean waits' },
      epochMs(player.now),
    );
    if (!raised.ok) throw new Error(raised.error.kind);
    player.book = raised.value.book;
    player.look({ a: 'breach' });
    expect(player.alarm('a').levels.at(-1)).toEqual({ level: 1, at: player.now, why: 'person' });
    expect(player.told).toEqual(['a raised 1', 'a levelRaised 2']);
  });
});

describe('people', () => {
  test('an acknowledgement runs out while it burns and is told', () => {
    const player = new Player();
    player.look({ a: 'breach' });
    const { alarmId } = player.alarm('a');
    const move = { type: 'acknowledge', by: 'li', note: '', until: epochMs(player.now + 10_000) } as const;
    const edited = handleBook(player.book, { alarmId, move }, epochMs(player.now));
    if (!edited.ok) throw new Error(edited.error.kind);
    player.keep(edited.value);
    player.book = edited.value.book;
    expect(edited.value.history).toMatchObject([{ what: 'acknowledge', by: 'li' }]);
    player.watch({ a: 'breach' }, 9);
    expect(player.alarm('a')).toMatchObject({ handling: 'acknowledged', owner: 'li' });
    player.restart(0);
    player.watch({ a: 'breach' }, 5);
    expect(player.alarm('a')).toMatchObject({ handling: 'new', owner: null, condition: 'active' });
    expect(player.told).toEqual(['a raised 1', 'a acknowledged 2', 'a acknowledgementExpired 3']);
    expect(handleBook(emptyBook(noon), { alarmId, move }, noon)).toEqual({ ok: false, error: { kind: 'notOpen' } });
  });

  test('an incident is tied to open alarms', () => {
    const player = new Player();
    player.look({ a: 'breach', b: 'breach' });
    const incidentId = '44444444-4444-4444-8444-444444444444';
    const gone = Alarm.shape.alarmId.parse('00000000-0000-4000-8000-999999999999');
    const tied = linkIncident(
      player.book,
      { links: [{ alarmIds: [player.alarm('a').alarmId, gone], incidentId }], by: 'li' },
      epochMs(player.now),
    );
    expect(tied.alarms.map((alarm) => [alarm.subject.id, alarm.incidentId])).toEqual([['a', incidentId]]);
    player.book = tied.book;
    player.look({ a: 'breach', b: 'breach' });
    expect([player.alarm('a').incidentId, player.alarm('b').incidentId]).toEqual([incidentId, null]);
  });

  test('alarms are tied to several incidents at once, and nothing leaves the book as it is', () => {
    const player = new Player();
    player.look({ a: 'breach', b: 'breach' });
    const [one, other] = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555'];
    const links = [
      { alarmIds: [player.alarm('a').alarmId], incidentId: one },
      { alarmIds: [player.alarm('b').alarmId], incidentId: other },
    ];
    const tied = linkIncident(player.book, { links, by: 'watch' }, epochMs(player.now));
    expect(tied.alarms.map((alarm) => alarm.incidentId)).toEqual([one, other]);
    expect([tied.history.length, tied.machines.length, tied.book.open.size]).toEqual([2, 2, player.book.open.size]);
    expect(linkIncident(player.book, { links: [], by: 'watch' }, epochMs(player.now)).book).toBe(player.book);
  });
});

describe('limits', () => {
  const many = (count: number): Record<string, Grade> =>
    Object.fromEntries(Array.from({ length: count }, (_, no) => [`d${no}`, 'breach' as const]));

  test('as many open alarms as the limit, one more is counted and comes in with the first place', () => {
    const player = new Player();
    expect(player.look(many(bookLimits.open)).overflow).toBe(0);
    const over = player.look({ ...many(bookLimits.open), z: 'breach' });
    expect([over.overflow, over.book.open.size]).toEqual([1, bookLimits.open]);
    player.look({ ...many(bookLimits.open), d0: 'normal', z: 'breach' });
    player.look({ ...many(bookLimits.open), d0: 'normal', z: 'breach' });
    expect(player.alarm('z').condition).toBe('active');
  });

  test('last occurrences are bounded in number and in time', () => {
    const player = new Player();
    player.look(many(bookLimits.rested));
    player.look({});
    expect(player.book.rested.size).toBe(bookLimits.rested);
    player.look({ z: 'breach' });
    player.look({});
    expect(player.book.rested.size).toBe(bookLimits.rested);
    expect(player.book.rested.has('deviceOffline|device|d0')).toBe(false);
    for (let minute = 0; minute < 24 * 60 - 1; minute++) player.look({}, 60_000);
    expect(player.book.rested.size).toBe(bookLimits.rested);
    player.look({}, 60_000);
    expect(player.book.rested.size).toBe(0);
  });
});

describe('rows', () => {
  test('an unreadable row is named and the alarm goes on without being told again', () => {
    const player = new Player();
    player.look({ a: 'breach', b: 'breach' });
    const machines = [...player.rows.machines.values()].map((row) =>
      row.key.endsWith('|a') ? { ...row, state: '{"condition":' } : row,
    );
    const restored = fromRows({ alarms: [...player.rows.alarms.values()], machines }, epochMs(player.now));
    expect(restored.unreadable).toEqual(['alarm deviceOffline|device|a']);
    player.book = restored.book;
    player.watch({ a: 'breach', b: 'breach' }, 3);
    player.watch({}, 1);
    expect(player.told.slice(2)).toEqual([`a cleared ${rebuiltFrom + 1}`, 'b cleared 2']);
  });
});

describe('any history', () => {
  const devices = Array.from({ length: 12 }, (_, no) => `d${no}`);
  const grades = ['breach', 'breach', 'breach', 'band', 'normal', 'normal', 'unknown'] as const;

  /** Two minutes to a turn of grades, looks each ten seconds, d0 a cause of half of them, windows that come and go. */
  function live(seed: number, restartEvery: number): Player {
    const random = new SeededRandom(seed);
    const player = new Player();
    player.world.timing = { raiseAfterMs: 20_000, clearAfterMs: 20_000, nOfM: null };
    const found: Record<string, Grade | 'normal'> = {};
    for (let look = 0; look < 1_000; look++) {
      for (const device of devices) if (random.next() < 0.12) found[device] = pick(random, grades);
      const maintained = Math.floor(look / 40) % 3 === 0;
      player.world.suppression = {
        windows: maintained ? [window(noon, noon + 24 * hourMs, { subjects: ['d1', 'd2', 'd3'] })] : [],
        explain: (alarm, open) => {
          const explainedBy = Number(alarm.subject.id.slice(1)) > 6 ? open('deviceOffline', { kind: 'device', id: 'd0' }) : null;
          return explainedBy === null ? null : { explainedBy, since: noon };
        },
      };
      player.look(found, 10_000);
      if (look % restartEvery === restartEvery - 1) player.restart(0);
    }
    return player;
  }

  test.each([1, 2, 3])(
    'seed %i: restarts change nothing; numbers have no holes; nothing is cleared that was not raised',
    (seed) => {
      const steady = live(seed, 10_000);
      const restarted = live(seed, 7);
      expect(steady.told.length).toBeGreaterThan(150);
      expect(restarted.told).toEqual(steady.told);
      expect([...restarted.rows.alarms]).toEqual([...steady.rows.alarms]);
      const kinds = new Set(steady.told.map((line) => line.split(' ')[1]));
      expect(kinds).toEqual(new Set(['cleared', 'flapping', 'raised', 'released', 'settled']));
      const last = new Map<string, { no: number; up: boolean }>();
      for (const line of steady.told) {
        const [device = '', kind = '', no] = line.split(' ');
        const before = Number(no) === 1 ? { no: 0, up: false } : (last.get(device) ?? { no: -1, up: false });
        expect([line, Number(no)]).toEqual([line, before.no + 1]);
        if (kind === 'raised') expect([line, before.up]).toEqual([line, false]);
        if (kind === 'cleared' || kind === 'released') expect([line, before.up]).toEqual([line, true]);
        last.set(device, { no: Number(no), up: kind !== 'cleared' });
      }
    },
  );
});
