import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { Canary, CanaryIdentity } from './canary.ts';

/** What each visit hears -> after it: up, restarts. */
async function timeline(heard: readonly boolean[], restart = (): Promise<void> => Promise.resolve()): Promise<string[]> {
  const clock = new VirtualClock(epochMs(0));
  let visits = 0;
  const visit = (): Promise<boolean> => Promise.resolve(heard[visits++] ?? true);
  const canary = new Canary({ visit, restart, everyMs: 10_000, misses: 3, clock, log: silentLogger });
  const told: string[] = [];
  for (const [at] of heard.entries()) {
    clock.advance(9_999);
    expect(visits).toBe(at);
    clock.advance(1);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    told.push(`${canary.up ? 'up' : 'down'} ${canary.stats.restartsTotal}`);
  }
  await canary.close();
  return told;
}

test.each([
  ['heard', [true, true], ['up 0', 'up 0']],
  ['two misses are none', [false, false, true, false, false], ['up 0', 'up 0', 'up 0', 'up 0', 'up 0']],
  ['three are', [false, false, false, true], ['up 0', 'up 0', 'down 1', 'up 1']],
  [
    'every third that follows',
    [false, false, false, false, false, false],
    ['up 0', 'up 0', 'down 1', 'down 1', 'down 1', 'down 2'],
  ],
])('%s', async (_what, heard, wanted) => {
  expect(await timeline(heard)).toEqual(wanted);
});

test('a restart that fails is tried again after three more', async () => {
  const heard = [false, false, false, false, false, false, true];
  expect((await timeline(heard, () => Promise.reject(new Error('EADDRINUSE')))).at(-1)).toBe('up 2');
});

test.each([
  ['itself', {}, undefined, true],
  ['another name', { username: 'demo/yb-1' }, undefined, false],
  ['another client id', { clientId: 'yb-1' }, undefined, false],
  ['a lasting session', { clean: false }, undefined, false],
  ['no secret', {}, '', false],
  ['another secret', {}, 'x'.repeat(43), false],
])('is told by %s', (_what, more, secret, wanted) => {
  const identity = new CanaryIdentity();
  const facts = { clientId: identity.name, username: identity.name, clean: true, will: undefined, ...more };
  expect(identity.matches(facts, Buffer.from(secret ?? identity.secret))).toBe(wanted);
});
