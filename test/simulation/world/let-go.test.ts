/** A worker runs many seeds: what a dead incarnation leaves behind must not be held by anything that outlives it. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { simulate } from '../simulate.ts';
import type { Campus } from './campus.ts';
import { inMacrotask } from './microtasks.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a campus is let go when its seed is over, with all agents that died in it', async () => {
  const campuses: WeakRef<Campus>[] = [];
  const inspect = (campus: Campus): void => void campuses.push(new WeakRef(campus));
  const reports = [];
  for (const seed of [20, 22, 23])
    reports.push(await inMacrotask(() => simulate({ seed, events: 3_000, mode: 'safety', inspect })));
  await setImmediate();
  collectGarbage();
  expect(reports.map(({ counts }) => (counts['agentCrashes'] ?? 0) > 0)).toEqual([true, true, true]);
  expect(campuses.map((campus) => campus.deref() === undefined)).toEqual([true, true, true]);
});
