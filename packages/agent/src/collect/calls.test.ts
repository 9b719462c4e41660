import { expect, test } from 'vitest';
import { Calls } from './calls.ts';

const never = (): void => undefined;

test('the end of the outer signal ends every call under way, and no call that is over', async () => {
  const calls = new Calls();
  const outer = new AbortController();
  const own: AbortController[] = [];
  await calls.run(outer.signal, (call) => Promise.resolve(void own.push(call)));
  const left = [1, 2].map(() => calls.run(outer.signal, (call) => new Promise(() => void own.push(call))));
  for (const call of left) call.catch(never);
  outer.abort();
  expect(own.map(({ signal }) => signal.aborted)).toEqual([false, true, true]);
});

test('a call hears the outer signal that it was made under, and no other', () => {
  const calls = new Calls();
  const outer = [new AbortController(), new AbortController()];
  const own: AbortController[] = [];
  for (const { signal } of outer) calls.run(signal, (call) => new Promise(() => void own.push(call))).catch(never);
  outer[1]?.abort();
  expect(own.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  outer[0]?.abort();
  expect(own.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

test('a call that throws is over like any other', async () => {
  const calls = new Calls();
  const outer = new AbortController();
  let own: AbortController | undefined;
  const thrown = calls.run(outer.signal, (call) => {
    own = call;
    return Promise.reject(new Error('no'));
  });
  await expect(thrown).rejects.toThrow('no');
  outer.abort();
  expect(own?.signal.aborted).toBe(false);
});
