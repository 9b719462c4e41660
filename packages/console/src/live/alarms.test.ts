import type { AlarmDto, LiveEvent } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { type AlarmFilter, alarmKeys } from '../api/alarms-queries.ts';
import { alarm, detail } from '../test-data/alarms.ts';
import { hearAlarms, isToBeReadAgain, nothingHeard } from './alarms-again.core.ts';
import { fitsAlarm, isOver } from './alarms.core.ts';
import { applyLive, type Pages } from './apply.core.ts';

const pages = (items: readonly AlarmDto[], nextCursor: string | null = null): Pages<AlarmDto> => ({
  pages: [{ items, nextCursor }],
  pageParams: [undefined],
});
const event = (...alarms: readonly AlarmDto[]): LiveEvent => ({ type: 'alarms', alarms: [...alarms] });
const ids = (data: unknown): string =>
  (data as Pages<AlarmDto>).pages.flatMap(({ items }) => items.map(({ alarmId }) => alarmId)).join(' ');
const open: AlarmFilter = { open: 'true', root: 'true', raised: 'true' };

describe('alarms that changed', () => {
  const list = pages([alarm({ alarmId: 'a', level: 1 }), alarm({ alarmId: 'c', level: 3 })]);
  const part = pages([alarm({ alarmId: 'a', level: 1 }), alarm({ alarmId: 'c', level: 2 })], 'more');

  test.each<[string, AlarmFilter, 'found' | 'gravity', Pages<AlarmDto>, AlarmDto, string]>([
    [
      'are replaced where they stand, also when they fit no more',
      open,
      'gravity',
      list,
      alarm({ alarmId: 'a', causeId: 'x' }),
      'a c',
    ],
    ['come in by gravity', open, 'gravity', list, alarm({ alarmId: 'b', level: 2 }), 'a b c'],
    ['come to the end of a list that is whole', open, 'gravity', list, alarm({ alarmId: 'd', level: 3, foundAt: 9 }), 'a c d'],
    ['wait for their page in one that is not', open, 'gravity', part, alarm({ alarmId: 'd', level: 3 }), 'a c'],
    ['come in on top of the newest', open, 'found', list, alarm({ alarmId: 'n', foundAt: 99 }), 'n a c'],
    [
      'stay out of a filter that they do not fit',
      { ...open, level: 1 },
      'gravity',
      list,
      alarm({ alarmId: 'b', level: 2 }),
      'a c',
    ],
    ['stay out when they are explained', open, 'gravity', list, alarm({ alarmId: 'b', causeId: 'a' }), 'a c'],
    ['stay out before they are raised', open, 'gravity', list, alarm({ alarmId: 'b', raisedAt: null }), 'a c'],
  ])('%s', (_what, filter, order, data, changed, expected) => {
    expect(ids(applyLive(alarmKeys.list(filter, order), data, event(changed)))).toBe(expected);
  });

  test('more money is graver, at the same age the older one is', () => {
    const rich = alarm({ alarmId: 'r', level: 3, exposure: { records: 1, fen: 900, estimated: false, oldestAt: null } });
    const old = alarm({ alarmId: 'o', level: 3, foundAt: -5 });
    expect(ids(applyLive(alarmKeys.list(open, 'gravity'), list, event(old, rich)))).toBe('a r o c');
  });

  test('that cleared come into the list of those', () => {
    const key = alarmKeys.cleared({ ...open, open: 'false' });
    const gone = alarm({ alarmId: 'g', condition: 'cleared', clearedAt: 5 });
    expect(ids(applyLive(key, pages([]), event(gone)))).toBe('g');
    expect(ids(applyLive(key, pages([]), event(alarm({ alarmId: 'g' }))))).toBe('');
    const later = alarm({ alarmId: 'h', condition: 'cleared', clearedAt: 300_005 });
    expect(ids(applyLive(key, pages([gone, { ...gone, alarmId: 'k' as AlarmDto['alarmId'], clearedAt: 6 }]), event(later)))).toBe(
      'h k',
    );
  });

  test('that are over leave the list of what burns, and only that', () => {
    const over = alarm({ alarmId: 'a', level: 1, condition: 'cleared', clearedAt: 5 });
    expect(ids(applyLive(alarmKeys.list(open, 'gravity'), list, event(over)))).toBe('c');
    expect(ids(applyLive(alarmKeys.list({ root: 'true' }, 'gravity'), list, event(over)))).toBe('a c');
    const worked = alarm({ alarmId: 'a', level: 1, condition: 'cleared', clearedAt: 5, handling: 'working' });
    expect(ids(applyLive(alarmKeys.list(open, 'gravity'), list, event(worked)))).toBe('a c');
  });

  test('come and go under their cause', () => {
    const key = alarmKeys.symptoms({ causeId: 'a' as AlarmDto['alarmId'], open: 'true' });
    const under = (data: unknown): readonly string[] =>
      (data as { items: readonly AlarmDto[] }).items.map(({ alarmId }) => alarmId);
    const one = applyLive(key, { items: [], nextCursor: null }, event(alarm({ alarmId: 's', causeId: 'a' })));
    expect(under(one)).toEqual(['s']);
    expect(under(applyLive(key, one, event(alarm({ alarmId: 's', causeId: null }))))).toEqual([]);
    expect(applyLive(key, one, event(alarm({ alarmId: 't', causeId: 'b' })))).toBe(one);
  });

  test('are laid over the page of one, as itself or as its cause', () => {
    const page = detail({ alarm: alarm({ alarmId: 's', causeId: 'a' }), cause: alarm({ alarmId: 'a' }) });
    const after = applyLive(
      alarmKeys.one('s'),
      page,
      event(alarm({ alarmId: 's', level: 1 }), alarm({ alarmId: 'a', level: 1 })),
    );
    expect(after).toMatchObject({ alarm: { level: 1 }, cause: { level: 1 } });
  });

  test('leave everything else as it was, and a flood leaves everything', () => {
    const key = alarmKeys.list(open, 'gravity');
    expect(applyLive(key, list, { type: 'alarms', alarms: null })).toBe(list);
    expect(applyLive(key, list, event(alarm({ alarmId: 'z', raisedAt: null })))).toBe(list);
    const other = pages([]);
    expect(applyLive(['alarms', 'topology'], other, event(alarm({ alarmId: 'z' })))).toBe(other);
    expect(applyLive(alarmKeys.count(open), { count: 3 }, event(alarm({ alarmId: 'z' })))).toEqual({ count: 3 });
  });
});

test.each<[Partial<AlarmDto>, AlarmFilter, boolean]>([
  [{}, {}, true],
  [{ level: 2 }, { level: '2' }, true],
  [{ handling: 'working', condition: 'cleared' }, { open: 'true' }, true],
  [{ condition: 'cleared' }, { open: 'false' }, true],
  [{ condition: 'cleared' }, { open: 'true' }, false],
  [{ suppressedBy: [{ suppressor: 'silence', by: 's', since: 1 }] }, { suppressed: 'false' }, false],
  [{ owner: 'li' }, { owner: 'li' }, true],
  [{ owner: 'li' }, { owner: 'wang' }, false],
  [{ foundAt: 5 }, { from: 5, to: 6 }, true],
  [{ foundAt: 6 }, { from: 5, to: 6 }, false],
  [{}, { area: '主校区/一食堂/大厅', campus: '主校区', subject: 'd-1', rule: 'deviceOffline' }, true],
  [{}, { area: '主校区' }, false],
])('%j in a list of %j: %s', (change, filter, expected) => {
  expect(fitsAlarm({ ...alarm({}), ...change }, filter)).toBe(expected);
});

test('what cleared and is worked on is not over', () => {
  expect(
    (['new', 'acknowledged', 'assigned', 'working', 'onHold', 'done'] as const).map((handling) =>
      isOver({ condition: 'cleared', handling }),
    ),
  ).toEqual([true, true, false, false, false, true]);
});

describe('what no event says is read again', () => {
  const heard = hearAlarms(nothingHeard, [event(alarm({ alarmId: 'a' }))]);
  const flood = hearAlarms(heard, [{ type: 'alarms', alarms: null }]);

  test('nothing, where no alarm changed', () => {
    expect(hearAlarms(nothingHeard, [{ type: 'flow', points: [] }])).toBe(nothingHeard);
  });

  test.each([
    ['counts', alarmKeys.count(open), true, true],
    ['facets', alarmKeys.facets(open), true, true],
    ['who was told of it', alarmKeys.told('a'), true, true],
    ['who was told of another', alarmKeys.told('b'), false, true],
    ['its page', alarmKeys.one('a'), true, true],
    ['the page of another', alarmKeys.one('b'), false, true],
    ['lists, which events carry', alarmKeys.list(open, 'gravity'), false, true],
    ['what is no alarm', ['devices', {}], false, false],
  ])('%s', (_what, key, afterOne, afterFlood) => {
    expect([isToBeReadAgain(key, heard), isToBeReadAgain(key, flood)]).toEqual([afterOne, afterFlood]);
  });
});
