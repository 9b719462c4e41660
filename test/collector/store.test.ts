/** The SQLite store: its file, its schema, its thread, what it files and prunes. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type IngestStore,
  migrate,
  openCustodyFile,
  openIngestStore,
  openIngestThread,
  refuseOldSqlite,
} from '@cardwatch/collector/store';
import { epochMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeBed } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { heartbeat, hello, morning, reading, records } from './support/records.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-store-'));
  file = join(folder, 'cardwatch.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const pragma = (db: DatabaseSync, name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

describe('the file', () => {
  test('is in WAL with FULL synchronisation, and opens again', () => {
    for (let i = 0; i < 2; i++) {
      const db = openCustodyFile(file);
      expect([pragma(db, 'journal_mode'), pragma(db, 'synchronous'), pragma(db, 'user_version')]).toEqual(['wal', 2, 5]);
      db.close();
    }
  });

  test.each([
    ['3.51.2', true],
    ['3.7.17', true],
    ['3.51.3', false],
    ['3.53.0', false],
    ['4.0.0', false],
  ])('SQLite %s refused: %s', (version, refused) => {
    if (refused) expect(() => refuseOldSqlite(version)).toThrow(/WAL-reset/);
    else refuseOldSqlite(version);
  });

  test('of a newer program is not touched', () => {
    const db = openCustodyFile(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openCustodyFile(file)).toThrow(/newer version/);
    const again = new DatabaseSync(file);
    expect(pragma(again, 'user_version')).toBe(99);
    again.close();
  });
});

describe('migrations', () => {
  const steps = [
    { version: 1, sql: 'CREATE TABLE a (x); INSERT INTO a VALUES (1);' },
    { version: 2, sql: 'CREATE TABLE b (x); INSERT INTO b SELECT x FROM a;' },
  ];

  test('are done once, in order', () => {
    const db = new DatabaseSync(file);
    migrate(db, steps.slice(0, 1));
    migrate(db, steps);
    migrate(db, steps);
    expect(db.prepare('SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b').get()).toMatchObject({ a: 1, b: 1 });
    db.close();
  });

  test('that fail half-way never happened', () => {
    const db = new DatabaseSync(file);
    const broken = [steps[0], { version: 2, sql: 'CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);' }].filter(
      (step) => step !== undefined,
    );
    expect(() => migrate(db, broken)).toThrow(/nowhere/);
    expect([
      pragma(db, 'user_version'),
      db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'b'").get()?.['n'],
    ]).toEqual([1, 0]);
    migrate(db, steps);
    expect(pragma(db, 'user_version')).toBe(2);
    db.close();
  });
});

/** The conformance of a store: the same questions to one in this thread and one in its own. */
describe.each([
  ['in this thread', (path: string) => Promise.resolve(openIngestStore(path))],
  ['in a thread of its own', async (path: string) => (await openIngestThread(path)).store],
] as const)('a store %s', (_what, openStore) => {
  let store: IngestStore;
  beforeEach(async () => {
    store = await openStore(file);
  });
  afterEach(() => store.close());

  test('books, acknowledges, greets, keeps credentials', async () => {
    expect(await store.addAgent({ agent: 'yb-1' as never, site: 'demo' as never, secretHash: 'f'.repeat(64) }, epochMs(1))).toBe(
      true,
    );
    expect(await store.addAgent({ agent: 'yb-1' as never, site: 'demo' as never, secretHash: '0'.repeat(64) }, epochMs(1))).toBe(
      false,
    );
    expect(await store.credentials()).toEqual([{ agent: 'yb-1', site: 'demo', secretHash: 'f'.repeat(64), suspended: false }]);
    const bed = makeBed({ folder: `${folder}-bed`, through: () => store, file });
    bed.send('yb-1', 'hello', hello());
    await bed.pass(500);
    const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 300), 'nonsense');
    bed.send('yb-1', 'money', lines.batch(1, 200));
    bed.send('yb-1', 'money', lines.body(201, 301));
    await bed.pass(500);
    expect(bed.acks('yb-1').at(-1)).toMatchObject({ contiguousUpto: 301, reject: [{ seq: 301 }] });
    const health = new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(
      heartbeat('yb-b3-bath-01'),
      reading('yb-b3-bath-01', 't', 7),
    );
    bed.send('yb-1', 'health', health.batch(1, 2));
    await bed.pass(500);
    expect(bed.rows('SELECT count(*) AS n FROM record')).toEqual([{ n: 300 }]);
    expect(bed.rows('SELECT state FROM device')).toEqual([{ state: 'online' }]);
    expect((await store.onlineAgents()).map(({ agent }) => agent)).toEqual(['yb-1']);
    await bed.close();
  });

  test('answers nothing after it was closed', async () => {
    await store.close();
    await store.close();
    await expect(store.credentials()).rejects.toThrow();
  });
});

test('a database that cannot be opened is told by the thread', async () => {
  fs.writeFileSync(file, 'this is no database, and long enough to be read as one'.repeat(200));
  await expect(openIngestThread(file)).rejects.toThrow();
});

describe('cards', () => {
  const hits =
    'SELECT record.record_no FROM card_hit AS hit JOIN record ON record.id = hit.id WHERE hit.bucket = substr(?1, 1, 2) AND hit.card_ref = ?1 ORDER BY 1';

  test('are found before and after they are filed', async () => {
    const bed = makeBed({ folder: `${folder}-bed` });
    const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 200));
    const card = records(7, 7)[0]?.cardRef ?? '';
    bed.send('yb-1', 'money', lines.batch(1, 150));
    await bed.pass(500);
    expect(bed.rows('SELECT count(*) AS n FROM record_card')).toEqual([{ n: 0 }]);
    expect(bed.rows(hits, card)).toEqual([{ record_no: 7 }]);
    await bed.pass(5_000);
    expect(bed.rows('SELECT (SELECT count(*) FROM record_card) AS n, (SELECT id FROM record_card_upto) AS upto')).toEqual([
      { n: 150, upto: 150 },
    ]);
    expect(bed.rows(hits, card)).toEqual([{ record_no: 7 }]);
    bed.send('yb-1', 'money', lines.batch(151, 200));
    await bed.pass(500);
    expect(bed.rows('SELECT count(*) AS n, count(DISTINCT id) AS d FROM card_hit')).toEqual([{ n: 200, d: 200 }]);
    await bed.close();
  });

  test('are asked by their bucket, not by walking through all', async () => {
    const bed = makeBed({ folder: `${folder}-bed` });
    const plan = bed.rows(`EXPLAIN QUERY PLAN ${hits}`, 'ab').map((row) => String(row['detail']));
    expect(plan.some((step) => /record_card USING PRIMARY KEY \(bucket=\?/.test(step))).toBe(true);
    expect(plan.some((step) => /SCAN record_card\b/.test(step))).toBe(false);
    await bed.close();
  });
});

test('the outbox keeps its last hundred thousand rows, readings their last thirty days', async () => {
  const bed = makeBed({ folder: `${folder}-bed` });
  bed.write(
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 110000) INSERT INTO outbox (topic, key, at) SELECT 'device', x, 1 FROM n",
  );
  const old = morning - 31 * 86_400_000;
  bed.write(
    `INSERT INTO reading (device_id, point, unit, quality, observed_at) VALUES ('d', 'p', '', 'good', ${old}), ('d', 'p', '', 'good', ${morning})`,
  );
  await bed.pass(11_000);
  expect(bed.rows('SELECT min(position) AS first, count(*) AS n FROM outbox')).toEqual([{ first: 10_001, n: 100_000 }]);
  expect(bed.rows('SELECT observed_at FROM reading')).toEqual([{ observed_at: morning }]);
  await bed.close();
});
