/** Hellos, epochs, leases, presence, commands, health: what an agent is told and what is shown of it. */
import type { Command, Refused, Welcome } from '@cardwatch/contracts';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bed, makeBed, newFolder } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { agentHealth, deviceGap, heartbeat, hello, type HelloWish, morning, reading, records } from './support/records.ts';

let bed: Bed;
beforeEach(() => {
  bed = makeBed();
});
afterEach(() => bed.close());

const one = 'a'.repeat(32);
const two = 'b'.repeat(32);
const three = 'c'.repeat(32);
const from = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') };

async function greet(wish: HelloWish = {}): Promise<Welcome | Refused> {
  const before = bed.answers.length;
  bed.send('yb-1', 'hello', hello(wish));
  await bed.pass(500);
  const answers = bed.answers.slice(before).map(({ message }) => message);
  const answer = answers.find((message) => message.type === 'welcome' || message.type === 'refused');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

async function welcomed(wish: HelloWish = {}): Promise<Welcome> {
  const answer = await greet(wish);
  if (answer.type !== 'welcome') throw new Error(`refused: ${answer.reason}`);
  return answer;
}

/** Its process ends and another one starts, perhaps with nothing left of the journal. */
async function restarted(wish: HelloWish = {}): Promise<Welcome> {
  bed.ingest.disconnected(from, 'closed');
  return welcomed({ instance: two, ...wish });
}

const epochs = (): string[] =>
  bed
    .rows('SELECT * FROM epoch ORDER BY epoch')
    .map((row) => `${row['epoch']} ${row['reason']}${row['closed_at'] === null ? '' : ' closed'}`);
const device = (id = 'yb-b3-bath-01') => bed.rows('SELECT * FROM device WHERE device_id = ?', id)[0];
const shown = (id?: string): string => `${device(id)?.['state']} ${device(id)?.['cause']}`;
const agent = () => bed.rows("SELECT * FROM agent WHERE agent_id = 'yb-1'")[0];
const book = async (epoch: number, count: number): Promise<FakeJournal> => {
  const lines = new FakeJournal({ agent: 'yb-1', epoch }).append(...records(1, count));
  bed.send('yb-1', 'money', lines.batch(1, count));
  await bed.pass(500);
  return lines;
};

describe('epochs', () => {
  test('the first is granted, and goes on as long as the agent keeps it', async () => {
    const first = await welcomed();
    expect(first.epoch).toMatchObject({ no: 1, granted: true });
    await book(1, 10);
    const again = await welcomed({ epoch: first.epoch, money: { first: 1, last: 10, acked: 10 } });
    expect(again.epoch).toEqual({ ...first.epoch, granted: false });
    expect(again.streams.money).toEqual({ contiguousUpto: 10, sparse: [] });
    expect(epochs()).toEqual(['1 firstEpoch']);
  });

  test('a journal that is gone gets a new one; the old one is closed, with a row from its watermark on', async () => {
    const first = await welcomed();
    await book(1, 10);
    await welcomed({ epoch: first.epoch, money: { first: 1, last: 14, acked: 10 } });
    const again = await restarted({ epoch: null });
    expect(again.epoch).toMatchObject({ no: 2, granted: true });
    expect(again.streams.money).toEqual({ contiguousUpto: 0, sparse: [] });
    expect(epochs()).toEqual(['1 firstEpoch closed', '2 journalLost']);
    expect(bed.rows("SELECT stream, epoch, first, last, state, cause FROM gap WHERE scope = 'stream'")).toEqual([
      { stream: 'money', epoch: 1, first: 11, last: 14, state: 'lost', cause: 'journalLost' },
    ]);
  });

  test('a rolled-back disk gets a new one', async () => {
    const first = await welcomed();
    await book(1, 10);
    const again = await restarted({ epoch: first.epoch, money: { first: 1, last: 9, acked: 5 } });
    expect([again.epoch.no, epochs()]).toEqual([2, ['1 firstEpoch closed', '2 rolledBack']]);
    const lost = bed.rows("SELECT stream, epoch, first, last, state, cause FROM gap WHERE scope = 'stream'");
    expect(lost).toEqual([{ stream: 'money', epoch: 1, first: 11, last: 11, state: 'lost', cause: 'journalLost' }]);
    const old = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 10));
    bed.send('yb-1', 'money', old.batch(6, 9));
    await bed.pass(500);
    expect(bed.acks('yb-1').at(-1)).toMatchObject({ epoch: 1, contiguousUpto: 10 });
  });

  test.each([
    ['of a closed life', (uuid: string) => ({ no: 1, uuid }), 3, 'rolledBack'],
    ['with another uuid', () => ({ no: 2, uuid: '11111111-1111-4111-8111-111111111111' }), 3, 'journalLost'],
  ] as const)('an epoch %s is not gone on with', async (_what, epoch, no, reason) => {
    const first = await welcomed();
    await restarted({ epoch: null });
    const again = await restarted({ instance: three, epoch: epoch(first.epoch.uuid) });
    expect([again.epoch.no, epochs().at(-1)]).toEqual([no, `${no} ${reason}`]);
  });

  test('one that this ledger does not know goes on, and what it does not have becomes a gap', async () => {
    const uuid = '22222222-2222-4222-8222-222222222222';
    const answer = await welcomed({ epoch: { no: 7, uuid }, money: { first: 901, last: 950, acked: 900 } });
    expect([answer.epoch, epochs()]).toEqual([{ no: 7, uuid, granted: false }, ['7 adopted']]);
    const lines = new FakeJournal({ agent: 'yb-1', epoch: 7 }).append(...records(1, 950));
    bed.send('yb-1', 'money', lines.batch(901, 950));
    await bed.pass(20_000);
    bed.send('yb-1', 'money', lines.batch(950, 950));
    await bed.pass(20_000);
    expect(bed.rows('SELECT first, last, state FROM gap')).toEqual([{ first: 1, last: 900, state: 'open' }]);
  });
});

describe('one process start is granted one epoch', () => {
  test('however often its hello comes', async () => {
    const first = await welcomed({ epoch: null });
    const again = await welcomed({ epoch: null });
    expect([again.epoch.no, again.epoch.uuid, epochs()]).toEqual([first.epoch.no, first.epoch.uuid, ['1 firstEpoch']]);
  });

  test('however late: an old hello tells of fewer numbers than were committed since', async () => {
    const first = await welcomed({ epoch: null });
    await book(1, 10);
    const late = await welcomed({ epoch: null });
    const known = await welcomed({ epoch: first.epoch, money: { first: 1, last: 4, acked: 0 } });
    expect([late.epoch.no, known.epoch.no, epochs()]).toEqual([1, 1, ['1 firstEpoch']]);
  });
});

describe('a hello that the broker brings up when its process is gone', () => {
  const heard = async (wish: HelloWish): Promise<string> => {
    bed.ingest.disconnected(from, 'closed');
    const before = bed.answers.length;
    bed.send('yb-1', 'hello', hello(wish));
    await bed.pass(500);
    const answer = bed.answers.slice(before).find(({ message }) => message.type === 'welcome')?.message;
    return answer?.type === 'welcome' ? `epoch ${answer.epoch.no}` : 'nothing';
  };

  test('is not answered, and the journal life that is being written stays open', async () => {
    const { epoch } = await welcomed({ instance: one, sentAt: morning });
    await book(1, 10);
    const money = { first: 1, last: 10, acked: 10 };
    expect(await heard({ instance: two, epoch, money, sentAt: morning + 9_000 })).toBe('epoch 1');
    // word for word again; one that was lost on its way then; one of a start that nobody ever heard of
    expect(await heard({ instance: one, sentAt: morning })).toBe('nothing');
    expect(await heard({ instance: one, sentAt: morning + 5_000 })).toBe('nothing');
    expect(await heard({ instance: three, sentAt: morning + 8_999 })).toBe('nothing');
    expect(epochs()).toEqual(['1 firstEpoch']);
    expect(bed.audited.map(({ action, reason }) => `${action} ${reason}`)).toEqual(Array(3).fill('helloRefused ofThePast'));
    expect(await heard({ instance: two, epoch, money, sentAt: morning + 9_000 })).toBe('epoch 1');
  });

  test('is told from one of a process that lives: that one says it anew, and is believed with a clock that was set back too', async () => {
    const { epoch } = await welcomed({ instance: one, sentAt: morning });
    expect(await heard({ instance: two, epoch, sentAt: morning - 86_400_000 })).toBe('nothing');
    expect(await heard({ instance: two, epoch, sentAt: morning - 86_390_000 })).toBe('nothing');
    expect(await heard({ instance: two, epoch, sentAt: morning - 86_380_000 })).toBe('epoch 1');
    expect(await heard({ instance: one, epoch, sentAt: morning + 60_000 })).toBe('epoch 1');
  });

  test('is remembered among the last sixty-four, collector restarts or not', async () => {
    await bed.close();
    const folder = newFolder();
    bed = makeBed({ folder });
    const { epoch } = await welcomed({ instance: one, sentAt: morning });
    await heard({ instance: two, epoch, sentAt: morning + 1 });
    await bed.ingest.close();
    await bed.store.close();
    bed = makeBed({ folder });
    expect(await heard({ instance: one, sentAt: morning })).toBe('nothing');
    for (let at = 2; at < 80; at++) await heard({ instance: two, epoch, sentAt: morning + at });
    expect(bed.rows('SELECT count(*) AS kept FROM hello')).toEqual([{ kept: 64 }]);
  });
});

describe('a process start that can be asked whether it lives', () => {
  /** Without an answer: the nonce it is asked with. */
  const said = async (wish: HelloWish): Promise<string> => {
    const before = bed.answers.length;
    bed.send('yb-1', 'hello', hello({ answers: null, ...wish }));
    await bed.pass(500);
    const [answer] = bed.answers.slice(before).flatMap(({ message }) => (message.type === 'ack' ? [] : [message]));
    if (answer?.type === 'challenge') return answer.nonce;
    return answer?.type === 'welcome' ? `epoch ${answer.epoch.no}` : (answer?.type ?? 'nothing');
  };
  const arrives = async (wish: HelloWish): Promise<string> => said({ ...wish, answers: await said(wish) });

  test('is welcomed when it answers; the hello of one that is gone, never heard before and ahead by its clock, is not', async () => {
    expect(await arrives({ instance: one })).toBe('epoch 1');
    const { uuid } = bed.rows('SELECT uuid FROM epoch')[0] ?? {};
    await book(1, 10);
    bed.ingest.disconnected(from, 'closed');
    for (const late of [1, 2, 3, 4])
      expect(await said({ instance: two, sentAt: morning + late * 86_400_000 })).toMatch(/^[0-9a-f-]{36}$/);
    expect([epochs(), agent()?.['instance']]).toEqual([['1 firstEpoch'], one]);
    // The one that lives goes on; nobody who was brought up holds its lease or ended its connection.
    expect(await said({ instance: one, epoch: { no: 1, uuid: String(uuid) }, money: { first: 1, last: 10, acked: 10 } })).toBe(
      'epoch 1',
    );
    expect([epochs(), bed.disconnected, bed.audited]).toEqual([['1 firstEpoch'], [], []]);
  });

  test('is believed with a clock that was set back, and a restored old card is recognised', async () => {
    expect(await arrives({ instance: one })).toBe('epoch 1');
    const epoch = { no: 1, uuid: String(bed.rows('SELECT uuid FROM epoch')[0]?.['uuid']) };
    await book(1, 10);
    bed.ingest.disconnected(from, 'closed');
    expect(await arrives({ instance: two, epoch, money: { first: 1, last: 4, acked: 0 }, sentAt: morning - 86_400_000 })).toBe(
      'epoch 2',
    );
    expect(epochs()).toEqual(['1 firstEpoch closed', '2 rolledBack']);
  });

  test('is asked while another one holds the identity too, and refused only when it lives', async () => {
    expect(await arrives({ instance: one })).toBe('epoch 1');
    expect(await said({ instance: two })).toMatch(/^[0-9a-f-]{36}$/);
    await bed.pass(1_000);
    expect([bed.disconnected, bed.audited]).toEqual([[], []]);
    expect(await arrives({ instance: two })).toBe('refused');
    await bed.pass(1_000);
    expect([bed.disconnected, bed.audited.map(({ action }) => action)]).toEqual([
      ['yb-1'],
      ['duplicateIdentity', 'helloRefused'],
    ]);
  });

  test('is asked anew by a collector that has started since; an answer to the former one is none', async () => {
    await bed.close();
    const folder = newFolder();
    bed = makeBed({ folder });
    const nonce = await said({ instance: one });
    await bed.ingest.close();
    await bed.store.close();
    bed = makeBed({ folder, ports: { uuid: () => '99999999-9999-4999-8999-999999999999' } });
    expect(await said({ instance: one, answers: nonce })).toBe('99999999-9999-4999-8999-999999999999');
    expect(await said({ instance: one, answers: '99999999-9999-4999-8999-999999999999' })).toBe('epoch 1');
  });
});

describe('cursors', () => {
  test('stand where nothing is missing, and pass what is declared lost', async () => {
    await welcomed({ devices: ['yb-b3-bath-01', 'yb-b3-bath-02'] });
    const lines = new FakeJournal({ agent: 'yb-1' }).append(
      ...records(5, 9),
      ...records(20, 25),
      ...records(1, 3, { device: 'yb-b3-bath-02', generation: 2 }),
    );
    bed.send('yb-1', 'money', lines.batch(1, 14));
    await bed.pass(500);
    const cursors = async (): Promise<string[]> =>
      (await welcomed({ epoch: null, devices: ['yb-b3-bath-01', 'yb-b3-bath-02'] })).cursors.map(
        (cursor) => `${cursor.deviceId} ${cursor.generation} ${cursor.lastRecordNo}`,
      );
    expect(await cursors()).toEqual(['yb-b3-bath-01 1 9', 'yb-b3-bath-02 2 3']);
    const events = new FakeJournal({ agent: 'yb-1', epoch: 2, stream: 'event' }).append(
      deviceGap(10, 19, { closedBy: 'declaredLost' }),
    );
    bed.send('yb-1', 'event', events.batch(1, 1));
    await bed.pass(500);
    expect(await cursors()).toEqual(['yb-b3-bath-01 1 25', 'yb-b3-bath-02 2 3']);
  });
});

describe('devices', () => {
  test('are those of all parts of a hello; others of the agent are no longer declared', async () => {
    await welcomed({ devices: ['d-1', 'd-2', 'd-3'] });
    bed.send('yb-1', 'hello', hello({ devices: ['d-1'], part: 1, parts: 2 }));
    await bed.pass(500);
    expect(bed.rows('SELECT count(*) AS n FROM device WHERE declared = 1')).toEqual([{ n: 3 }]);
    await welcomed({ devices: ['d-4'], part: 2, parts: 2 });
    expect(bed.rows('SELECT device_id FROM device WHERE declared = 1 ORDER BY 1').map((row) => row['device_id'])).toEqual([
      'd-1',
      'd-4',
    ]);
  });

  test('show what the agent says, are unknown when it is lost, and come back as reported', async () => {
    await welcomed();
    expect(shown()).toBe('unknown neverSeen');
    const health = new FakeJournal({ agent: 'yb-1', stream: 'health' });
    health.append(
      heartbeat('yb-b3-bath-01', { state: 'degraded', cause: 'slow' }),
      reading('yb-b3-bath-01', 'waterTemperature', 41.5),
      agentHealth(7),
    );
    bed.send('yb-1', 'health', health.batch(1, 3));
    await bed.pass(500);
    expect([shown(), device()?.['last_record_no'], device()?.['rtt_ms']]).toEqual(['degraded slow', 7, 12]);
    expect(bed.rows('SELECT point, value, unit FROM latest_reading')).toEqual([
      { point: 'waterTemperature', value: '41.5', unit: '℃' },
    ]);
    expect(agent()).toMatchObject({
      state: 'online',
      backlog_records: 7,
      backlog_bytes: 700,
      backlog_oldest_at: morning - 1_000,
    });
    bed.ingest.disconnected(from, 'closed');
    await bed.pass(500);
    expect([agent()?.['state'], shown()]).toEqual(['offline', 'unknown agentLost']);
    await welcomed();
    expect([agent()?.['state'], shown()]).toEqual(['online', 'degraded slow']);
  });

  test('do not go back to an older heartbeat or reading that comes late', async () => {
    await welcomed();
    const health = new FakeJournal({ agent: 'yb-1', stream: 'health' });
    health.append(
      heartbeat('yb-b3-bath-01', { state: 'offline', cause: 'noReply', recordedAt: morning - 60_000 }),
      reading('yb-b3-bath-01', 't', 1, morning - 60_000),
    );
    health.append(heartbeat('yb-b3-bath-01'), reading('yb-b3-bath-01', 't', 2));
    bed.send('yb-1', 'health', health.batch(3, 4));
    bed.send('yb-1', 'health', health.batch(1, 2));
    await bed.pass(500);
    expect([shown(), bed.rows('SELECT value FROM latest_reading')]).toEqual(['online null', [{ value: '2' }]]);
    expect(bed.rows('SELECT count(*) AS n FROM reading')).toEqual([{ n: 2 }]);
  });

  test('that nobody declared get a row with their first record', async () => {
    await book(1, 2);
    expect(device()).toMatchObject({ declared: 0, agent_id: 'yb-1', profile: 'modbus/cardwatch/ring-shower', state: 'unknown' });
  });
});

describe('presence', () => {
  test('ends with silence, though the connection stands, and pings count as signs of life', async () => {
    await welcomed();
    bed.ingest.connected(from);
    for (let i = 0; i < 4; i++) {
      await bed.pass(20_000);
      bed.ingest.heard(from);
    }
    expect(agent()?.['state']).toBe('online');
    await bed.pass(60_000);
    expect(agent()?.['state']).toBe('offline');
  });

  test('of those that were online before a restart ends when they do not come back', async () => {
    await bed.close();
    const folder = newFolder();
    bed = makeBed({ folder });
    await welcomed();
    const restarted = makeBed({ folder });
    await restarted.pass(44_000);
    expect(restarted.rows('SELECT state FROM agent')).toEqual([{ state: 'online' }]);
    await restarted.pass(10_000);
    expect(restarted.rows('SELECT state FROM agent')).toEqual([{ state: 'offline' }]);
    await restarted.ingest.close();
    await restarted.store.close();
  });

  test('a will says the end where no broker does', async () => {
    await welcomed();
    bed.send('yb-1', 'bye', new Uint8Array(0));
    await bed.pass(500);
    expect(agent()?.['state']).toBe('offline');
  });
});

describe('two process starts of one identity', () => {
  test('the second is refused while the first is heard, told, shown, and disconnected', async () => {
    await welcomed({ instance: one });
    const refused = await greet({ instance: two });
    expect(refused).toMatchObject({ type: 'refused', reason: 'duplicateIdentity', instance: two });
    expect(agent()?.['duplicate_identity']).toBe(1);
    expect(bed.audited.map(({ action }) => action)).toEqual(['duplicateIdentity', 'helloRefused']);
    await bed.pass(1_000);
    expect(bed.disconnected).toEqual(['yb-1']);
    const lines = new FakeJournal({ agent: 'yb-1', instance: two }).append(...records(1, 3));
    bed.send('yb-1', 'money', lines.batch(1, 3));
    await bed.pass(500);
    expect([bed.acks('yb-1'), bed.rows('SELECT 1 FROM record')]).toEqual([[], []]);
    expect((await greet({ instance: one })).type).toBe('welcome');
  });

  test('a restart is no second one: its connection ended', async () => {
    await welcomed({ instance: one });
    bed.ingest.disconnected(from, 'closed');
    expect((await greet({ instance: two })).type).toBe('welcome');
    expect(bed.audited).toEqual([]);
  });

  test('a takeover does not free the identity, silence does', async () => {
    await welcomed({ instance: one });
    bed.ingest.disconnected(from, 'takenOver');
    const refused = (await greet({ instance: two })) as Refused;
    expect(refused.type).toBe('refused');
    await bed.pass(refused.retryAfterMs);
    expect((await greet({ instance: two })).type).toBe('welcome');
  });

  test('is shown until it was quiet for ten minutes', async () => {
    await welcomed({ instance: one });
    await greet({ instance: two });
    await bed.pass(590_000);
    expect(agent()?.['duplicate_identity']).toBe(1);
    await bed.pass(20_000);
    expect(agent()?.['duplicate_identity']).toBe(0);
  });
});

test.each([
  ['no JSON', '{', []],
  ['another version', { ...hello(), v: 2 }, ['badHello']],
  ['an unknown key', { ...hello(), extra: 1 }, ['badHello']],
  ['nothing', '', []],
])('a hello with %s is refused where it can be, and audited', async (_what, payload, reasons) => {
  bed.send('yb-1', 'hello', typeof payload === 'string' ? new TextEncoder().encode(payload) : payload);
  await bed.pass(500);
  expect(bed.answers.map(({ message }) => (message.type === 'refused' ? message.reason : message.type))).toEqual(reasons);
  expect(bed.audited.map(({ action }) => action)).toEqual(['helloRefused']);
  expect(bed.rows('SELECT 1 FROM agent')).toEqual([]);
});

describe('commands', () => {
  const id = '33333333-3333-4333-8333-333333333333';
  const write = (state: string, expiresInMs: number): void => {
    bed.write(
      `INSERT INTO command (id, agent_id, device_id, action, state, created_by, created_at, expires_at) VALUES (?, 'yb-1', 'd-1', ?, ?, 'lin', 1, ?)`,
      id,
      JSON.stringify({ type: 'recollect', deviceId: 'd-1', generation: 1, from: 4, to: 7 }),
      state,
      bed.clock.now() + expiresInMs,
    );
  };
  const command = (): string =>
    bed
      .rows('SELECT state, detail FROM command')
      .map((row) => `${row['state']} ${row['detail']}`)
      .join();
  const reply = async (outcome: string, detail?: string): Promise<void> => {
    bed.send('yb-1', 'reply', { v: 1, id, outcome, ...(detail === undefined ? {} : { detail }), sentAt: morning });
    await bed.pass(500);
  };

  test('go out when they are made, again with a hello, until they are answered', async () => {
    await welcomed();
    write('pending', 60_000);
    bed.ingest.commands.notify(AgentId.parse('yb-1'));
    await bed.pass(500);
    const wanted: Partial<Command> = { id: id as Command['id'] };
    expect(bed.commands).toMatchObject([{ agent: 'yb-1', command: wanted }]);
    expect(command()).toBe('sent null');
    await welcomed();
    expect(bed.commands).toHaveLength(2);
    await reply('partial', '4..5 are gone');
    await welcomed();
    expect([bed.commands.length, command()]).toEqual([2, 'partial 4..5 are gone']);
    await reply('failed');
    expect(command()).toBe('partial 4..5 are gone');
  });

  test('expire', async () => {
    await welcomed();
    write('pending', 4_000);
    await bed.pass(11_000);
    expect(command()).toBe('expired null');
    await welcomed();
    expect(bed.commands).toEqual([]);
  });

  test('are answered by their own agent alone', async () => {
    write('sent', 60_000);
    bed.send('yb-2', 'reply', { v: 1, id, outcome: 'done', sentAt: morning });
    await bed.pass(500);
    expect(command()).toBe('sent null');
  });
});
