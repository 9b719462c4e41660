import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { expect, test } from 'vitest';
import type { CollectorFact, RefusalFact } from '../../world/world.core.ts';
import { at, findingsOf, SampleWorld } from '../sample-world.core.ts';

const now = at('12:05');
const well = { ingestLagMs: 0, watchLagMs: 0, diskFreeBytes: null, storeWritable: true, brokerUp: true, at: now };
const world = (refusals: readonly RefusalFact[], more: Partial<CollectorFact> = {}): SampleWorld => {
  const drawn = new SampleWorld().agent('agent-a').device('pos-1');
  drawn.world.collectorSaid({ ...well, refusals, ...more });
  return drawn;
};
const address = (limit: string, count: number, who = '10.0.0.7'): RefusalFact => ({ source: 'address', who, limit, count });
const agent = (limit: string, count: number, who = 'agent-a'): RefusalFact => ({ source: 'agent', who, limit, count });

test.each([
  ['nothing', [], ''],
  ['four', [address('frame', 4)], ''],
  ['five keep what was raised', [address('frame', 5)], 'band 3 collector: 10.0.0.7 frame 5 of 1'],
  ['twenty', [address('frame', 20)], 'breach 3 collector: 10.0.0.7 frame 20 of 1'],
  ['two hundred', [address('credentials', 200)], 'breach 2 collector: 10.0.0.7 credentials 200 of 1'],
  [
    'of many addresses together',
    Array.from({ length: 20 }, (_, i) => address('credentials', 1, `10.0.0.${i}`)),
    'breach 3 collector: 10.0.0.0 credentials 20 of 20',
  ],
  ['one ban', [address('credentials', 5), address('banned', 1)], 'breach 2 collector: 10.0.0.7 banned 6 of 1'],
  ['of an agent', [agent('publish', 30)], 'breach 3 agent-a: agent-a publish 30 of 1'],
  ['of an agent that is not known', [agent('publish', 30, 'ghost')], 'breach 3 collector: ghost publish 30 of 1'],
  [
    'of both',
    [agent('takeovers', 1), address('connectRate', 21)],
    'breach 2 agent-a: agent-a takeovers 1 of 1, breach 3 collector: 10.0.0.7 connectRate 21 of 1',
  ],
])('%s', (_what, facts, wanted) => {
  const told = findingsOf('refusals', world(facts), now).map(({ grade, level, subject, reason: { values: v } }) =>
    [grade, level, `${subject.id}:`, v['name'], v['what'], v['count'], 'of', v['of']].join(' '),
  );
  expect(told.join(', ')).toBe(wanted);
});

test('said long ago is not known now', () => {
  const [found] = findingsOf('refusals', world([address('frame', 20)], { at: at('12:03:59') }), now);
  expect(found?.grade).toBe('unknown');
});

/** Every limit that refuses, on both sides, has its word in both languages. */
test.each([
  'frame tooManyConnections connectRate banned username clientId persistentSession will credentials suspended takeovers flapping keepalive',
  'handshake slowReader publish subscribe protocol batchRefused helloRefused forkedStream eventQuota deadLettersFull',
  'badCredentials crossSite locked quota busy requestTooLarge setupCode resetCode slowRequest badRequest httpConnections requestsPerSocket',
])('words of %s', (limits) => {
  for (const limit of limits.split(' ')) {
    const [found] = findingsOf('refusals', world([address(limit, 20)]), now);
    if (found === undefined) throw new Error('finds nothing');
    for (const language of ['zh', 'en'] as const) {
      expect(Object.keys(alarmWords[language].terms)).toContain(limit);
      const { title, text } = reasonWords(found.reason, language);
      expect(`${title} ${text}`).not.toContain('–');
    }
  }
});
