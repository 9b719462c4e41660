import { SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { createRegistry } from '../registry.ts';
import { type RegisterSlave, answerRtu, put } from '../scripted/register-slave.ts';
import { drive, scriptedIo } from '../scripted/stream.ts';

const label = { zh: 'a', en: 'a' };
const profile = {
  profile: 'modbus/test/serial',
  version: 1,
  protocol: 'modbus',
  title: label,
  kind: 'shower',
  source: 'test',
  tasks: { live: { periodMs: 1_000 } },
  points: [{ name: 'board', label, read: { address: 2, as: 'u32' } }],
};

test.each([
  ['the value of the point that the profile names', 'board', true, { ok: true, value: { serial: '131073' } }],
  ['refused when the register is not there', 'board', false, { ok: false, error: { kind: 'refused', deviceCode: 2 } }],
  ['not asked when the profile names none', undefined, true, undefined],
] as const)('identify: %s', async (_, identify, present, expected) => {
  const slave: RegisterSlave = { unit: 1, holding: new Map(), input: new Map() };
  if (present) put(slave.holding, 2, 2, 1);
  const { io, clock } = scriptedIo((written, stream) => {
    const reply = answerRtu(slave, written);
    if (reply !== undefined) stream.feed(reply);
  });
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  if (driver === undefined) throw new Error('modbus is registered');
  const connection = driver.connection.parse({ kind: 'rtuOverTcp', host: 'h', port: 1, unit: 1 });
  const opened = await driver.open(
    connection,
    driver.profile.parse({ ...profile, ...(identify === undefined ? {} : { identify }) }),
    io,
  );
  if (!opened.ok) throw new Error(opened.error.kind);
  const asked = opened.value.identify?.(new AbortController().signal);
  const told = asked === undefined ? undefined : await drive(clock, asked);
  if (expected === undefined) expect(told).toBeUndefined();
  else expect(told).toMatchObject(expected);
  await opened.value.close();
});

test('a profile that names a point it does not have is refused', () => {
  const driver = createRegistry(new SeededRandom(1)).get('modbus');
  expect(driver?.profile.safeParse({ ...profile, identify: 'other' }).success).toBe(false);
});
