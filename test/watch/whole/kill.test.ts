/** kill -9 of the watch in the middle of a storm: who was to be told was told, with at most one copy, and then that it is over. */
import { expect, test } from 'vitest';
import { runKills } from './kills.ts';

test('twenty deaths at random moments', async () => {
  const report = await runKills({ kills: 20, seed: 20261123 });
  console.log(
    JSON.stringify({
      ...report.counts,
      kills: report.kills,
      early: report.early,
      atMessage: report.atMessage,
      slow: report.slow,
    }),
  );
  expect(report.problems).toEqual([]);
  expect(report.counts.mostCopies).toBeLessThanOrEqual(1);
  expect(report.counts.outages).toBeGreaterThan(20);
  expect(report.counts.suppressed).toBeGreaterThan(12);
  expect(report.counts.messages).toBeGreaterThan(80);
}, 400_000);

test('a watch that sends before it has written down what it sends is found out', async () => {
  const report = await runKills({ kills: 3, seed: 5, fault: 'sendsUncommitted', calmWithinMs: 500 });
  expect(report.problems.filter((problem) => problem.includes('has no row')).length).toBeGreaterThan(0);
}, 200_000);
