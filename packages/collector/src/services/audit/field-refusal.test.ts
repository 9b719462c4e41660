import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import type { AuditEntry, PeopleRole } from '../../store/people/roles.ts';
import { type FieldRefusal, fieldRefusals } from './field-refusal.ts';
import { RefusalBook } from './refusal-book.core.ts';

const broker = (refusal: string, agent: string | undefined, ip = '10.0.0.7'): FieldRefusal => ({
  refusal,
  ip,
  agent,
  detail: '',
});
const http = (refusal: string): FieldRefusal => ({ of: 'http', refusal, ip: '10.0.0.9', agent: undefined, detail: '' });

/** What the book and the trail say afterwards. */
function after(entries: readonly FieldRefusal[]): readonly [book: string[], trail: string[]] {
  const clock = new VirtualClock(epochMs(0));
  const book = new RefusalBook();
  const trail: string[] = [];
  const people = {
    appendAudit: async ({ actor, action, ip }: AuditEntry) => void trail.push(`${action} ${actor} ${ip}`),
  } as Pick<PeopleRole, 'appendAudit'>;
  const take = fieldRefusals({ people, book, clock, log: silentLogger });
  for (const entry of entries) take(entry);
  return [book.lately(clock.now()).map(({ source, who, limit, count }) => `${source} ${who} ${limit} ${count}`), trail];
}

test.each<[string, readonly FieldRefusal[], string[], string[]]>([
  [
    'an agent that is named before its secret was right is only an address',
    [broker('credentials', 'yb-1'), broker('credentials', 'yb-2')],
    ['address 10.0.0.7 credentials 2'],
    ['broker.credentials agent:yb-1 10.0.0.7'],
  ],
  [
    'one whose secret was right is the agent',
    [broker('publish', 'yb-1')],
    ['agent yb-1 publish 1'],
    ['broker.publish agent:yb-1 10.0.0.7'],
  ],
  ['slowed is written down and no refusal', [broker('throttled', 'yb-1')], [], ['broker.throttled agent:yb-1 10.0.0.7']],
  [
    'ingest refuses agents',
    [{ action: 'batchRefused', agent: 'yb-1', reason: 'chain' }],
    ['agent yb-1 batchRefused 1'],
    ['ingest.batchRefused agent:yb-1 -'],
  ],
  [
    'a doubled identity has a rule of its own',
    [{ action: 'duplicateIdentity', agent: 'yb-1', reason: '' }],
    [],
    ['ingest.duplicateIdentity agent:yb-1 -'],
  ],
  ['HTTP refuses addresses', [http('slowRequest')], ['address 10.0.0.9 slowRequest 1'], ['http.slowRequest - 10.0.0.9']],
  ['what the sign-in writes down itself is not written twice', [http('locked')], ['address 10.0.0.9 locked 1'], []],
])('%s', (_what, entries, book, trail) => {
  expect(after(entries)).toEqual([book, trail]);
});
