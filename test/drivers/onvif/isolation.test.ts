import { expect, test } from 'vitest';
import { benchOnvifHostile, hostileFaults } from '../../bench/onvif-hostile.ts';

test('eight hostile doors: the neighbours are polled on, and no socket is left', async () => {
  const seen = await benchOnvifHostile({ windowMs: 4_000, periodMs: 200, neighbours: 6 });
  expect([seen.hostileDevices, seen.neighbours, seen.socketsLeft]).toEqual([hostileFaults.length, 6, 0]);
  expect(seen.hostileFailures).toBeGreaterThan(hostileFaults.length);
  expect(seen.changePct).toBeLessThan(10);
});
