/** CJ/T 188 and DL/T 645 at 2400 and Modbus at 9600 on one line, in virtual time: who said what, and what the dead cost the living. */
import { describe, expect, test } from 'vitest';
import { type TalkFault } from '../../../packages/simulators/src/meters/wire.ts';
import { allowedFor, costOfDead, pollFor, stations, virtualLine } from './virtual-line.ts';

const minutes = 60_000;

describe('one dead, one late, one babbling', () => {
  const faults: readonly (readonly [string, TalkFault])[] = [
    ['water-1', 'silent'],
    ['water-2', 'lateReply'],
    ['shower-1', 'babble'],
  ];

  test.each([1, 2, 3])('no value is attributed to another slave, seed %i', async (seed) => {
    const list = stations({ cjt188: 4, dlt645: 2, modbus: 4 });
    const line = await virtualLine(list, seed);
    for (const [deviceId, fault] of faults) line.wire.strike(deviceId, fault, 700);
    const polled = await pollFor(list, line, 30 * minutes);
    expect(polled.foreign).toBe(0);
    const healthy = list.flatMap(({ slave }, index) =>
      faults.some(([id]) => id === slave.deviceId) ? [] : [polled.answered[index] ?? 0],
    );
    expect(healthy).toHaveLength(7);
    expect(Math.min(...healthy)).toBeGreaterThan(300);
    expect(polled.answered[1]).toBe(0);
    expect(line.port.opens).toBe(1);
    expect(line.port.retunes).toBeGreaterThan(400);
    await line.close();
  });

  test.each(['garbage', 'wrongChecksum', 'wrongAddress', 'halfFrame', 'slowDrip'] as const)(
    '%s: nothing foreign either',
    async (fault) => {
      const list = stations({ cjt188: 3, dlt645: 1, modbus: 3 });
      const line = await virtualLine(list);
      for (const deviceId of ['water-0', 'power-0', 'shower-0']) line.wire.strike(deviceId, fault, undefined);
      const polled = await pollFor(list, line, 10 * minutes);
      expect(polled.foreign).toBe(0);
      expect(polled.answered.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
      await line.close();
    },
  );
});

describe('what the dead cost the living', () => {
  test.each([
    [1, 1.01],
    [8, 1.05],
  ])('%i of 64 on one line: the cycle of the living is at most %f of what it is without them', async (dead, most) => {
    const cost = await costOfDead(dead);
    expect(cost.foreign).toBe(0);
    expect(cost.living).toBe(64 - dead);
    expect(cost.withMs / cost.withoutMs).toBeLessThan(most);
  });
});

test('a healthy line is in use for at least 90 % of what byte times, thinking and gaps allow', async () => {
  const list = stations({ cjt188: 20, dlt645: 4, modbus: 8 });
  const line = await virtualLine(list);
  const polled = await pollFor(list, line, 10 * minutes);
  expect(polled.failed.reduce((sum, count) => sum + count, 0)).toBe(0);
  expect(allowedFor(list, line, polled.answered).allowedMs / polled.elapsedMs).toBeGreaterThan(0.9);
  await line.close();
});
