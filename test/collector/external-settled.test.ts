/** When ingest says that a broker may forget a message: after COMMIT and after the answer, or when nothing of it is taken; not when its commit failed. */
import { AgentId } from '@cardwatch/contracts';
import { afterEach, expect, test } from 'vitest';
import { type Bed, failing, makeBed, site } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { hello, records } from './support/records.ts';

const from = { site, agent: AgentId.parse('yb-1') };
const epoch = { no: 1, uuid: '00000000-0000-4000-8000-000000000001' };
const bytes = (message: object): Uint8Array => new TextEncoder().encode(JSON.stringify(message));
let bed: Bed;
afterEach(() => bed.close());

test('a batch is settled once, after its rows are there and its acknowledgement has left; what is known already as well', async () => {
  bed = makeBed();
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 20));
  const seen: [rows: unknown, acks: number][] = [];
  const settled = (): void => void seen.push([bed.rows('SELECT count(*) AS n FROM record')[0]?.['n'], bed.acks('yb-1').length]);
  bed.ingest.receive(from, 'money', lines.batch(1, 20), settled);
  expect(seen).toEqual([]);
  await bed.pass(500);
  expect(seen).toEqual([[20, 1]]);
  bed.ingest.receive(from, 'money', lines.batch(1, 20), settled);
  await bed.pass(500);
  expect(seen).toEqual([
    [20, 1],
    [20, 2],
  ]);
});

test('not while its commit fails; the batch that comes again is settled', async () => {
  let fails = true;
  bed = makeBed({ through: failing(() => fails) });
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 5));
  const settled: string[] = [];
  bed.ingest.receive(from, 'money', lines.batch(1, 5), () => settled.push('first'));
  await bed.pass(500);
  expect([settled, bed.ingest.stats().commitFailuresTotal]).toEqual([[], 1]);
  fails = false;
  bed.ingest.receive(from, 'money', lines.batch(1, 5), () => settled.push('again'));
  await bed.pass(500);
  expect([settled, bed.rows('SELECT count(*) AS n FROM record')]).toEqual([['again'], [{ n: 5 }]]);
});

test('whatever is answered, refused or shed is settled without a row', async () => {
  bed = makeBed({ ports: { limits: { queueBytes: 1 } } });
  const settled: string[] = [];
  const send = (what: string, kind: Parameters<Bed['send']>[1], payload: Uint8Array): void =>
    bed.ingest.receive(from, kind, payload, () => settled.push(what));
  const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 40));
  send('bye', 'bye', new Uint8Array());
  send('nonsense', 'money', bytes({ no: 'batch' }));
  send('of another', 'money', new FakeJournal({ agent: 'yb-2' }).append(...records(1, 1)).batch(1, 1));
  expect(settled).toEqual(['bye', 'nonsense', 'of another']);
  send('taken', 'money', lines.batch(1, 20));
  send('shed', 'money', lines.batch(21, 40));
  expect(settled.at(-1)).toBe('shed');
  send('hello', 'hello', bytes(hello({ epoch })));
  send('bad hello', 'hello', bytes({}));
  send('bad reply', 'reply', bytes({}));
  await bed.pass(500);
  expect(settled.toSorted()).toEqual(['bad hello', 'bad reply', 'bye', 'hello', 'nonsense', 'of another', 'shed', 'taken']);
  expect(bed.rows('SELECT count(*) AS n FROM record')).toEqual([{ n: 20 }]);
});
