import { learn } from '../../words/say.ts';
import { expect, test } from 'vitest';
import { eventWord } from './event-columns.tsx';

await learn('en');

test.each([
  ['port05Down', '端口 5 断开', 'port 5 down'],
  ['port24PoeFault', '端口 24 供电故障', 'port 24 PoE fault'],
  ['heldOpen', '开门超时', 'held open'],
  ['port05Dance', 'port05Dance', 'port05Dance'],
])('%s', (word, zh, en) => {
  expect([eventWord(word, 'zh'), eventWord(word, 'en')]).toEqual([zh, en]);
});
