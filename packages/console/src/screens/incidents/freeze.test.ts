import { expect, test } from 'vitest';
import { freezesOver } from './freeze.core.ts';

const event = (name: string, areas: string[], freeze = true, to = 100) => ({
  eventId: name,
  name,
  from: 10,
  to,
  areas,
  vip: false,
  freeze,
});

test('a freeze holds in its areas, in its time, and everywhere without areas', () => {
  const events = [
    event('here', ['主校区/第1食堂']),
    event('there', ['宜宾校区']),
    event('all', [], true, 90),
    event('calm', [], false),
  ];
  expect(freezesOver(events, ['主校区/第1食堂/一楼'], 50).map(({ name }) => name)).toEqual(['here', 'all']);
  expect(freezesOver(events, ['主校区/第1食堂二部/一楼'], 50).map(({ name }) => name)).toEqual(['all']);
  expect(freezesOver(events, ['主校区/第1食堂/一楼'], 100)).toEqual([]);
});
