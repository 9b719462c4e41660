import type { Alarm, Incident } from '@cardwatch/contracts/watch';
import { epochMs, secondMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { openEntry, stepCondition } from '../alarm/entry.core.ts';
import { at, findingsOf, SampleWorld } from '../rules/sample-world.core.ts';
import { tightened, type WatchEntry } from './watch-list.core.ts';

const timing = { raiseAfterMs: 20 * secondMs, clearAfterMs: 20 * secondMs, nOfM: null };
const list: readonly WatchEntry[] = [
  {
    incidentId: '00000000-0000-4000-8000-000000000001' as Incident['incidentId'],
    number: 'GZ-20261123-0001',
    devices: ['pos-1'],
    rules: ['deviceOffline'],
    until: at('23:59'),
  },
];

/** Seconds until the fault is raised. */
function raisedAfter(deviceId: string): number {
  const campus = new SampleWorld().device(deviceId, { state: 'offline', cause: 'noReply', since: at('12:00') });
  const findings = findingsOf('deviceOffline', campus, at('12:00:30'));
  const [look] = tightened([{ rule: 'deviceOffline', version: 1, timing, findings }], list);
  const finding = look?.findings[0];
  if (finding === undefined) throw new Error('finds nothing');
  const alarmId = '00000000-0000-4000-8000-000000000002' as Alarm['alarmId'];
  let entry = openEntry({ alarmId, rule: 'deviceOffline', version: 1, finding, rested: undefined }, at('12:00'));
  for (let second = 0; second <= 60; second++) {
    const now = epochMs(at('12:00') + second * secondMs);
    const [next, effects] = stepCondition(entry, { finding, timing, steadyMs: second * secondMs }, now);
    if (effects.some(({ type }) => type === 'raised')) return second;
    entry = next;
  }
  throw new Error('never raised');
}

test('the same fault on what was restored is raised in half of the time, elsewhere in its own', () => {
  expect([raisedAfter('pos-1'), raisedAfter('pos-2')]).toEqual([10, 20]);
});
