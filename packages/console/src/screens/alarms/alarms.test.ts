import { alarmWords } from '@cardwatch/contracts/words';
import { describe, expect, test } from 'vitest';
import type { AlarmFilter } from '../../api/alarms-queries.ts';
import { alarm, detail, notice } from '../../test-data/alarms.ts';
import {
  type ActForm,
  type ActTarget,
  bulkTargetOf,
  missingOf,
  moveOf,
  needsNote,
  silencesOf,
  tally,
} from './alarm-acts.core.ts';
import {
  type AlarmSearch,
  bulkFilterOf,
  clearedFilterOf,
  filterOf,
  isNarrowed,
  unfoldedIn,
  withUnfolded,
} from './alarm-filter.core.ts';
import { burnsMs, heatOf, isJustCleared, placeOf, rowsOf, showsAlarm, together } from './alarm-rows.core.ts';
import { detailText, suppressorsIn, timelineOf } from './timeline.core.ts';
import { namedWhy, wasTold } from './why.core.ts';

const minute = 60_000;
const plain: AlarmFilter = { open: 'true', root: 'true', raised: 'true' };

describe('the address of the list', () => {
  test.each<[AlarmSearch, AlarmFilter]>([
    [{}, plain],
    [{ sort: 'newest', hide: 'place', unfold: 'x' }, plain],
    [
      { level: '1', area: 'a/b/c' },
      { ...plain, level: 1, area: 'a/b/c' },
    ],
    [
      { quick: 'unacknowledged', handling: 'done', suppressed: 'yes' },
      { ...plain, handling: 'new', suppressed: 'false' },
    ],
    [{ quick: 'mine' }, { ...plain, owner: 'zhang' }],
    [{ condition: 'pending' }, { open: 'true', root: 'true', condition: 'pending' }],
    [
      { symptoms: 'yes', suppressed: 'yes' },
      { open: 'true', raised: 'true', suppressed: 'true' },
    ],
    [{ over: 'yes' }, { ...plain, open: 'false' }],
  ])('%j asks for %j', (search, expected) => {
    expect(filterOf(search, 'zhang')).toEqual(expected);
  });

  test('says when it narrows', () => {
    expect(
      [{}, { sort: 'newest' }, { over: 'yes' }, { level: '1' }, { quick: 'mine' }].map((search) =>
        isNarrowed(search as AlarmSearch),
      ),
    ).toEqual([false, false, false, true, true]);
  });

  test('what cleared a moment ago is asked for without what it was before', () => {
    expect(clearedFilterOf({ ...plain, condition: 'active', suppressed: 'true', level: 1 })).toEqual({
      open: 'false',
      root: 'true',
      raised: 'true',
      level: 1,
    });
    expect(clearedFilterOf({ open: 'false' })).toBeUndefined();
  });

  test('a filter becomes one of a bulk act', () => {
    expect(bulkFilterOf({ ...plain, suppressed: 'false', level: 2, rule: 'leak' })).toEqual({
      open: true,
      root: true,
      raised: true,
      suppressed: false,
      level: 2,
      rule: 'leak',
    });
  });

  test('holds ten unfolded causes', () => {
    const many = Array.from({ length: 12 }, (_, n) => `a${n}`).reduce<string | undefined>(withUnfolded, undefined);
    expect(unfoldedIn(many)).toHaveLength(10);
    expect(withUnfolded('a,b', 'a')).toBe('b');
    expect(withUnfolded('a', 'a')).toBeUndefined();
  });
});

describe('rows', () => {
  const now = 100 * minute;
  const cleared = alarm({ alarmId: 'c', condition: 'cleared', clearedAt: now - minute });
  const filters = { open: plain, cleared: clearedFilterOf(plain) };

  test('are both lists in one order, the later word of an alarm counts', () => {
    const rows = together(
      [alarm({ alarmId: 'a', level: 3 }), alarm({ alarmId: 'c', level: 1 })],
      [{ ...cleared, level: 2 }],
      'gravity',
    );
    expect(rows.map(({ alarmId, level }) => `${alarmId}${level}`)).toEqual(['c2', 'a3']);
  });

  test.each([
    ['burns', alarm({ alarmId: 'a' }), true],
    ['cleared a minute ago', cleared, true],
    ['cleared six minutes ago', { ...cleared, clearedAt: now - 6 * minute }, false],
    ['is explained by another', alarm({ alarmId: 'a', causeId: 'x' }), false],
    ['was never raised', { ...cleared, raisedAt: null }, false],
  ])('that %s: shown %s', (_what, one, expected) => {
    expect(showsAlarm(one, filters, now)).toBe(expected);
  });

  test('have their symptoms under them where they are unfolded', () => {
    const causes = [alarm({ alarmId: 'a' }), alarm({ alarmId: 'b' })];
    const symptoms = { items: [alarm({ alarmId: 's', causeId: 'a' })], more: true };
    const rows = rowsOf(
      causes,
      (alarmId) => (alarmId === 'a' ? symptoms : undefined),
      ({ alarmId }) => ({ type: 'note', key: `${alarmId}/more`, note: '' }),
      now,
    );
    expect(rows.map((row) => `${row.key}${row.type === 'row' && row.under === true ? ' under' : ''}`)).toEqual([
      'a',
      'a/s under',
      'a/more',
      'b',
    ]);
  });

  test('heat with age, burn until they cleared, and say where', () => {
    expect([0, 9, 10, 59, 60, 239, 240].map((age) => heatOf(age * minute))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect([burnsMs({ foundAt: 0, clearedAt: null }, now), burnsMs({ foundAt: 0, clearedAt: 5 }, now)]).toEqual([now, 5]);
    expect(isJustCleared(alarm({ alarmId: 'a' }), now)).toBe(false);
    expect([placeOf({ area: '主/一栋/大厅', campus: '主' }), placeOf({ area: null, campus: null })]).toEqual([
      { near: '大厅', far: '主 / 一栋' },
      { near: '', far: '' },
    ]);
  });
});

describe('acts', () => {
  const form = (change: Partial<ActForm>): ActForm => ({
    act: 'acknowledge',
    note: '',
    forMs: minute,
    to: '',
    title: '',
    ...change,
  });
  const some = (n: number): ActTarget => ({
    type: 'some',
    alarms: Array.from({ length: n }, (_, i) => alarm({ alarmId: `a${i}` })),
  });
  const all = (filter: AlarmFilter, count = 9): ActTarget => ({ type: 'filter', filter, count });

  test.each<[string, ActForm, ActTarget, ReturnType<typeof missingOf>]>([
    ['one may be acknowledged without a note', form({}), some(1), null],
    ['many need one', form({}), some(2), 'note'],
    ['blanks are no note', form({ note: '  ' }), some(2), 'note'],
    ['a note is enough', form({ note: 'x' }), some(2), null],
    ['assigning needs a person', form({ act: 'assign', note: 'x' }), some(1), 'person'],
    ['finishing one needs a note', form({ act: 'finish' }), some(1), 'note'],
    ['an incident needs a title', form({ act: 'incident', note: 'x' }), some(1), 'title'],
    ['an incident takes 200 alarms', form({ act: 'incident', note: 'x', title: 'y' }), some(200), null],
    ['and not 201', form({ act: 'incident', note: 'x', title: 'y' }), some(201), 'tooMany'],
    [
      'an alarm that has an incident gets no other',
      form({ act: 'incident', note: 'x', title: 'y' }),
      { type: 'some', alarms: [alarm({ incidentId: 'i' })] },
      'inIncident',
    ],
    ['50 things are silenced at once', form({ act: 'silence', note: 'x' }), some(50), null],
    ['and not 51', form({ act: 'silence', note: 'x' }), some(51), 'tooMany'],
    ['a silence of a filter needs a rule or a place', form({ act: 'silence', note: 'x' }), all(plain), 'filterTooWide'],
    ['with a place it can be', form({ act: 'silence', note: 'x' }), all({ ...plain, campus: 'c' }), null],
    ['2,000 are handled at once', form({ note: 'x' }), all(plain, 2_000), null],
    ['and not 2,001', form({ note: 'x' }), all(plain, 2_001), 'tooMany'],
  ])('%s', (_what, asked, target, expected) => {
    expect(missingOf(asked, target)).toBe(expected);
  });

  test('become moves, targets and silences', () => {
    expect([moveOf(form({})), moveOf(form({ act: 'assign', to: ' li ' })), moveOf(form({ act: 'silence' }))]).toEqual([
      { type: 'acknowledge', forMs: minute },
      { type: 'assign', to: 'li' },
      null,
    ]);
    expect(bulkTargetOf(some(2))).toEqual({ alarmIds: ['a0', 'a1'] });
    expect(bulkTargetOf(all(plain))).toEqual({ open: true, root: true, raised: true });
    expect(silencesOf(some(1))).toEqual([{ rule: 'deviceOffline', subject: 'd-1', area: null }]);
    expect(silencesOf(all({ rule: 'leak', area: 'a/b/c', campus: 'a' }))).toEqual([
      { rule: 'leak', subject: null, area: 'a/b/c' },
    ]);
    expect(silencesOf(all(plain))).toEqual([]);
    expect(needsNote('start', 1)).toBe(false);
  });

  test('say why the others were refused, most first', () => {
    expect(tally(3, [{ why: 'closed' }, { why: 'alreadyDone' }, { why: 'alreadyDone' }])).toEqual({
      changed: 3,
      refused: [
        { why: 'alreadyDone', count: 2 },
        { why: 'closed', count: 1 },
      ],
    });
    expect(Object.keys(alarmWords.zh.refusals)).toContain('alreadyDone');
  });
});

describe('what happened', () => {
  test('is one feed, newest first; what messages say is not said twice', () => {
    const history = [
      { at: 2, what: 'raised', by: 'watch', detail: {} },
      { at: 2, what: 'policyChosen', by: 'notify', detail: { policy: 'p' } },
      { at: 4, what: 'told', by: 'notify', detail: {} },
    ];
    const feed = timelineOf(detail({ alarm: alarm({ alarmId: 'a', foundAt: 1 }), history, notices: [notice({ queuedAt: 3 })] }));
    expect(feed.map((item) => (item.type === 'step' ? item.step.what : 'message'))).toEqual([
      'message',
      'policyChosen',
      'raised',
      'found',
    ]);
  });

  test('shows texts and numbers of a line, nothing else', () => {
    expect([detailText({ a: 'x', b: 2, c: {} }, 'a'), detailText({ b: 2 }, 'b'), detailText({ c: {} }, 'c')]).toEqual([
      'x',
      '2',
      '',
    ]);
    expect(suppressorsIn({ by: ['upstream 0f', 3, 'silence 7c'] })).toEqual(['upstream', 'silence']);
    expect(suppressorsIn({ by: 'x' })).toEqual([]);
  });

  test('names people and alarms; an id that nobody knows is cut', () => {
    const why = (by: string | null) => namedWhy({ code: 'handledBy', by, since: 1, values: {} }, new Map([['li', '李工']])).by;
    expect([why('li'), why('wang'), why(null), why('00000000-0000-4000-8000-000000000001')]).toEqual([
      '李工',
      'wang',
      null,
      '00000000',
    ]);
    const told = (code: 'messageSent' | 'messageFailed') => wasTold([{ code, by: null, since: null, values: {} }]);
    expect([told('messageSent'), told('messageFailed'), wasTold([])]).toEqual([true, false, false]);
  });
});
