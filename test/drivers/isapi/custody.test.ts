/** Live and read back together: each pass exactly once, whatever the stream does, over real sockets. */
import { SeededRandom, chance, intBetween } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bench, type BenchOptions, attempt, bench, logBy, passKeys, trueKeys, until } from './harness.ts';

let open: Bench | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(options: BenchOptions = {}): Promise<Bench> {
  open = await bench(options);
  return open;
}

const caughtUp = (b: Bench): Promise<void> => until('all events taken', () => b.custody.last === b.terminal.store.newest);

describe.each([
  ['by serial number', logBy('serial'), true],
  ['by time', logBy('time'), false],
  ['by a serial number that the firmware does not know', logBy('serial'), false],
] as const)('log read %s', (_, profile, knowsSerials) => {
  test.each([11, 12])(
    'seed %i: stream drops, full-disk refusals, restarts; each pass exactly once and in order',
    async (seed) => {
      const b = await start({ profile, seed, terminal: { knowsSerials, pageMax: 7 } });
      const random = new SeededRandom(seed);
      for (let index = 1; index <= 120; index++) {
        b.terminal.pass(attempt(index));
        if (chance(random, 0.1))
          b.terminal.strike({
            type: 'streamDrop',
            deviceId: undefined,
            delayMs: undefined,
            deltaMs: undefined,
            records: undefined,
          });
        if (chance(random, 0.05))
          b.terminal.strike({ type: 'replay', deviceId: undefined, delayMs: undefined, deltaMs: undefined, records: 9 });
        if (chance(random, 0.04)) b.custody.refuse = intBetween(random, 1, 2);
        if (chance(random, 0.02)) await b.reopen();
        await new Promise((resolve) => setTimeout(resolve, intBetween(random, 0, 8)));
      }
      await caughtUp(b);
      expect(passKeys(b.custody.events)).toEqual(trueKeys(b.truth.all));
      expect(b.truth.all).toHaveLength(120);
      const numbers = b.custody.events.map(({ eventNo }) => eventNo);
      expect(numbers).toEqual(Array.from({ length: b.terminal.store.newest }, (_unused, index) => index + 1));
      expect(b.terminal.streams).toBeGreaterThan(1);
      const all = JSON.stringify(b.custody.observations) + b.ears.heard.join('\n');
      expect(all).not.toContain('CANARY');
      expect(all).not.toContain('WEB0000');
      expect(all).not.toContain(b.terminal.door.password);
      expect(b.ears.heard.length).toBeGreaterThan(10);
    },
  );
});
