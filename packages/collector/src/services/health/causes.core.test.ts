import { minuteMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { causesOf, type HealthFacts } from './causes.core.ts';

const now = 1_000_000_000;
const quiet = { lastShedAt: null, lastDeferredAt: null, lastWithheldAt: null };
const well: HealthFacts = {
  agents: [{ state: 'online', duplicateIdentity: false }],
  ingest: quiet,
  broker: { up: true, lastThrottledAt: null },
  watch: { state: 'looking' },
};
const shed = (agoMs: number): HealthFacts => ({ ...well, ingest: { ...quiet, lastShedAt: now - agoMs } });

test.each<[string, HealthFacts, string[]]>([
  ['all well', well, []],
  ['never seen is not lost', { ...well, agents: [{ state: 'neverSeen', duplicateIdentity: false }] }, []],
  ['an agent lost', { ...well, agents: [{ state: 'offline', duplicateIdentity: false }] }, ['agentLost']],
  ['an identity doubled', { ...well, agents: [{ state: 'online', duplicateIdentity: true }] }, ['duplicateIdentity']],
  ['a broker that is away', { ...well, broker: { up: false, lastThrottledAt: null } }, ['brokerDown']],
  ['shed just now', shed(0), ['shed']],
  ['shed a little less than five minutes ago', shed(5 * minuteMs - 1), ['shed']],
  ['shed five minutes ago: recovered', shed(5 * minuteMs), []],
  ['a connection slowed', { ...well, broker: { up: true, lastThrottledAt: now } }, ['throttled']],
  ['events beyond the hour', { ...well, ingest: { ...quiet, lastDeferredAt: now } }, ['eventQuota']],
  ['a watch that starts', { ...well, watch: { state: 'starting' } }, []],
  ['no watch in this process', { ...well, watch: null }, []],
  ['a watch that looks no more', { ...well, watch: { state: 'still' } }, ['watchStill']],
  ['a watch that is behind', { ...well, watch: { state: 'behind' } }, ['watchBehind']],
  ['no room for dead letters', { ...well, ingest: { ...quiet, lastWithheldAt: now } }, ['deadLettersFull']],
])('%s', (_what, facts, causes) => {
  expect(causesOf(facts, now)).toEqual(causes);
});
