/** From bytes to rows: what becomes of batches that come twice, out of order, forked, in conflict, unreadable, lost. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generationsCompared } from '../../packages/collector/src/store/sqlite/ingest/terminals.ts';
import { type Bed, makeBed, newFolder, type Row } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { contentHashOf, deviceGap, hello, morning, records, transaction, undecoded } from './support/records.ts';

let bed: Bed;
beforeEach(() => {
  bed = makeBed();
});
afterEach(() => bed.close());

const booked = (): string =>
  bed
    .rows('SELECT device_id, generation, first, last FROM booked ORDER BY 1, 2, 3')
    .map((row) => `${row['device_id']}#${row['generation']} ${row['first']}-${row['last']}`)
    .join(', ');
const numbers = (): number[] =>
  bed.rows('SELECT record_no FROM record ORDER BY record_no').map((row) => Number(row['record_no']));
const gaps = (scope: string): string[] =>
  bed
    .rows('SELECT * FROM gap WHERE scope = ? ORDER BY first, id', scope)
    .map((row) => `${row['first']}-${row['last']} ${row['state']} ${row['cause']}`);
const letters = (): string[] =>
  bed
    .rows('SELECT kind, seq, state, device_id FROM dead_letter ORDER BY seq')
    .map((row) => `${row['seq']} ${row['kind']} ${row['state']}`);
const accepted = (): Row[] => bed.rows('SELECT epoch, stream, first, last FROM accepted ORDER BY 1, 2, 3');
const lastAck = (agent = 'yb-1') => bed.acks(agent).at(-1);
const journal = (): FakeJournal => new FakeJournal({ agent: 'yb-1' });

describe('money', () => {
  test('is booked with its line byte for byte, its key, its flow', async () => {
    const lines = journal().append(...records(1, 3));
    bed.send('yb-1', 'money', lines.batch(1, 3));
    await bed.pass(500);
    const rows = bed.rows('SELECT * FROM record ORDER BY record_no');
    expect(rows).toHaveLength(3);
    rows.forEach((row, at) => {
      expect(row).toMatchObject({
        device_id: 'yb-b3-bath-01',
        generation: 1,
        agent_id: 'yb-1',
        epoch: 1,
        seq: at + 1,
        kind: 'waterHold',
      });
      expect(row).toMatchObject({
        amount_fen: 60,
        turnover_fen: 60,
        balance_before_fen: 5_000,
        card_counter: at + 1,
        card_tail: String(1_001 + at),
      });
      expect(row['content_hash']).toBe(contentHashOf(`yb-b3-bath-01 1 ${at + 1} 60`));
      expect(Buffer.from(row['line'] as Uint8Array)).toEqual(Buffer.from(lines.lines[at] ?? []));
    });
    expect(bed.rows('SELECT * FROM flow')).toEqual([
      { minute: morning, device_id: 'yb-b3-bath-01', records: 3, turnover_fen: 180, late_records: 3 },
    ]);
    expect(lastAck()).toMatchObject({ epoch: 1, stream: 'money', contiguousUpto: 3, sparse: [], reject: [] });
    expect(bed.rows("SELECT topic, key FROM outbox WHERE topic = 'flow'")).toEqual([{ topic: 'flow', key: String(morning) }]);
  });

  test('counts as late five minutes after its device time', async () => {
    const now = bed.clock.now();
    const at = (no: number, ago: number): object => transaction({ no, observedAt: now + 10 - ago });
    bed.send(
      'yb-1',
      'money',
      journal()
        .append(at(1, 300_000), at(2, 300_001 + 1_000))
        .batch(1, 2),
    );
    await bed.pass(10);
    expect(bed.rows('SELECT sum(records) AS r, sum(late_records) AS l FROM flow')).toEqual([{ r: 2, l: 1 }]);
  });

  test('that comes twice, in whole or cut otherwise, before and after a restart, is booked once', async () => {
    const lines = journal().append(...records(1, 40));
    for (const [first, last] of [
      [1, 20],
      [1, 20],
      [21, 40],
      [5, 30],
      [1, 40],
      [40, 40],
    ] as const) {
      bed.send('yb-1', 'money', lines.batch(first, last));
      await bed.pass(500);
    }
    expect(numbers()).toEqual(records(1, 40).map(({ recordNo }) => recordNo));
    expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 40, duplicatesTotal: 20 + 26 + 40 + 1, conflictsTotal: 0 });
    expect(bed.audited).toEqual([]);
    expect(lastAck()?.contiguousUpto).toBe(40);
  });

  test('out of order leaves holes in the acknowledgement until they are filled', async () => {
    const lines = journal().append(...records(1, 30));
    bed.send('yb-1', 'money', lines.batch(11, 20));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 0, sparse: [[11, 20]] });
    bed.send('yb-1', 'money', lines.batch(21, 30));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 0, sparse: [[11, 30]] });
    bed.send('yb-1', 'money', lines.batch(1, 10));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 30, sparse: [] });
    expect([booked(), bed.audited]).toEqual(['yb-b3-bath-01#1 1-30', []]);
    expect(accepted()).toEqual([{ epoch: 1, stream: 'money', first: 1, last: 30 }]);
  });

  test('that was collected again under new numbers is a duplicate', async () => {
    const lines = journal().append(...records(1, 10), ...records(1, 12));
    bed.send('yb-1', 'money', lines.batch(1, 22));
    await bed.pass(500);
    expect([numbers().length, bed.ingest.stats().duplicatesTotal, lastAck()?.contiguousUpto]).toEqual([12, 10, 22]);
  });

  test('with the key of a booked record and other content is kept as a conflict, acknowledged, once', async () => {
    const other = transaction({ no: 2, amountFen: 999 });
    const lines = journal().append(...records(1, 3), other, other);
    bed.send('yb-1', 'money', lines.batch(1, 5));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 5, reject: [{ seq: 4 }, { seq: 5 }] });
    expect([numbers(), letters()]).toEqual([[1, 2, 3], ['4 conflict open']]);
    expect(bed.rows('SELECT amount_fen FROM record WHERE record_no = 2')).toEqual([{ amount_fen: 60 }]);
    const [letter] = bed.rows('SELECT bytes FROM dead_letter');
    expect(Buffer.from(letter?.['bytes'] as Uint8Array)).toEqual(Buffer.from(lines.lines[3] ?? []));
  });

  test('of two agents that disagree is a conflict too', async () => {
    bed.send(
      'yb-1',
      'money',
      journal()
        .append(...records(1, 3))
        .batch(1, 3),
    );
    bed.send('yb-2', 'money', new FakeJournal({ agent: 'yb-2' }).append(transaction({ no: 2, amountFen: 1 })).batch(1, 1));
    await bed.pass(500);
    expect(numbers()).toEqual([1, 2, 3]);
    expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 3, conflictsTotal: 1 });
  });
});

describe('a record under another generation of its terminal', () => {
  /** As an older copy of the agent's card numbers it: what the terminal offers again, by a generation that is over. */
  const again = (generation: number, ...recordNos: readonly number[]) =>
    recordNos.map((no) => ({ ...transaction({ no, generation: 3 }), generation }));
  const keys = (): string[] =>
    bed.rows('SELECT generation, record_no FROM record ORDER BY 1, 2').map((row) => `${row['generation']}/${row['record_no']}`);
  const flow = (): unknown => bed.rows('SELECT sum(records) AS n, sum(turnover_fen) AS fen FROM flow')[0];

  test('is never booked twice: it stays open among the dead letters, once, and what is new beside it is booked', async () => {
    const lines = journal().append(...records(1, 3), ...records(1, 5, { generation: 3 }));
    bed.send('yb-1', 'money', lines.batch(1, 8));
    await bed.pass(500);
    expect(flow()).toEqual({ n: 8, fen: 480 });
    // 4 and 5 are free in generation 1; 2 is another record's there; 6 was never heard of
    const copy = new FakeJournal({ agent: 'yb-1', epoch: 2 }).append(...again(1, 4, 5, 2, 6), ...again(1, 4));
    bed.send('yb-1', 'money', copy.batch(1, 5));
    bed.send('yb-1', 'money', copy.batch(1, 5));
    await bed.pass(500);
    expect(keys()).toEqual(['1/1', '1/2', '1/3', '1/6', '3/1', '3/2', '3/3', '3/4', '3/5']);
    expect(letters()).toEqual(['1 doubled open', '2 doubled open', '3 conflict open']);
    expect(bed.rows('SELECT reason FROM dead_letter ORDER BY seq')[0]?.['reason']).toBe(
      'record 4 of generation 1 is booked with the same content as generation 3',
    );
    expect([flow(), lastAck()]).toMatchObject([
      { n: 9, fen: 540 },
      { epoch: 2, contiguousUpto: 5 },
    ]);
    expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 9, conflictsTotal: 1 });
  });

  test.each([
    ['the true generation comes later', [3, 1], ['3/4']],
    ['the wrong one came first', [1, 3], ['1/4']],
  ] as const)('in one batch, and when %s', async (_what, order, stands) => {
    const lines = journal().append(...order.flatMap((generation) => again(generation, 4)));
    bed.send('yb-1', 'money', lines.batch(1, 2));
    await bed.pass(500);
    expect([keys(), letters(), lastAck()?.contiguousUpto]).toEqual([stands, ['2 doubled open'], 2]);
  });

  test('is recognised by a collector that has started since, and by none of another terminal', async () => {
    await bed.close();
    const folder = newFolder();
    bed = makeBed({ folder });
    bed.send(
      'yb-1',
      'money',
      journal()
        .append(...again(3, 4))
        .batch(1, 1),
    );
    await bed.pass(500);
    await bed.ingest.close();
    await bed.store.close();
    bed = makeBed({ folder });
    const elsewhere = again(1, 4).map((record) => ({ ...record, deviceId: 'yb-b3-bath-02' as never }));
    bed.send('yb-1', 'money', new FakeJournal({ agent: 'yb-1', epoch: 2 }).append(...again(1, 4), ...elsewhere).batch(1, 2));
    await bed.pass(500);
    expect([keys(), letters()]).toEqual([['1/4', '3/4'], ['1 doubled open']]);
  });

  test('is looked for in so many generations, the newest; an older one is not asked', async () => {
    const many = Array.from({ length: generationsCompared }, (_, at) => at + 2);
    const lines = journal().append(...again(1, 4), ...many.map((generation) => transaction({ no: 9, generation })));
    bed.send('yb-1', 'money', lines.batch(1, 1 + generationsCompared));
    const last = new FakeJournal({ agent: 'yb-1', epoch: 2 }).append(
      ...again(generationsCompared, 4),
      ...again(generationsCompared + 1, 4),
    );
    bed.send('yb-1', 'money', last.batch(1, 2));
    await bed.pass(500);
    expect([keys().filter((key) => key.endsWith('/4')), letters()]).toEqual([
      ['1/4', `${generationsCompared}/4`],
      ['2 doubled open'],
    ]);
  });
});

describe('a line that says nothing', () => {
  test.each([
    ['no JSON', '{"type":"transaction"', 'invalid'],
    ['no UTF-8', '\uFFFE', 'invalid'],
    ['an unknown type', { type: 'other' }, 'invalid'],
    ['an unknown key', { ...transaction({ no: 9 }), extra: 1 }, 'invalid'],
    ['a prototype', '{"__proto__":{"x":1},"type":"transaction"}', 'invalid'],
    ['a negative amount', { ...transaction({ no: 9 }), amountFen: -1 }, 'invalid'],
    [
      'an amount beyond a double',
      JSON.stringify(transaction({ no: 9 })).replace('"amountFen":60', '"amountFen":1e400'),
      'invalid',
    ],
    ['an empty line', '', 'invalid'],
    ['a record the agent could not decode', undecoded(9, 'raw 9'), 'undecoded'],
  ] as const)('%s: a dead letter, acknowledged, the rest booked', async (_what, entry, kind) => {
    const lines = journal().append(transaction({ no: 1 }), entry, transaction({ no: 2 }));
    bed.send('yb-1', 'money', lines.batch(1, 3));
    bed.send('yb-1', 'money', lines.batch(1, 3));
    await bed.pass(500);
    expect([numbers(), letters()]).toEqual([[1, 2], [`2 ${kind} open`]]);
    expect(lastAck()).toMatchObject({ contiguousUpto: 3, reject: [{ seq: 2 }] });
    const [letter] = bed.rows('SELECT bytes FROM dead_letter');
    expect(Buffer.from(letter?.['bytes'] as Uint8Array)).toEqual(Buffer.from(lines.lines[1] ?? []));
  });

  test('an undecoded record counts as collected, and its decoded form resolves it', async () => {
    const lines = journal().append(
      ...records(1, 3),
      undecoded(4, 'yb-b3-bath-01 1 4 60'),
      ...records(5, 6),
      undecoded(4, 'yb-b3-bath-01 1 4 60'),
    );
    bed.send('yb-1', 'money', lines.batch(1, 7));
    await bed.pass(500);
    expect([booked(), gaps('device'), letters()]).toEqual(['yb-b3-bath-01#1 1-6', [], ['4 undecoded open']]);
    lines.append(transaction({ no: 4 }));
    bed.send('yb-1', 'money', lines.batch(8, 8));
    await bed.pass(500);
    expect([numbers(), letters()]).toEqual([[1, 2, 3, 4, 5, 6], ['4 undecoded resolved']]);
  });
});

describe('a batch that proves nothing', () => {
  const lines = journal().append(...records(1, 5));
  const broken = (change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = lines.body(1, 5);
    change(bytes);
    return bytes;
  };
  test.each([
    ['a changed line', broken((bytes) => bytes.fill(0x39, bytes.length - 20, bytes.length - 19)), 'chain'],
    ['another chain', lines.batch(1, 5, { endHash: '0'.repeat(64) }), 'chain'],
    ['another start', lines.batch(1, 5, { prevHash: '1'.repeat(64) }), 'chain'],
    ['numbers that do not fit', lines.batch(1, 5, { firstSeq: 2 as never, lastSeq: 6 as never }), 'chain'],
    ['a line too few', lines.batch(1, 5, { lastSeq: 6 as never }), 'shape'],
    ['no head', new TextEncoder().encode('{}\n'), 'shape'],
    ['a bad frame', Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), 'zstd'],
    ['a frame cut short', lines.batch(1, 5).subarray(0, 100), 'zstd'],
    ['another agent’s name', new FakeJournal({ agent: 'yb-2' }).append(...records(1, 1)).batch(1, 1), 'otherAgent'],
    ['another stream', new FakeJournal({ agent: 'yb-1', stream: 'event' }).append(...records(1, 1)).batch(1, 1), 'otherStream'],
    ['nothing', new Uint8Array(0), 'shape'],
  ])('%s: not acknowledged, counted, audited', async (_what, bytes, reason) => {
    bed.send('yb-1', 'money', bytes);
    await bed.pass(500);
    expect([bed.acks('yb-1'), numbers(), letters()]).toEqual([[], [], []]);
    expect(bed.ingest.stats().refusedBatchesTotal).toBe(1);
    expect(bed.audited).toMatchObject([{ agent: 'yb-1', action: 'batchRefused' }]);
    expect(bed.audited[0]?.reason.split(':')[0]).toBe(reason);
  });

  test('a bomb is stopped at the limit of a body', async () => {
    const { zstdCompressSync } = await import('node:zlib');
    bed.send('yb-1', 'money', zstdCompressSync(Buffer.alloc(200 * 1024 * 1024)));
    await bed.pass(500);
    expect(bed.audited[0]?.reason).toBe('tooLarge: uncompressed body');
  });
});

describe('a fork', () => {
  test('is told, and nothing of it is dropped', async () => {
    bed.send('yb-1', 'hello', hello());
    const mine = journal().append(...records(1, 10));
    bed.send('yb-1', 'money', mine.batch(1, 10));
    await bed.pass(500);
    const clone = journal().append(...records(1, 5), ...records(1, 5, { device: 'yb-b3-bath-02' }), ...records(11, 12));
    bed.send('yb-1', 'money', clone.batch(1, 12));
    await bed.pass(500);
    expect(booked()).toBe('yb-b3-bath-01#1 1-12, yb-b3-bath-02#1 1-5');
    expect(lastAck()).toMatchObject({ contiguousUpto: 12 });
    expect(bed.audited.map(({ action }) => action)).toEqual(['forkedStream']);
    expect(bed.rows('SELECT duplicate_identity AS d FROM agent')).toEqual([{ d: 1 }]);
  });

  test('that lies wholly inside accepted numbers is found by its records', async () => {
    const mine = journal().append(...records(1, 30));
    bed.send('yb-1', 'money', mine.batch(1, 30));
    await bed.pass(500);
    const clone = journal().append(...records(101, 110));
    bed.send('yb-1', 'money', clone.batch(2, 9));
    await bed.pass(500);
    expect(numbers()).toEqual([...records(1, 30), ...records(102, 109)].map(({ recordNo }) => recordNo));
    expect(bed.audited.map(({ action }) => action)).toEqual(['forkedStream']);
  });
});

describe('lost numbers', () => {
  test('are declared: the watermark passes them, a row says so for good', async () => {
    const lines = journal()
      .append(...records(1, 5))
      .lose(3)
      .append(...records(9, 10));
    bed.send('yb-1', 'money', lines.batch(1, 5));
    bed.send('yb-1', 'money', lines.batch(9, 10));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 5, sparse: [[9, 10]] });
    bed.send('yb-1', 'money', lines.batch(6, 8, { lost: 'journalDamage' }));
    bed.send('yb-1', 'money', lines.batch(6, 8, { lost: 'journalDamage' }));
    await bed.pass(500);
    expect(lastAck()).toMatchObject({ contiguousUpto: 10, sparse: [] });
    expect([gaps('stream'), gaps('device')]).toEqual([['6-8 lost journalDamage'], ['6-8 open skipped']]);
    expect(bed.audited).toEqual([]);
  });

  test('that come after all are booked and leave the row', async () => {
    const lines = journal()
      .append(...records(1, 2))
      .lose(3);
    bed.send('yb-1', 'money', lines.batch(1, 2));
    bed.send('yb-1', 'money', lines.batch(3, 5, { lost: 'journalDamage' }));
    await bed.pass(500);
    const found = journal().append(...records(1, 4));
    bed.send('yb-1', 'money', found.batch(3, 4));
    await bed.pass(500);
    expect([numbers(), gaps('stream')]).toEqual([[1, 2, 3, 4], ['5-5 lost journalDamage']]);
  });

  test('of dropped health make one row', async () => {
    const lines = new FakeJournal({ agent: 'yb-1', stream: 'health' }).lose(9);
    for (const [first, last] of [
      [1, 3],
      [4, 7],
      [8, 9],
    ] as const)
      bed.send('yb-1', 'health', lines.batch(first, last, { lost: 'dropped' }));
    await bed.pass(500);
    expect([gaps('stream'), lastAck()?.contiguousUpto]).toEqual([['1-9 lost dropped'], 9]);
  });

  test('in millions are taken by their two ends', async () => {
    const lines = new FakeJournal({ agent: 'yb-1', stream: 'health' });
    bed.send(
      'yb-1',
      'health',
      lines.lose(1).body(1, 1, { lastSeq: 5_000_000 as never, endHash: 'a'.repeat(64), lost: 'dropped' }),
    );
    await bed.pass(500);
    expect([gaps('stream'), lastAck()?.contiguousUpto]).toEqual([['1-5000000 lost dropped'], 5_000_000]);
  });
});

describe('device gaps', () => {
  test('open at a jump of record numbers, shrink, and are filled', async () => {
    const lines = journal().append(...records(1, 3), ...records(8, 9), ...records(5, 6), ...records(4, 4), ...records(7, 7));
    for (const [first, last, wanted] of [
      [1, 3, []],
      [4, 5, ['4-7 open skipped']],
      [6, 7, ['4-4 open skipped', '7-7 open skipped']],
      [8, 8, ['4-4 filled skipped', '7-7 open skipped']],
      [9, 9, ['4-4 filled skipped', '7-7 filled skipped']],
    ] as const) {
      bed.send('yb-1', 'money', lines.batch(first, last));
      await bed.pass(500);
      expect(gaps('device')).toEqual(wanted);
    }
    const rows = bed.rows('SELECT opened_at, closed_at FROM gap');
    expect(rows.every((row) => Number(row['closed_at']) > Number(row['opened_at']))).toBe(true);
    expect(bed.rows("SELECT DISTINCT key FROM outbox WHERE topic = 'gap'")).toHaveLength(2);
  });

  test('within one commit do not show', async () => {
    const lines = journal().append(...records(5, 9), ...records(1, 4));
    bed.send('yb-1', 'money', lines.batch(1, 9));
    await bed.pass(500);
    expect([booked(), gaps('device')]).toEqual(['yb-b3-bath-01#1 1-9', []]);
  });

  test('take cause, worth and loss from what the agent says of them', async () => {
    const events = new FakeJournal({ agent: 'yb-1', stream: 'event' });
    bed.send(
      'yb-1',
      'money',
      journal()
        .append(...records(1, 3), ...records(8, 9))
        .batch(1, 5),
    );
    await bed.pass(500);
    events.append(deviceGap(4, 7, { cause: 'unreadable', estimateFen: 240 }));
    bed.send('yb-1', 'event', events.batch(1, 1));
    await bed.pass(500);
    expect(gaps('device')).toEqual(['4-7 open unreadable']);
    events.append(deviceGap(4, 5, { cause: 'overwritten', estimateFen: 120, closedBy: 'declaredLost' }), deviceGap(20, 29));
    bed.send('yb-1', 'event', events.batch(2, 3));
    await bed.pass(500);
    expect(gaps('device')).toEqual(['4-5 lost overwritten', '6-7 open unreadable', '20-29 open overwritten']);
    expect(bed.rows("SELECT estimate_fen FROM gap WHERE state = 'lost'")).toEqual([{ estimate_fen: 120 }]);
  });

  test('are of one generation alone', async () => {
    const lines = journal().append(
      ...records(100, 101),
      ...records(1, 2, { generation: 2 }),
      ...records(5, 5, { generation: 2 }),
    );
    bed.send('yb-1', 'money', lines.batch(1, 5));
    await bed.pass(500);
    expect(bed.rows('SELECT generation, first, last FROM gap')).toEqual([{ generation: 2, first: 3, last: 4 }]);
  });
});

describe('stream gaps', () => {
  const holes = async (wish: Parameters<typeof hello>[0]): Promise<FakeJournal> => {
    bed.send('yb-1', 'hello', hello(wish));
    await bed.pass(500);
    const epoch = bed.rows('SELECT epoch FROM epoch').map((row) => Number(row['epoch']))[0] ?? 1;
    return new FakeJournal({ agent: 'yb-1', epoch }).append(...records(1, 30));
  };

  test('open after thirty seconds while the agent is connected, and close when the numbers came', async () => {
    const lines = await holes({});
    bed.send('yb-1', 'money', lines.batch(11, 20));
    await bed.pass(29_000);
    expect(gaps('stream')).toEqual([]);
    bed.send('yb-1', 'money', lines.batch(21, 21));
    await bed.pass(11_000);
    expect(gaps('stream')).toEqual(['1-10 open missing']);
    bed.send('yb-1', 'money', lines.batch(1, 10));
    await bed.pass(500);
    expect(gaps('stream')).toEqual(['1-10 filled missing']);
  });

  test('are not what the agent said that it holds', async () => {
    bed.send('yb-1', 'hello', hello({}));
    await bed.pass(500);
    const [epoch] = bed.rows('SELECT epoch AS no, uuid FROM epoch') as unknown as { no: number; uuid: string }[];
    const lines = new FakeJournal({ agent: 'yb-1', epoch: epoch?.no ?? 0 }).append(...records(1, 30));
    bed.send('yb-1', 'money', lines.batch(21, 30));
    bed.send('yb-1', 'hello', hello({ epoch: epoch ?? null, money: { first: 9, last: 30, acked: 8 } }));
    for (let i = 0; i < 3; i++) {
      await bed.pass(20_000);
      bed.send('yb-1', 'money', lines.batch(30, 30));
    }
    expect(gaps('stream')).toEqual(['1-8 open missing']);
  });

  test('wait while the agent is away', async () => {
    const lines = await holes({});
    bed.send('yb-1', 'money', lines.batch(11, 20));
    await bed.pass(500);
    bed.ingest.disconnected({ site: 'demo' as never, agent: 'yb-1' as never }, 'closed');
    await bed.pass(60_000);
    expect(gaps('stream')).toEqual([]);
  });
});

test('an audit of the ledger: every row stands for a line that was made, every number once', async () => {
  const lines = journal().append(...records(1, 200));
  const made = new Set(lines.lines.map((line) => createHash('sha256').update(line).digest('hex')));
  for (const [first, last] of [
    [1, 60],
    [40, 120],
    [100, 200],
    [1, 200],
  ] as const)
    bed.send('yb-1', 'money', lines.batch(first, last));
  await bed.pass(1_000);
  const rows = bed.rows('SELECT line FROM record');
  expect(rows).toHaveLength(200);
  for (const row of rows)
    expect(
      made.has(
        createHash('sha256')
          .update(row['line'] as Uint8Array)
          .digest('hex'),
      ),
    ).toBe(true);
});
