/** What burns is found by its indexes: the first page is not sorted out of all alarms, and counts do not read their rows. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../packages/collector/src/store/sqlite/migrate.ts';
import { watch } from '../../../packages/collector/src/store/sqlite/migrations/005-watch.ts';
import { register } from '../../../packages/collector/src/store/sqlite/migrations/007-register.ts';
import { burning } from '../../../packages/collector/src/store/sqlite/migrations/010-burning.ts';
import { ReadConnection, type Row } from '../../../packages/collector/src/store/sqlite/read/connection.ts';
import { alarmFacets } from '../../../packages/collector/src/store/sqlite/watch/alarm-figures.ts';
import { countAlarms, listAlarms } from '../../../packages/collector/src/store/sqlite/watch/lists.ts';
import { alarmRow, type Kept, keptStore, uuid, valueOf } from './rows.ts';

let kept: Kept;
beforeEach(() => {
  kept = keptStore();
});
afterEach(() => kept.remove());

/** Tells of each question how it is answered. */
class Explaining extends ReadConnection {
  readonly steps: string[] = [];

  override all(...[sql, ...values]: Parameters<ReadConnection['all']>): Row[] {
    this.steps.push(...super.all(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((step) => String(step['detail'])));
    return super.all(sql, ...values);
  }

  override get(...[sql, ...values]: Parameters<ReadConnection['get']>): Row | undefined {
    return this.all(sql, ...values)[0];
  }
}

const base = { open: true, root: true, raised: true } as const;
const gravest = { ...base, order: 'gravity', limit: 100 } as const;

test.each<[string, (connection: ReadConnection) => unknown, string]>([
  ['the gravest', (c) => listAlarms(c, gravest), 'SCAN alarm USING INDEX alarm_gravity'],
  ['the gravest of a level', (c) => listAlarms(c, { ...gravest, level: 1 }), 'SEARCH alarm USING INDEX alarm_gravity (level=?)'],
  ['those of an area', (c) => listAlarms(c, { ...gravest, area: 'a' }), 'SEARCH alarm USING INDEX alarm_burning (area=?)'],
  ['the newest', (c) => listAlarms(c, { ...base, order: 'found', limit: 100 }), 'SCAN alarm USING INDEX alarm_open'],
  ['facets', (c) => alarmFacets(c, base), 'SCAN alarm USING COVERING INDEX alarm_burning'],
  ['facets of an area', (c) => alarmFacets(c, { ...base, area: 'a' }), 'SCAN alarm USING COVERING INDEX alarm_burning'],
  ['a count', (c) => countAlarms(c, { ...base, handling: 'new' }), 'SCAN alarm USING COVERING INDEX alarm_burning'],
])('%s: by an index that has them so', (what, ask, step) => {
  const connection = new Explaining(kept.file, () => 0);
  ask(connection);
  connection.close();
  const sorts = connection.steps.filter((one) => one.includes('TEMP B-TREE'));
  expect([connection.steps[0], sorts.length]).toEqual([step, what === 'those of an area' ? 1 : 0]);
});

test('what cleared lately is found by the time of its clearing', () => {
  const connection = new Explaining(kept.file, () => 0);
  listAlarms(connection, { ...base, open: false, order: 'found', clearedFrom: 0, limit: 100 });
  connection.close();
  expect(connection.steps).toContain('SEARCH history USING COVERING INDEX history_cleared (at>?)');
});

describe('what a row is filed under follows it', () => {
  const ids = async (ask: Parameters<typeof kept.store.alarms>[0]): Promise<readonly string[]> =>
    valueOf(await kept.store.alarms(ask)).items.map(({ alarmId }) => alarmId);
  const worth = (fen: number | null) => ({ exposure: { records: 1, fen, estimated: false, oldestAt: null } });

  test('money at stake comes and goes', async () => {
    await kept.store.commit({ alarms: [alarmRow(1), alarmRow(2, worth(100)), alarmRow(3, worth(null))] });
    expect(await ids(gravest)).toEqual([2, 1, 3].map(uuid));
    await kept.store.commit({ alarms: [alarmRow(2, worth(0)), alarmRow(3, worth(200))] });
    expect(await ids(gravest)).toEqual([3, 1, 2].map(uuid));
  });

  test('an alarm is raised, and is over', async () => {
    await kept.store.commit({ alarms: [alarmRow(1, { raisedAt: null, condition: 'pending' })] });
    expect([await ids(gravest), await ids({ ...gravest, raised: false })]).toEqual([[], [uuid(1)]]);
    await kept.store.commit({ alarms: [alarmRow(1)] });
    expect([await ids(gravest), await ids({ ...gravest, raised: false })]).toEqual([[uuid(1)], []]);
    await kept.store.commit({ alarms: [alarmRow(1, { condition: 'cleared' })] });
    expect([await ids(gravest), await ids({ ...gravest, open: false })]).toEqual([[], [uuid(1)]]);
  });
});

test('a file of the version before is filed anew', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, [watch, register]);
  const insert =
    db.prepare(`INSERT INTO alarm (alarm_id, rule, subject_kind, subject_id, level, condition, handling, suppressed, found_at, open, row)
    VALUES (?, 'r', 'device', 'd', 1, 'active', 'new', 0, 0, 1, ?)`);
  insert.run('raised', JSON.stringify({ raisedAt: 5, exposure: { fen: 700 } }));
  insert.run('waits', JSON.stringify({ raisedAt: null, exposure: { fen: null } }));
  migrate(db, [watch, register, burning]);
  const rows = db.prepare('SELECT alarm_id, raised, less_fen FROM alarm ORDER BY alarm_id').all();
  db.close();
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['raised', 1, -700],
    ['waits', 0, 0],
  ]);
});
