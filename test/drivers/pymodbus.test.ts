/** Interoperation: the real driver over real sockets and a real serial line with pymodbus, an implementation that is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, describeProfileFailure, loadProfile, type Session } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { ringSlave } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort, hasPymodbus, hasSocat, pathExists, Peers, portAnswers, python } from './peer.ts';
import { realClock } from './real-clock.ts';

const script = fileURLToPath(new URL('pymodbus-slave.py', import.meta.url));
const unit = 5;
const pymodbus = hasPymodbus();
const socat = hasSocat();
const peers = new Peers();
let folder = '';
let registers = '';
const sessions: Session[] = [];

/** Seven records, live values, a set clock. */
function writeRegisters(): void {
  const slave = ringSlave({ unit, records: 7 });
  for (const [register, value] of [0x0f, 845, 1, 57_920, 0x8000, 95, 200, 0x2611, 0x2312, 0x0003, 7, 2, 121, 1, 20_864].entries())
    slave.set(16 + register, value);
  writeFileSync(registers, JSON.stringify({ unit, holding: Object.fromEntries(slave.holding), input: {} }));
}

async function open(connection: Readonly<Record<string, unknown>>): Promise<Session> {
  const profile = await loadProfile(profileRoot, 'modbus/cardwatch/ring-shower');
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  if (driver === undefined) throw new Error('modbus is registered');
  const io = createDriverIo({ clock: realClock, log: silentLogger });
  const opened = await driver.open(driver.connection.parse({ replyTimeoutMs: 2_000, ...connection, unit }), profile.value, io);
  if (!opened.ok) throw new Error(opened.error.kind);
  sessions.push(opened.value);
  return opened.value;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-pymodbus-'));
  registers = join(folder, 'registers.json');
  writeRegisters();
});

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  await peers.end();
  rmSync(folder, { recursive: true, force: true });
});

async function readsEverything({ poll, line }: Session): Promise<void> {
  const signal = new AbortController().signal;
  const live = await poll?.run('live', signal);
  const values = live?.ok === true ? Object.fromEntries(live.value.readings.map(({ point, raw }) => [point, raw])) : live?.error;
  expect(values).toMatchObject({ flow: 845, meter: 123_456, waterTemperature: undefined, sessionSeconds: 95, supply: 121 });
  expect(live?.ok === true && live.value.facts.deviceClock?.text).toBe('2026-11-23 12:00:03');
  const records = await poll?.run('records', signal);
  if (records?.ok !== true) throw new Error(JSON.stringify(records));
  expect(records.value.records.map(({ recordNo, check }) => [recordNo, check])).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((no) => [no, 'ok']),
  );
  expect(await records.value.confirm?.(signal)).toEqual({ ok: true, value: undefined });
  const rest = await poll?.run('records', signal);
  expect(rest?.ok === true && [rest.value.records.length, rest.value.facts.uncollected]).toEqual([0, 0]);
  expect(line).toMatchObject({ timeouts: 0, crcErrors: 0, noiseBytes: 0, wrongSlave: 0, requests: line?.replies });
}

/** A serial line does not tell when its slave is up: asks until it answers, with a session of its own. */
async function answersOn(path: string): Promise<void> {
  const session = await open({ kind: 'serial', path, baudRate: 9_600, retries: 0, replyTimeoutMs: 300 });
  for (let tries = 0; tries < 20; tries++) {
    const live = await session.poll?.run('live', new AbortController().signal);
    if (live?.ok === true) break;
  }
  await session.close();
}

const absent = (there: boolean, what: string): string => (there ? '' : ` (left out: ${what} is not installed)`);

describe.skipIf(!pymodbus)(`pymodbus over TCP${absent(pymodbus, 'python3-pymodbus')}`, () => {
  test.each([
    ['Modbus/TCP', 'tcp', 'modbusTcp'],
    ['RTU over TCP', 'rtuOverTcp', 'rtuOverTcp'],
  ])('%s', async (_, framer, kind) => {
    const port = await freePort();
    peers.start(python, [script, registers, framer, String(port)]);
    await portAnswers(port);
    await readsEverything(await open({ kind, host: '127.0.0.1', port }));
  });
});

describe.skipIf(!pymodbus || !socat)(`pymodbus on a serial line${absent(pymodbus && socat, 'python3-pymodbus or socat')}`, () => {
  test('RTU', async () => {
    const [near, far] = [join(folder, 'near'), join(folder, 'far')];
    peers.start('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
    await Promise.all([pathExists(near), pathExists(far)]);
    peers.start(python, [script, registers, 'serial', far]);
    await answersOn(near);
    await readsEverything(await open({ kind: 'serial', path: near, baudRate: 9_600 }));
  });
});
