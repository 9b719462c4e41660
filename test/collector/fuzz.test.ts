/** A hundred thousand changed batches: nothing crashes, and nothing is in the ledger that was not made. */
import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { type BatchHead, encodeBatch } from '@cardwatch/contracts';
import { chance, intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bed, makeBed } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { agentHealth, deviceGap, heartbeat, reading, records, transaction, undecoded } from './support/records.ts';

const seed = 20_261_123;
const batches = 100_000;
const agents = ['yb-1', 'yb-2', 'yb-3'];

let bed: Bed;
beforeAll(() => {
  bed = makeBed();
});
afterAll(() => bed.close());

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Source {
  readonly agent: string;
  readonly stream: 'money' | 'event' | 'health';
  readonly journal: FakeJournal;
}

/** What real agents would send; every line that may ever become a row is among these. */
function makeSources(): Source[] {
  return agents.flatMap((agent, at) => {
    const device = `d-${at}`;
    const money = new FakeJournal({ agent }).append(
      ...records(1, 300, { device }),
      undecoded(301, `raw ${at}`, device),
      ...records(310, 320, { device }),
    );
    money.append(transaction({ device, no: 5, amountFen: 999 }));
    const event = new FakeJournal({ agent, stream: 'event' }).append(
      ...[1, 2, 3].map((from) => deviceGap(400 + 10 * from, 405 + 10 * from)),
    );
    const health = new FakeJournal({ agent, stream: 'health' });
    for (let i = 0; i < 50; i++)
      health.append(heartbeat(device, { recordedAt: 1_795_392_000_000 + i }), reading(device, 'temperature', i), agentHealth(i));
    return [
      { agent, stream: 'money', journal: money },
      { agent, stream: 'event', journal: event },
      { agent, stream: 'health', journal: health },
    ] as const;
  });
}

const random = new SeededRandom(seed);
const sources = makeSources();
const made = new Set(sources.flatMap(({ journal }) => journal.lines.map(sha)));

function cut({ journal }: Source): { readonly head: BatchHead; readonly lines: Uint8Array[] } {
  const first = intBetween(random, 1, journal.last);
  const last = Math.min(journal.last, first + intBetween(random, 0, 6));
  return { head: journal.head(first, last), lines: journal.lines.slice(first - 1, last) };
}

/** Changes of the batch as an object: the chain is left as it was, or made anew so that the change gets further in. */
function changedHead(head: BatchHead): unknown {
  const other = { ...head } as Record<string, unknown>;
  const name = pick(random, Object.keys(other));
  const values: readonly unknown[] = [null, -1, 0, 1.5, 2 ** 53, 'x', '', [], {}, true, 'a'.repeat(64), 'event', 'yb-2', 1e300];
  if (chance(random, 0.2)) delete other[name];
  else other[chance(random, 0.1) ? '__proto__' : name] = pick(random, values);
  return other;
}

function changedBytes(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes);
  for (let i = intBetween(random, 1, 4); i > 0; i--) out[intBetween(random, 0, out.length - 1)] = intBetween(random, 0, 255);
  if (chance(random, 0.2)) return out.subarray(0, intBetween(random, 0, out.length));
  return chance(random, 0.1) ? Uint8Array.from([...out, ...out.subarray(0, 40)]) : out;
}

function mutate(source: Source): Uint8Array {
  const { head, lines } = cut(source);
  const how = intBetween(random, 0, 9);
  if (how === 0) return zstdCompressSync(encodeBatch(head, lines));
  if (how === 1) return encodeBatch(changedHead(head) as BatchHead, lines);
  if (how === 2) return changedBytes(zstdCompressSync(encodeBatch(head, lines)));
  if (how === 3) return encodeBatch(head, [...lines].reverse());
  if (how === 4) return encodeBatch(head, lines.slice(1));
  if (how === 5) return encodeBatch(head, lines.map(changedBytes));
  if (how === 6) return encodeBatch({ ...head, lost: 'dropped' }, []);
  if (how === 7) return encodeBatch(head, lines);
  return changedBytes(encodeBatch(head, lines));
}

test(`${batches} batches, seed ${seed}`, async () => {
  let honest = 0;
  for (let i = 0; i < batches; i++) {
    const source = pick(random, sources);
    bed.send(source.agent, chance(random, 0.97) ? source.stream : 'money', mutate(source));
    if (i % 200 === 199) await bed.pass(500);
    if (i % 5_000 === 4_999) honest += bed.rows('SELECT count(*) AS n FROM record').length;
  }
  await bed.pass(1_000);
  expect(honest).toBe(batches / 5_000);
  const rows = bed.rows('SELECT line, content_hash, amount_fen, device_id, record_no FROM record');
  expect(rows.length).toBeGreaterThan(800);
  for (const row of rows) {
    expect(made.has(sha(row['line'] as Uint8Array))).toBe(true);
    const line = JSON.parse(Buffer.from(row['line'] as Uint8Array).toString('utf8')) as Record<string, unknown>;
    expect([row['content_hash'], row['amount_fen'], row['device_id'], row['record_no']]).toEqual([
      line['contentHash'],
      line['amountFen'],
      line['deviceId'],
      line['recordNo'],
    ]);
  }
  const letters = bed.rows('SELECT bytes FROM dead_letter');
  for (const letter of letters) expect(made.has(sha(letter['bytes'] as Uint8Array))).toBe(true);
  const stats = bed.ingest.stats();
  expect(stats).toMatchObject({ commitFailuresTotal: 0, queueBytes: 0 });
  expect(stats.refusedBatchesTotal + stats.batchesTotal + stats.shedTotal).toBe(batches);
  expect(stats.refusedBatchesTotal).toBeGreaterThan(batches / 2);
}, 300_000);

test('afterwards every agent comes to its end', async () => {
  for (const { agent, stream, journal } of sources) {
    for (let first = 1; first <= journal.last; first += 100) {
      bed.send(agent, stream, journal.batch(first, Math.min(journal.last, first + 99)));
      await bed.pass(500);
    }
    expect(
      bed
        .acks(agent)
        .filter((ack) => ack.stream === stream)
        .at(-1)?.contiguousUpto,
    ).toBe(journal.last);
  }
  expect(bed.rows('SELECT count(*) AS n, count(DISTINCT device_id || record_no) AS d FROM record')).toEqual([
    { n: 3 * 311, d: 3 * 311 },
  ]);
});
