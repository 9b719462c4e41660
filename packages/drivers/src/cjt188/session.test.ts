/** Valve commands and polls in virtual time: what goes over the wire, how often, and what comes of it. */
import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { Session } from '../contract.ts';
import { createRegistry } from '../registry.ts';
import { drive, scriptedIo } from '../scripted/stream.ts';
import { type Cjt188Frame, readFrame, writeFrame } from './frame.core.ts';

const label = { zh: 'a', en: 'a' };
const profile = {
  profile: 'cjt188/test/valve',
  version: 1,
  protocol: 'cjt188',
  title: label,
  kind: 'meter',
  source: 'test',
  type: '10',
  preamble: 0,
  tasks: { live: { periodMs: 60_000 } },
  points: [{ name: 'volume', label, read: { from: 'volume' } }],
  valve: { motorMs: 10_000 },
};
const never = new AbortController().signal;

interface Behaviour {
  /** Reads of ST after the command until the valve shows closed; undefined: never. */
  readonly closesAfterReads?: number;
  readonly answersCommand?: boolean;
  readonly refuses?: boolean;
}

/** A meter by hand: 901F and A017. `controls` is what it was sent. */
async function meter(behaviour: Behaviour) {
  const controls: number[] = [];
  let reads = 0;
  let ordered = false;
  const { io, clock } = scriptedIo((written, stream) => {
    const read = readFrame(written);
    if (read.kind !== 'frame') throw new Error('a frame');
    const { frame } = read;
    controls.push(frame.control);
    if (frame.control === 0x04) {
      ordered = true;
      if (behaviour.refuses === true) stream.feed(reply(frame, 0xc4, [frame.data[2] ?? 0, 1, 0]));
      else if (behaviour.answersCommand !== false) stream.feed(reply(frame, 0x84, [...frame.data.subarray(0, 3), 0, 0]));
      return;
    }
    if (ordered) reads++;
    const closed = ordered && reads > (behaviour.closesAfterReads ?? Number.POSITIVE_INFINITY);
    const quantity = [0, 1, 0, 0, 0x2c];
    stream.feed(reply(frame, 0x81, [...frame.data, ...quantity, ...quantity, 0, 0, 0, 0, 0, 0, 0, closed ? 1 : 0, 0]));
  });
  const driver = createRegistry(new SeededRandom(1)).get('cjt188');
  if (driver === undefined) throw new Error('cjt188 is registered');
  const connection = driver.connection.parse({ kind: 'serial', path: '/dev/x', address: '78330011223344', retries: 2 });
  const opened = await driver.open(connection, driver.profile.parse(profile), io);
  if (!opened.ok) throw new Error(opened.error.kind);
  const session: Session = opened.value;
  return { session, clock, controls };
}

const reply = (frame: Cjt188Frame, control: number, data: readonly number[]): Uint8Array =>
  writeFrame({ ...frame, control, data: Uint8Array.from(data) }, 0);

const writes = (controls: readonly number[]): number => controls.filter((control) => control !== 0x01).length;

describe('valve', () => {
  const rows: readonly (readonly [string, Behaviour, object])[] = [
    ['moves at once', { closesAfterReads: 0 }, { ok: true, value: { outcome: 'done' } }],
    ['moves within the motor time', { closesAfterReads: 2 }, { ok: true, value: { outcome: 'done' } }],
    ['does not move', {}, { ok: true, value: { outcome: 'taken' } }],
    ['moves, the reply was lost', { closesAfterReads: 1, answersCommand: false }, { ok: true, value: { outcome: 'done' } }],
    ['neither answers nor moves', { answersCommand: false }, { ok: false, error: { kind: 'timeout' } }],
    ['refuses', { refuses: true }, { ok: false, error: { kind: 'refused', deviceCode: 1 } }],
  ];
  test.each(rows)('%s: the command goes out once', async (_, behaviour, expected) => {
    const { session, clock, controls } = await meter(behaviour);
    const startedMs = clock.mono();
    const outcome = await drive(clock, session.command?.run('valveClose', never) ?? Promise.reject(new Error('no command')));
    expect(outcome).toMatchObject(expected);
    expect(writes(controls)).toBe(1);
    expect(clock.mono() - startedMs).toBeLessThan(15_000);
    await session.close();
  });

  test('a valve that did not move is told as stuck with each poll until that is kept, and then no more', async () => {
    const { session, clock } = await meter({});
    await drive(clock, session.command?.run('valveClose', never) ?? Promise.reject(new Error('no command')));
    const told: string[] = [];
    for (let i = 0; i < 4; i++) {
      const polled = await drive(clock, session.poll?.run('live', never) ?? Promise.reject(new Error('no poll')));
      if (!polled.ok) throw new Error(polled.error.kind);
      told.push((polled.value.events ?? []).map((event) => (event.type === 'deviceAlarm' ? event.alarm : event.type)).join());
      if (i === 1) await polled.value.confirm?.(never);
      expect(polled.value.confirm === undefined).toBe(i > 1);
    }
    expect(told).toEqual(['valveStuck', 'valveStuck', '', '']);
    await session.close();
  });

  test('an unknown command is unsupported and sends nothing', async () => {
    const { session, clock, controls } = await meter({});
    const outcome = await drive(clock, session.command?.run('valveOpenAll', never) ?? Promise.reject(new Error('no command')));
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
    expect(controls).toEqual([]);
    await session.close();
  });
});

test('a hundred polls write nothing', async () => {
  const { session, clock, controls } = await meter({});
  for (let i = 0; i < 100; i++) await drive(clock, session.poll?.run('live', never) ?? Promise.reject(new Error('no poll')));
  expect(controls).toHaveLength(100);
  expect(writes(controls)).toBe(0);
  await session.close();
});

describe('a serial server and settings of the device', () => {
  const open = (wire: object, link: object, device: object = {}) => {
    const driver = createRegistry(new SeededRandom(1)).get('cjt188');
    if (driver === undefined) throw new Error('cjt188 is registered');
    const { io } = scriptedIo(() => {});
    const connection = driver.connection.parse({
      kind: 'rtuOverTcp',
      host: 'h',
      port: 1,
      address: '78330011223344',
      ...link,
      ...device,
    });
    return driver.open(connection, driver.profile.parse({ ...profile, wire }), io);
  };
  const rows: readonly (readonly [string, object, object, object, string])[] = [
    ['stands where the meter does', {}, { baudRate: 2_400 }, {}, 'open'],
    ['stands elsewhere', {}, { baudRate: 9_600 }, {}, 'unsupported'],
    ['has another parity', {}, { baudRate: 2_400, parity: 'none' }, {}, 'unsupported'],
    ['follows by itself', { serverFollows: true }, { baudRate: 9_600 }, {}, 'open'],
    ['stands where this one meter was set to', {}, { baudRate: 9_600 }, { wire: { baudRate: 9_600 } }, 'open'],
  ];
  test.each(rows)('%s', async (_, wire, link, device, expected) => {
    const opened = await open(wire, link, device);
    expect(opened.ok ? 'open' : opened.error.kind).toBe(expected);
    if (!opened.ok && opened.error.kind === 'unsupported')
      expect(opened.error.detail).toContain('serial server at h:1 stands at');
    if (opened.ok) await opened.value.close();
  });
});
