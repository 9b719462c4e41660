/** Passes and other events from bytes to rows: once by the device's own number, whatever journal they come by. */
import { join } from 'node:path';
import type { DeviceGap, EventLine, Hello, PassEvent } from '@cardwatch/contracts';
import { PassEvent as PassSchema } from '@cardwatch/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyCustody } from '../../packages/collector/src/store/sqlite/read/verify.ts';
import { type Bed, makeBed, newFolder } from './support/bed.ts';
import { FakeJournal } from './support/journal.ts';
import { agentHealth, contentHashOf, deviceGap, heartbeat, hello, morning, records } from './support/records.ts';

let bed: Bed;
beforeEach(() => {
  bed = makeBed();
});
afterEach(() => bed.close());

const gate = 'yb-d1-gate-01';
const pass = (eventNo: number | undefined, more: Partial<PassEvent> = {}): PassEvent =>
  PassSchema.parse({
    type: 'pass',
    deviceId: gate,
    generation: 1,
    ...(eventNo === undefined ? {} : { eventNo }),
    personRef: contentHashOf('person'),
    direction: 'in',
    method: 'face',
    result: 'granted',
    code: { scheme: 'hik', raw: '5/75' },
    codeTable: 'hik@1',
    observedAt: morning + (eventNo ?? 0) * 1_000,
    recordedAt: morning + (eventNo ?? 0) * 1_000 + 200,
    clockQuality: 'ok',
    live: true,
    source: 'stream',
    ...more,
  });
const passes = (from: number, to: number): PassEvent[] => Array.from({ length: to - from + 1 }, (_, at) => pass(from + at));

async function send(epoch: number, lines: readonly EventLine[]): Promise<FakeJournal> {
  const journal = new FakeJournal({ agent: 'yb-1', epoch, stream: 'event' }).append(...lines);
  bed.send('yb-1', 'event', journal.batch(1, lines.length));
  await bed.pass(500);
  return journal;
}

const numbers = (): string[] =>
  bed
    .rows("SELECT generation, event_no FROM event WHERE type = 'pass' ORDER BY generation, event_no")
    .map((row) => `${row['generation']}/${row['event_no']}`);
const gaps = (): string[] =>
  bed
    .rows("SELECT * FROM gap WHERE scope = 'device' ORDER BY first")
    .map((row) => `${row['first']}-${row['last']} ${row['state']}`);
const letters = (): string[] => bed.rows('SELECT kind, reason FROM dead_letter').map((row) => `${row['kind']}: ${row['reason']}`);
const lastAck = () => bed.acks('yb-1').at(-1);

async function cursors(numbering?: 'sparse'): Promise<unknown> {
  const greeting: Hello = hello({ devices: [gate] });
  const devices = greeting.devices.map((device) => ({
    ...device,
    kind: 'gate',
    ...(numbering === undefined ? {} : { numbering }),
  }));
  bed.send('yb-1', 'hello', { ...greeting, devices });
  await bed.pass(500);
  const welcome = bed.answers.findLast(({ message }) => message.type === 'welcome')?.message;
  return welcome?.type === 'welcome' ? welcome.cursors : undefined;
}

describe('passes', () => {
  test('are booked once by the number of their device, also when a new journal brings them again', async () => {
    await send(1, passes(1, 20));
    await send(2, passes(11, 30));
    expect(numbers()).toEqual(passes(1, 30).map(({ eventNo }) => `1/${eventNo}`));
    expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 30, duplicatesTotal: 10, conflictsTotal: 0 });
    expect(lastAck()).toMatchObject({ epoch: 2, contiguousUpto: 20, reject: [] });
    expect([letters(), bed.audited]).toEqual([[], []]);
    expect(bed.rows('SELECT sum(granted) AS n FROM pass_flow')).toEqual([{ n: 30 }]);
  });

  test('of another generation are others', async () => {
    await send(1, [...passes(1, 3), ...passes(1, 3).map((line) => ({ ...line, generation: 2 }))]);
    expect(numbers()).toEqual(['1/1', '1/2', '1/3', '2/1', '2/2', '2/3']);
  });

  test('told live and read back later are the same; another person under the same number is a conflict that is kept', async () => {
    await send(1, [pass(1)]);
    await send(2, [pass(1, { live: false, source: 'backfill', observedAt: morning + 1_900, recordedAt: morning + 60_000 })]);
    expect([numbers(), letters()]).toEqual([['1/1'], []]);
    await send(3, [pass(1, { personRef: contentHashOf('another') })]);
    expect(numbers()).toEqual(['1/1']);
    expect(letters()).toEqual(['conflict: event 1 of generation 1 is booked with other content']);
    expect(lastAck()).toMatchObject({ contiguousUpto: 1, reject: [{ seq: 1 }] });
    expect(bed.audited).toEqual([]);
  });

  test('without a number are known by all that was told of them; strangers are not merged over journals', async () => {
    const named = pass(undefined, { observedAt: morning });
    const { personRef: _person, ...stranger } = pass(undefined, { result: 'denied', observedAt: morning });
    await send(1, [named, stranger, stranger]);
    await send(2, [named, { ...named, observedAt: morning + 1_000 }]);
    expect(bed.rows('SELECT count(*) AS n FROM event')).toEqual([{ n: 4 }]);
    expect(bed.rows('SELECT sum(granted) AS g, sum(denied) AS d FROM pass_flow')).toEqual([{ g: 2, d: 2 }]);
  });

  test('unknown is counted with neither', async () => {
    await send(1, [pass(1, { result: 'unknown' }), pass(2, { result: 'denied' }), pass(3)]);
    expect(bed.rows('SELECT granted, denied, other FROM pass_flow')).toEqual([{ granted: 1, denied: 1, other: 1 }]);
  });

  test('the welcome tells how far they are in, up to the first that is missing', async () => {
    await send(1, passes(1, 5));
    expect(await cursors()).toEqual([{ deviceId: gate, generation: 1, lastRecordNo: 5 }]);
    await send(2, passes(8, 9));
    expect(await cursors()).toEqual([{ deviceId: gate, generation: 1, lastRecordNo: 5 }]);
    expect(gaps()).toEqual(['6-7 open']);
    await send(3, passes(6, 7));
    expect(gaps()).toEqual(['6-7 filled']);
    expect(await cursors()).toEqual([{ deviceId: gate, generation: 1, lastRecordNo: 9 }]);
  });

  test('of a device that counts more than passes a hole is no gap, and the highest number is where it stands', async () => {
    expect(await cursors('sparse')).toEqual([]);
    await send(1, [pass(10), pass(40), pass(25)]);
    await send(2, [pass(33), pass(25)]);
    expect(numbers()).toEqual(['1/10', '1/25', '1/33', '1/40']);
    expect(gaps()).toEqual([]);
    expect(bed.rows('SELECT first, last FROM booked')).toEqual([{ first: 10, last: 40 }]);
    expect(await cursors('sparse')).toEqual([{ deviceId: gate, generation: 1, lastRecordNo: 40 }]);
  });
});

test('money with natural holes is booked once each, late ones too, and one range is all that is kept of it', async () => {
  const greeting: Hello = hello();
  bed.send('yb-1', 'hello', { ...greeting, devices: greeting.devices.map((device) => ({ ...device, numbering: 'sparse' })) });
  await bed.pass(500);
  const all = records(1, 60);
  const some = all.filter(({ recordNo }) => recordNo % 3 === 0);
  const late = all.filter(({ recordNo }) => recordNo % 3 === 1);
  for (const [epoch, lines] of [some, late, some, all].entries()) {
    bed.send('yb-1', 'money', new FakeJournal({ agent: 'yb-1', epoch: epoch + 1 }).append(...lines).batch(1, lines.length));
    await bed.pass(500);
  }
  expect(bed.rows('SELECT count(*) AS n, sum(amount_fen) AS fen FROM record')).toEqual([{ n: 60, fen: 3_600 }]);
  expect(bed.ingest.stats()).toMatchObject({ recordsTotal: 60, duplicatesTotal: 60, conflictsTotal: 0 });
  expect([gaps(), letters()]).toEqual([[], []]);
  expect(bed.rows('SELECT first, last FROM booked')).toEqual([{ first: 1, last: 60 }]);
});

test('the proof of the store knows numbers of events and natural holes, and still misses a pass that was deleted', async () => {
  const folder = newFolder();
  const own = makeBed({ folder });
  const wrong = () => verifyCustody(join(folder, 'cardwatch.db')).bookedNotStored;
  try {
    const greeting: Hello = hello({ devices: [gate, 'yb-b3-bath-01'] });
    const devices = greeting.devices.map((device) => (device.deviceId === gate ? device : { ...device, numbering: 'sparse' }));
    own.send('yb-1', 'hello', { ...greeting, devices });
    await own.pass(500);
    own.send('yb-1', 'event', new FakeJournal({ agent: 'yb-1', stream: 'event' }).append(...passes(1, 9)).batch(1, 9));
    const holes = records(1, 9).filter(({ recordNo }) => recordNo % 4 === 1);
    own.send('yb-1', 'money', new FakeJournal({ agent: 'yb-1' }).append(...holes).batch(1, holes.length));
    await own.pass(500);
    expect(own.rows('SELECT device_id AS id, first, last FROM booked ORDER BY 1')).toEqual([
      { id: 'yb-b3-bath-01', first: 1, last: 9 },
      { id: gate, first: 1, last: 9 },
    ]);
    expect(wrong()).toBe(0);
    own.write('DELETE FROM event WHERE event_no = 5');
    expect(wrong()).toBe(1);
  } finally {
    await own.close();
  }
});

test('a gap that an agent tells of a gate is open until its numbers came', async () => {
  const said: DeviceGap = { ...deviceGap(3, 4, { cause: 'skipped' }), deviceId: pass(1).deviceId };
  await send(1, [pass(1), pass(2), pass(5), said]);
  expect(gaps()).toEqual(['3-4 open']);
  await send(2, [pass(3), pass(4), { ...said, closedBy: 'recollected' }]);
  expect(gaps()).toEqual(['3-4 filled']);
});

test('a heartbeat tells serial number, duplicates and operations; more lines than one health holds are kept beside it', async () => {
  const line = (n: number) => ({
    line: `line-${n}`,
    utilisationPct: 1,
    requests: 1,
    timeouts: 0,
    crcErrors: 0,
    noiseBytes: 0,
    lateFrames: 0,
  });
  const more = [0, 1].map((part) => ({
    type: 'agentLines',
    lines: [line(2 * part + 1), line(2 * part + 2)],
    recordedAt: morning,
  }));
  await cursors();
  const lines = [
    heartbeat(gate, { serial: 'SN-1', duplicates: 3, operations: ['valveClose'] }),
    heartbeat(gate, { recordedAt: morning + 1 }),
    agentHealth(0),
    ...more,
  ];
  const journal = new FakeJournal({ agent: 'yb-1', stream: 'health' }).append(...lines);
  bed.send('yb-1', 'health', journal.batch(1, lines.length));
  await bed.pass(500);
  const [device] = bed.rows('SELECT told FROM device WHERE device_id = ?', gate);
  expect(JSON.parse(String(device?.['told']))).toEqual({ serial: 'SN-1', duplicates: 3, operations: ['valveClose'] });
  const [agent] = bed.rows("SELECT more_lines FROM agent WHERE agent_id = 'yb-1'");
  const kept = JSON.parse(String(agent?.['more_lines'])) as { recordedAt: number; lines: { line: string }[] };
  expect([kept.recordedAt, kept.lines.map((each) => each.line)]).toEqual([morning, ['line-1', 'line-2', 'line-3', 'line-4']]);
});
