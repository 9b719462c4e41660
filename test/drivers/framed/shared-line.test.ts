/** One wire with Modbus controllers and terminals of two makes: one request at a time, each at its own line settings, none disturbed. */
import { type AnyDriver, type Session, createRegistry, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { type RegisterSlave, answerRtu, closedDoors, drive, put, scriptedIo } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { FramedPos, indexPos, pagePos } from '@cardwatch/simulators';
import { expect, test } from 'vitest';
import { FramedBus } from '../../../packages/simulators/src/framed/bus.ts';

const signal = new AbortController().signal;
const label = { zh: '值', en: 'Value' };
const meter = {
  profile: 'modbus/test/one',
  version: 1,
  protocol: 'modbus',
  title: label,
  kind: 'shower',
  source: 'test',
  tasks: { live: { periodMs: 1_000 } },
  points: [{ name: 'flow', label, read: { address: 17, as: 'u16' } }],
};

test('three protocols take turns on one serial wire', async () => {
  const slave: RegisterSlave = { unit: 3, holding: new Map(), input: new Map() };
  put(slave.holding, 17, 845);
  const {
    io: scripted,
    clock,
    streams,
  } = scriptedIo((request, stream) => {
    asked.push(stream === streams.at(-1));
    const reply = answerRtu(slave, request);
    if (reply !== undefined) clock.after(20, () => stream.feed(reply));
    const hear = bus.attend({ send: (bytes) => stream.feed(bytes), reset: () => {} });
    clock.after(20, () => hear(request));
  });
  const asked: boolean[] = [];
  const opened: string[] = [];
  const io = {
    ...closedDoors,
    clock,
    log: silentLogger,
    openSerial: (target: Parameters<typeof scripted.openSerial>[0]) => {
      opened.push(`${target.baudRate} ${target.parity}`);
      return scripted.openSerial(target);
    },
  };
  const parts = { clock, truth: { record: () => {}, pass: () => {} } };
  const terminals = [
    new FramedPos({ deviceId: 'i', model: indexPos, address: 3 }, parts),
    new FramedPos({ deviceId: 'p', model: pagePos, address: 303 }, parts),
  ];
  const bus = new FramedBus({ clock, random: new SeededRandom(1), terminals, thinkMs: 0 });
  const registry = createRegistry(new SeededRandom(1));
  const link = { kind: 'serial', path: '/dev/one', baudRate: 4_800, replyTimeoutMs: 200, retries: 0 };
  const open = async (driver: AnyDriver | undefined, profile: unknown, unit: number): Promise<Session> => {
    if (driver === undefined) throw new Error('it is registered');
    const session = await driver.open(driver.connection.parse({ ...link, unit }), driver.profile.parse(profile), io);
    if (!session.ok) throw new Error(session.error.kind);
    return session.value;
  };
  const profileOf = async (model: string): Promise<unknown> => {
    const loaded = await loadProfile(profileRoot, `framed/cardwatch/${model}`);
    if (!loaded.ok) throw new Error(describeProfileFailure(loaded.error));
    return loaded.value;
  };
  const sessions = [
    await open(registry.get('modbus'), meter, 3),
    await open(registry.get('framed'), await profileOf('index-pos'), 3),
    await open(registry.get('framed'), await profileOf('page-pos'), 303),
  ];
  for (let round = 0; round < 5; round++) {
    const runs = await drive(clock, Promise.all(sessions.map((session) => Promise.resolve(session.poll?.run('live', signal)))));
    expect(runs.map((run) => run?.ok)).toEqual([true, true, true]);
  }
  const [first] = sessions;
  expect(sessions.every(({ line }) => line === first?.line)).toBe(true);
  expect(first?.line).toMatchObject({
    requests: 15,
    replies: 15,
    timeouts: 0,
    crcErrors: 0,
    noiseBytes: 0,
    lateFrames: 0,
    wrongSlave: 0,
  });
  expect(asked).toEqual(Array<boolean>(15).fill(true));
  expect(new Set(opened)).toEqual(new Set(['4800 even', '19200 none', '9600 even']));
  expect(streams.filter(({ closed }) => !closed)).toHaveLength(1);
  for (const session of sessions) await session.close();
  expect(streams.filter(({ closed }) => !closed)).toHaveLength(0);
});
