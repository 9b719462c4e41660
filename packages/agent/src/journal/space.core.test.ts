import type { Stream } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import { type ClassUse, nextSpaceStep, type SpaceUse } from './space.core.ts';

const use = (money: ClassUse, event: ClassUse, health: ClassUse, ballastBytes = 100): SpaceUse => ({
  budgetBytes: 1_000,
  ballastBytes,
  shares: { event: 0.15, health: 0.25 },
  classes: { money, event, health },
});
const c = (bytes: number, ackedBytes = 0, closedBytes = 0): ClassUse => ({ bytes, ackedBytes, closedBytes });

describe('who gives way', () => {
  test.each<[string, SpaceUse, Stream, number, boolean, string]>([
    // situation                              money             event           health           for       bytes pressed  step
    ['there is room', use(c(500), c(100), c(200)), 'money', 100, false, 'enough'],
    ['one byte too many', use(c(500), c(100), c(200)), 'money', 101, false, 'removeBallast'],
    ['acknowledged health first', use(c(600, 50), c(100, 20, 50), c(200, 10, 100)), 'money', 100, false, 'removeAcked health'],
    ['acknowledged event next', use(c(600, 50), c(100, 20, 50), c(200, 0, 100)), 'money', 100, false, 'removeAcked event'],
    ['acknowledged money next', use(c(600, 50), c(100, 0, 50), c(200, 0, 100)), 'money', 100, false, 'removeAcked money'],
    ['then health is dropped', use(c(600), c(100, 0, 50), c(200, 0, 100)), 'money', 100, false, 'drop health'],
    ['then event', use(c(600), c(100, 0, 50), c(200)), 'money', 100, false, 'drop event'],
    ['then the ballast', use(c(600), c(100), c(200)), 'money', 100, false, 'removeBallast'],
    ['then money is refused, whatever it holds', use(c(700, 0, 600), c(100), c(200), 0), 'money', 1, false, 'refuse'],
    ['event never takes the ballast', use(c(700), c(50), c(150)), 'event', 10, false, 'refuse'],
    ['event drops health', use(c(700), c(50), c(150, 0, 90)), 'event', 10, false, 'drop health'],
    ['health never drops event', use(c(700), c(50, 0, 50), c(150)), 'health', 10, false, 'refuse'],
    ['health over its share drops itself', use(c(0), c(0), c(245, 0, 200)), 'health', 10, false, 'drop health'],
    [
      'event over its share: its acknowledged first',
      use(c(0), c(145, 30, 100), c(245, 10, 200)),
      'event',
      10,
      false,
      'removeAcked event',
    ],
    ['event over its share drops itself', use(c(0), c(145, 0, 100), c(245, 10, 200)), 'event', 10, false, 'drop event'],
    ['over its share with nothing closed', use(c(0), c(0), c(250)), 'health', 1, false, 'refuse'],
    ['exactly its share', use(c(0), c(0), c(240)), 'health', 10, false, 'enough'],
    ['the disk refuses though the budget allows', use(c(10), c(10), c(10, 0, 5)), 'money', 0, true, 'drop health'],
    ['the disk refuses and nothing is left', use(c(10), c(10), c(10), 0), 'money', 0, true, 'refuse'],
  ])('%s', (_name, space, stream, bytes, pressed, expected) => {
    const step = nextSpaceStep(space, { stream, bytes, pressed });
    expect('stream' in step ? `${step.kind} ${step.stream}` : step.kind).toBe(expected);
  });
});
