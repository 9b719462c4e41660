import type { LiveEvent } from '@cardwatch/contracts/api';
import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { keys } from '../api/keys.ts';
import { device, overview } from '../test-data/dto.ts';
import { Live } from './live.ts';

/** One opened stream: what was asked, and a way to write and to cut. */
interface Line {
  readonly lastEventId: string | null;
  write(text: string): void;
  cut(): void;
}

function stage(status = 200) {
  const clock = new VirtualClock(epochMs(1_000_000));
  const cache = new QueryClient();
  const lines: Line[] = [];
  let signedOut = 0;
  const live = new Live({
    clock,
    random: { next: () => 0.5 },
    cache,
    signedOut: () => {
      signedOut++;
    },
    fetch: (_url, init) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const body = new ReadableStream<Uint8Array>({
        start: (given) => {
          controller = given;
        },
      });
      lines.push({
        lastEventId: new Headers(init?.headers).get('last-event-id'),
        write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
        cut: () => controller?.close(),
      });
      return Promise.resolve(new Response(body, { status }));
    },
  });
  return { clock, cache, lines, live, signedOut: () => signedOut };
}

/** Lets promise continuations run; no time passes. */
async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

const frame = (event: LiveEvent, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(event)}\n\n`;
const flushMs = 250;

describe('the live runner', () => {
  test('lays events over the cache and resumes where it stood', async () => {
    const { clock, cache, lines, live } = stage();
    cache.setQueryData(keys.overview, overview({ openGaps: 0 }));
    cache.setQueryData(keys.device('d-1'), device({ deviceId: 'd-1' }));
    live.start();
    await settle();
    lines[0]?.write(frame({ type: 'overview', overview: overview({ openGaps: 3 }) }));
    lines[0]?.write(frame({ type: 'device', device: device({ deviceId: 'd-1', state: 'offline' }) }, 41));
    await settle();
    clock.advance(flushMs);
    expect(cache.getQueryData(keys.overview)).toMatchObject({ openGaps: 3 });
    expect(cache.getQueryData(keys.device('d-1'))).toMatchObject({ state: 'offline' });
    lines[0]?.cut();
    await settle();
    expect(live.state().phase).toBe('waiting');
    clock.advance(1_000);
    await settle();
    expect(lines.map((line) => line.lastEventId)).toEqual([null, '41']);
    expect(live.state().phase).toBe('open');
    live.stop();
  });

  test.each([
    ['when the collector asks for it', 1, { type: 'resync', reason: 'notKept' } as LiveEvent],
    ['when more events come than may wait', 5_001, { type: 'flow', points: [] } as LiveEvent],
  ])('reads everything again %s', async (_what, times, event) => {
    const { clock, cache, lines, live } = stage();
    live.start();
    await settle();
    cache.setQueryData(keys.overview, overview({}));
    lines[0]?.write(frame(event).repeat(times));
    await settle();
    expect(cache.getQueryState(keys.overview)?.isInvalidated).toBe(false);
    clock.advance(flushMs);
    expect(cache.getQueryState(keys.overview)?.isInvalidated).toBe(true);
    live.stop();
  });

  test('tells once that nobody is signed in, and does not ask again', async () => {
    const { clock, lines, live, signedOut } = stage(401);
    live.start();
    await settle();
    clock.advance(120_000);
    await settle();
    expect([signedOut(), lines.length, live.state().phase]).toEqual([1, 1, 'stopped']);
  });

  test('comes back after a refusal of another kind', async () => {
    const { clock, lines, live, signedOut } = stage(503);
    live.start();
    for (let n = 0; n < 4; n++) {
      await settle();
      clock.advance(30_000);
    }
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(signedOut()).toBe(0);
    live.stop();
  });
});
