import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { LiveClient } from '../services/live/hub.ts';
import { apiLimits } from './limits.ts';
import { openStream } from './live-stream.ts';

function openOne() {
  const clock = new VirtualClock(epochMs(0));
  const counts = { dropped: 0, closed: 0, left: 0, looked: 0 };
  let alive = true;
  const clients: LiveClient[] = [];
  const stream = openStream({
    areas: null,
    clock,
    join: (client) => {
      clients.push(client);
      return () => void (counts.left += 1);
    },
    alive: () => {
      counts.looked += 1;
      return Promise.resolve(alive);
    },
    dropped: () => void (counts.dropped += 1),
    closed: () => void (counts.closed += 1),
  });
  const write = (text: string): void => clients[0]?.write(text);
  const end = (): void => clients[0]?.end();
  return { clock, counts, stream, write, end, over: () => void (alive = false) };
}

async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += new TextDecoder().decode(chunk);
  return text;
}

const settle = (): Promise<void> => Promise.resolve().then(() => undefined);

describe('a stream', () => {
  test('beats every 15 s and looks once a minute whether it may go on', async () => {
    const one = openOne();
    const text = read(one.stream);
    one.clock.advance(119_999);
    await settle();
    one.over();
    one.clock.advance(1);
    await settle();
    await settle();
    one.clock.advance(600_000);
    expect(await text).toBe(`retry: 2000\n\n${': beat\n\n'.repeat(8)}`);
    expect(one.counts).toEqual({ dropped: 0, closed: 1, left: 1, looked: 2 });
    expect(one.clock.nextDueMs()).toBeUndefined();
  });

  test.each([
    [apiLimits.streamBufferBytes - 14, 0],
    [apiLimits.streamBufferBytes - 13, 1],
  ])('holds what its reader has not taken yet: %i bytes more drop it %i times', (bytes, dropped) => {
    const one = openOne();
    one.write('x'.repeat(bytes));
    expect(one.counts).toEqual({ dropped, closed: dropped, left: dropped, looked: 0 });
    one.write('after the end nothing happens');
    one.end();
    expect(one.counts.closed).toBe(1);
  });

  test('lets go when its reader goes', async () => {
    const one = openOne();
    await one.stream.cancel();
    expect(one.counts).toEqual({ dropped: 0, closed: 1, left: 1, looked: 0 });
    expect(one.clock.nextDueMs()).toBeUndefined();
  });

  test('ends once, however often it is told', async () => {
    const one = openOne();
    one.end();
    one.end();
    expect(await read(one.stream)).toBe('retry: 2000\n\n');
    expect(one.counts.closed).toBe(1);
  });
});
