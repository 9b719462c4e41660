/** The people's files under the API: audit chain, query plans, time limit, the writer beside, verify. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { people } from '../../packages/collector/src/store/sqlite/migrations/002-people.ts';
import { ReadConnection } from '../../packages/collector/src/store/sqlite/read/connection.ts';
import { listDeadLetters } from '../../packages/collector/src/store/sqlite/read/dead-letters.ts';
import { listGaps } from '../../packages/collector/src/store/sqlite/read/gaps.ts';
import { listReadings } from '../../packages/collector/src/store/sqlite/read/readings.ts';
import { listRecords } from '../../packages/collector/src/store/sqlite/read/records.ts';
import { verifyCustody } from '../../packages/collector/src/store/sqlite/read/verify.ts';
import { type House, openHouse } from './harness.ts';
import { insertRecord, recordsEach } from './seed.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const entry = (action: string, object = 'x') => ({ at: 1, actor: 'a', ip: 'i', action, object, result: 'ok', detail: '{}' });

describe('the audit trail', () => {
  test('is a chain that proves itself', async () => {
    for (let i = 0; i < 20; i++) await house.desk.role.appendAudit(entry(`act-${i}`));
    expect(await house.desk.role.verifyAudit()).toMatchObject({ ok: true, rows: 20 });
  });

  test.each([
    ['a changed row', "UPDATE audit SET object = 'y' WHERE n = 7", 7, 'hash'],
    ['a changed time', 'UPDATE audit SET at = 2 WHERE n = 7', 7, 'hash'],
    ['a row taken out', 'DELETE FROM audit WHERE n = 7', 7, 'number'],
    [
      'a row taken out and the rest renumbered',
      'DELETE FROM audit WHERE n = 7; UPDATE audit SET n = n - 1 WHERE n > 7',
      7,
      'link',
    ],
    ['a forged hash', 'UPDATE audit SET hash = hex(zeroblob(32)) WHERE n = 7', 7, 'hash'],
    ['the first row taken out', 'DELETE FROM audit WHERE n = 1', 1, 'number'],
  ])('shows %s', async (_what, sql, brokenAt, reason) => {
    const file = new DatabaseSync(join(house.folder, 'people.db'));
    file.exec('DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete; SAVEPOINT s');
    const rows = file.prepare('SELECT * FROM audit ORDER BY n').all();
    file.exec(`${sql}; RELEASE s`);
    expect(await house.desk.role.verifyAudit()).toMatchObject({ ok: false, brokenAt, reason });
    file.exec('DELETE FROM audit');
    for (const row of rows) file.prepare('INSERT INTO audit VALUES (?,?,?,?,?,?,?,?,?,?)').run(...Object.values(row));
    file.close();
    expect(await house.desk.role.verifyAudit()).toMatchObject({ ok: true });
  });

  test('answers by actor, beginning of the action, part of what was done and time, page by page', async () => {
    const { role } = house.desk;
    const row = { ip: 'i', result: 'ok', detail: '{"reason":"换阀"}' };
    for (let i = 1; i <= 5; i++)
      await role.appendAudit({ ...row, at: 1_000 * i, actor: 'li', action: 'rule.save', object: `r${i}` });
    const of = async (ask: Readonly<Record<string, unknown>>) => {
      const found = await role.audit({ limit: 2, ...ask });
      return found.ok ? { objects: found.value.items.map(({ object }) => object), next: found.value.nextCursor } : undefined;
    };
    const first = await of({ actor: 'li', action: 'rule.' });
    expect(first?.objects).toEqual(['r5', 'r4']);
    expect((await of({ actor: 'li', action: 'rule.', cursor: first?.next }))?.objects).toEqual(['r3', 'r2']);
    expect(await of({ actor: 'li', action: 'rule.', cursor: first?.next, q: 'r' })).toBeUndefined();
    expect((await of({ q: '换阀', from: 2_000, to: 4_000 }))?.objects).toEqual(['r3', 'r2']);
    expect((await of({ object: 'r1' }))?.objects).toEqual(['r1']);
    expect((await of({ action: 'ule' }))?.objects).toEqual([]);
  });

  test('is proven in slices as in one go', async () => {
    const { role } = house.desk;
    const whole = await role.verifyAudit();
    let slice = await role.verifySlice({ n: 0, hash: '0'.repeat(64) }, 4);
    while (slice.looked === 4) slice = await role.verifySlice(slice.point, 4);
    expect(slice.fault).toBeNull();
    expect(slice.point).toEqual({ n: whole.rows, hash: whole.ok ? whole.headHash : '' });
  });

  test('keeps a row in one line, whatever was written into it', async () => {
    await house.desk.role.appendAudit(entry('act', 'a\r\nb\u2028c\u202Ed'));
    const page = await house.desk.role.audit({ limit: 1 });
    expect(page.ok && page.value.items[0]?.object).toBe('a  b c d');
    await house.desk.role.appendAudit(entry('act', 'x'.repeat(5_000)));
    const long = await house.desk.role.audit({ limit: 1 });
    expect(long.ok && long.value.items[0]?.object.length).toBe(1_000);
    expect(await house.desk.role.verifyAudit()).toMatchObject({ ok: true });
  });

  test('refuses change and deletion', () => {
    const fresh = new DatabaseSync(':memory:');
    fresh.exec(people.sql);
    fresh.exec("INSERT INTO audit VALUES (1,1,'a','i','x','o','ok','{}','','h')");
    expect(() => fresh.exec("UPDATE audit SET actor = 'b'")).toThrow('never changed');
    expect(() => fresh.exec('DELETE FROM audit')).toThrow('never deleted');
    fresh.close();
  });
});

describe('a question', () => {
  const from = 5;
  const to = 10;

  test.each([
    ['records', (c: ReadConnection) => listRecords(c, { limit: 5 }), /USING INDEX record_observed/],
    [
      'records from to',
      (c: ReadConnection) => listRecords(c, { limit: 5, from, to, kind: 'consume' }),
      /USING INDEX record_observed \(observed_at>\? AND observed_at<\?\)/,
    ],
    [
      'records of a device',
      (c: ReadConnection) => listRecords(c, { limit: 5, deviceId: 'x' }),
      /USING INDEX record_key \(device_id=\?\)/,
    ],
    [
      'records of a card',
      (c: ReadConnection) => listRecords(c, { limit: 5, cardRefs: ['ab'.repeat(16)] }),
      /SEARCH record_card USING PRIMARY KEY \(bucket=\?\)/,
    ],
    [
      'readings of a point',
      (c: ReadConnection) => listReadings(c, { limit: 5, deviceId: 'x', point: 'y' }),
      /USING INDEX reading_point \(device_id=\? AND point=\?\)/,
    ],
    ['open gaps', (c: ReadConnection) => listGaps(c, { limit: 5, state: 'open' }), /USING INDEX gap_state \(state=\?\)/],
    [
      'open dead letters',
      (c: ReadConnection) => listDeadLetters(c, { limit: 5, state: 'open' }),
      /USING INDEX dead_letter_state \(state=\?\)/,
    ],
  ])('for %s goes by its index and sorts nothing', (what, ask, plan) => {
    const connection = new ReadConnection(join(house.folder, 'cardwatch.db'), () => performance.now());
    const asked: string[] = [];
    const all = connection.all.bind(connection);
    connection.all = (sql, ...values) => {
      const steps = connection.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      asked.push(steps.map((step) => String(step['detail'])).join('\n'));
      return all(sql, ...values);
    };
    expect(ask(connection).ok).toBe(true);
    connection.close();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(plan);
    expect(asked[0]).not.toMatch(/SCAN (device|record|reading|gap|dead_letter)$/m);
    // the records of one card lie in two places and are few
    expect(asked[0]?.includes('USE TEMP B-TREE')).toBe(what === 'records of a card');
  });

  test('that looks at too much is given up in time and says so', async () => {
    let clock = 0;
    const connection = new ReadConnection(join(house.folder, 'cardwatch.db'), () => (clock += 200));
    const asked = listRecords(connection, { limit: 5, kind: 'grey' });
    expect(asked).toEqual({ ok: false, error: { kind: 'tooBroad', limitMs: 1_500 } });
    expect(listRecords(connection, { limit: 5 }).ok).toBe(true);
    connection.close();
  });

  test('cannot write', () => {
    const connection = new ReadConnection(join(house.folder, 'cardwatch.db'), () => 0);
    expect(() => connection.db.exec('DELETE FROM record')).toThrow(/readonly|read-only/);
    connection.close();
  });
});

describe('maintenance', () => {
  test('covers the state and gives it back, and tells the live stream', async () => {
    const now = house.seeded.at + 1_000;
    const set = (maintenance: boolean): Promise<boolean> =>
      house.desk.role.setMaintenance({ deviceId: 'yb-a-bath-01', maintenance, now });
    expect(await set(true)).toBe(true);
    expect(await house.desk.role.device('yb-a-bath-01')).toMatchObject({
      state: 'maintenance',
      cause: null,
      since: now,
      maintenance: true,
    });
    expect(await set(false)).toBe(true);
    expect(await house.desk.role.device('yb-a-bath-01')).toMatchObject({ state: 'online', maintenance: false });
    const span = await house.desk.role.outboxSpan();
    expect((await house.desk.role.outboxAfter(span.last - 2, 10)).map((row) => [row.topic, row.key])).toEqual([
      ['device', 'yb-a-bath-01'],
      ['device', 'yb-a-bath-01'],
    ]);
    expect(await house.desk.role.setMaintenance({ deviceId: 'none', maintenance: true, now })).toBe(false);
  });
});

describe('a recollect order', () => {
  const order = (id: string, createdAt: number) => ({
    id,
    agentId: 'yb-a',
    deviceId: 'yb-a-bath-01',
    generation: 1,
    from: 31,
    to: 33,
    gapId: '1',
    createdBy: 'duty',
    createdAt,
    expiresAt: createdAt + 1_000,
  });

  test('is one a gap while it is under way', async () => {
    const [first, second] = [
      await house.desk.role.orderRecollect(order('a', 1)),
      await house.desk.role.orderRecollect(order('b', 2)),
    ];
    expect([first.id, second.id, first.state]).toEqual(['a', 'a', 'pending']);
    expect((await house.desk.role.orderRecollect(order('c', 5_000))).id).toBe('c');
    const row = house.seeded.db.prepare("SELECT action, gap_id FROM command WHERE id = 'a'").get();
    expect(JSON.parse(String(row?.['action']))).toEqual({
      type: 'recollect',
      deviceId: 'yb-a-bath-01',
      generation: 1,
      from: 31,
      to: 33,
    });
    expect(row?.['gap_id']).toBe(1);
  });
});

describe('verify', () => {
  const book = (): void => {
    house.seeded.db.exec(
      'DELETE FROM booked; INSERT INTO booked SELECT device_id, generation, min(record_no), max(record_no) FROM record GROUP BY 1, 2',
    );
  };
  const proof = (): ReturnType<typeof verifyCustody> => verifyCustody(join(house.folder, 'cardwatch.db'));

  test('finds a good store good', () => {
    book();
    expect(proof()).toMatchObject({
      integrity: 'ok',
      records: 40 * recordsEach,
      storedNotBooked: 0,
      bookedNotStored: 0,
      flowDiffers: 0,
    });
  });

  test('finds a record that was deleted, changed by a fen, or slipped in', () => {
    house.seeded.db.exec("DELETE FROM record WHERE device_id = 'yb-a-bath-05' AND record_no = 9");
    expect(proof()).toMatchObject({
      bookedNotStored: 1,
      flowDiffers: 1,
      firstWrong: ['yb-a-bath-05 generation 1', expect.stringContaining('yb-a-bath-05 minute')],
    });
    house.seeded.db.exec("UPDATE record SET turnover_fen = turnover_fen + 1 WHERE device_id = 'yb-a-bath-06' AND record_no = 9");
    expect(proof()).toMatchObject({ flowDiffers: 2 });
    insertRecord(house.seeded, { device: 'yb-a-bath-07', no: 900, card: '62170038' });
    expect(proof()).toMatchObject({ storedNotBooked: 1 });
  });

  test('takes an undecoded dead letter for what it is: accounted for', () => {
    const db = house.seeded.db;
    db.exec("UPDATE booked SET last = 31 WHERE device_id = 'yb-a-bath-08'");
    expect(proof().bookedNotStored).toBe(2);
    const line = Buffer.from(JSON.stringify({ type: 'undecoded', generation: 1, recordNo: 31 }));
    db.prepare(
      `INSERT INTO dead_letter (agent_id, epoch, stream, seq, device_id, kind, reason, content_hash, bytes, received_at)
       VALUES ('yb-a', 1, 'money', 900, 'yb-a-bath-08', 'undecoded', 'x', 'hx', ?, 1)`,
    ).run(line);
    expect(proof().bookedNotStored).toBe(1);
  });
});
