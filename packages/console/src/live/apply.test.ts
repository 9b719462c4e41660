import type { LiveEvent } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { keys, pageLimits } from '../api/keys.ts';
import { agent, device, gap, overview, reading } from '../test-data/dto.ts';
import { applyLive, mergeFlow, type Pages } from './apply.core.ts';

const pages = <T>(items: readonly T[], nextCursor: string | null = null): Pages<T> => ({
  pages: [{ items, nextCursor }],
  pageParams: [undefined],
});
const ids = (data: unknown): readonly string[] =>
  (data as Pages<{ deviceId?: string; id?: string }>).pages.flatMap((page) =>
    page.items.map((item) => item.id ?? item.deviceId ?? ''),
  );

describe('a device event', () => {
  const event: LiveEvent = { type: 'device', device: device({ deviceId: 'd-2', state: 'offline' }) };
  const list = pages([device({ deviceId: 'd-1' }), device({ deviceId: 'd-2' })]);

  test.each([
    ['replaces its row where it stands', keys.devices({}), list, ['d-1', 'd-2']],
    ['keeps the row of a filter that it has left: the screen hides it', keys.devices({ state: 'online' }), list, ['d-1', 'd-2']],
    [
      'comes to the end of a filter that it has entered',
      keys.devices({ state: 'offline' }),
      pages([device({ deviceId: 'd-9' })]),
      ['d-9', 'd-2'],
    ],
    [
      'waits for its page when the list is not loaded to its end',
      keys.devices({}),
      pages([device({ deviceId: 'd-1' })], 'more'),
      ['d-1'],
    ],
    ['stays out of a filter that it does not fit', keys.devices({ agentId: 'other' }), pages([]), []],
    ['stays out of another kind', keys.devices({ kind: 'gate' }), pages([]), []],
  ])('%s', (_what, key, data, expected) => {
    expect(ids(applyLive(key, data, event))).toEqual(expected);
  });

  test('is laid over its own page, and leaves everything else as it was', () => {
    expect(applyLive(keys.device('d-2'), device({ deviceId: 'd-2' }), event)).toBe(event.device);
    const untouched: readonly (readonly [readonly unknown[], unknown])[] = [
      [keys.device('d-1'), device({ deviceId: 'd-1' })],
      [keys.overview, overview({})],
      [keys.session, { name: 'x' }],
      [keys.devices({ agentId: 'other' }), pages([])],
    ];
    for (const [key, data] of untouched) expect(applyLive(key, data, event)).toBe(data);
    expect(applyLive(keys.devices({}), undefined, event)).toBeUndefined();
  });
});

test('a gap event goes on top of the lists that it fits, and is replaced where it stands', () => {
  const opened: LiveEvent = { type: 'gap', gap: gap({ id: 'g-2' }) };
  const closed: LiveEvent = { type: 'gap', gap: gap({ id: 'g-1', state: 'filled' }) };
  const list = pages([gap({ id: 'g-1' })]);
  expect(ids(applyLive(keys.gaps({ state: 'open' }), list, opened))).toEqual(['g-2', 'g-1']);
  expect(applyLive(keys.gaps({ state: 'lost' }), list, opened)).toBe(list);
  expect(applyLive(keys.gaps({ state: 'open' }), list, closed)).toEqual(pages([closed.gap]));
});

test('an agent event replaces or adds its agent', () => {
  const list = { items: [agent({ agentId: 'a' }), agent({ agentId: 'b' })] };
  const seen = (name: string) =>
    (applyLive(keys.agents, list, { type: 'agent', agent: agent({ agentId: name, state: 'offline' }) }) as typeof list).items.map(
      ({ agentId, state }) => `${agentId} ${state}`,
    );
  expect(seen('b')).toEqual(['a online', 'b offline']);
  expect(seen('c')).toEqual(['a online', 'b online', 'c offline']);
});

describe('readings', () => {
  const page = { items: [reading({ observedAt: 10 })], nextCursor: null };
  const event = (observedAt: number, point = 'flow'): LiveEvent => ({
    type: 'readings',
    readings: [reading({ observedAt, point })],
  });

  test('the latest stays the latest, whatever comes late', () => {
    const times = (data: unknown) => (data as typeof page).items.map((item) => `${item.point}@${item.observedAt}`);
    expect(times(applyLive(keys.readings('d-1'), page, event(20)))).toEqual(['flow@20']);
    expect(times(applyLive(keys.readings('d-1'), page, event(5)))).toEqual(['flow@10']);
    expect(times(applyLive(keys.readings('d-1'), page, event(5, 'supply')))).toEqual(['flow@10', 'supply@5']);
    expect(applyLive(keys.readings('d-2'), page, event(20))).toBe(page);
  });

  test('a course is bounded and newest first', () => {
    const full = {
      items: Array.from({ length: pageLimits.history }, (_, n) => reading({ observedAt: 1000 - n })),
      nextCursor: null,
    };
    const next = applyLive(keys.history('d-1', 'flow'), full, event(2000)) as typeof full;
    expect(next.items).toHaveLength(pageLimits.history);
    expect(next.items[0]?.observedAt).toBe(2000);
    expect(applyLive(keys.history('d-1', 'supply'), full, event(2000))).toBe(full);
  });
});

test('minutes of flow are replaced, kept in order and cut to the window', () => {
  const point = (minute: number, records: number) => ({ minute: minute * minuteMs, records, turnoverFen: 0, lateRecords: 0 });
  const flow = { items: [point(1, 1), point(2, 2), point(3, 3)] };
  expect(mergeFlow(flow, [point(4, 4), point(2, 9)], 3).items).toEqual([point(2, 9), point(3, 3), point(4, 4)]);
});

test('passes go to their own minutes', () => {
  const point = (minute: number, granted: number) => ({ minute: minute * minuteMs, granted, denied: 0, other: 0 });
  const event: LiveEvent = { type: 'passes', points: [point(2, 5), point(3, 1)] };
  const passes = { items: [point(1, 1), point(2, 2)] };
  expect(applyLive(keys.passFlow(2), passes, event)).toEqual({ items: [point(2, 5), point(3, 1)] });
  const flow = { items: [] };
  expect(applyLive(keys.flow(2), flow, event)).toBe(flow);
});

test('an event of a newer collector changes nothing', () => {
  const data = overview({});
  expect(applyLive(keys.overview, data, { type: 'weather' } as unknown as LiveEvent)).toBe(data);
});
