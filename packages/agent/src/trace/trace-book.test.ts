import type { DriverIo } from '@cardwatch/drivers';
import { epochMs, minuteMs, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { TraceBook, traceLimits } from './trace-book.ts';

const frame = (hex: string) => ({ way: 'sent', at: epochMs(0), hex }) as const;

describe('trace', () => {
  test('is absent until it is started, is of one device alone, and ends by itself', () => {
    const clock = new VirtualClock(epochMs(0));
    const book = new TraceBook(clock);
    const [one, two] = [book.ioOf({} as DriverIo, 'a'), book.ioOf({} as DriverIo, 'b')];
    expect(one.trace).toBeUndefined();
    expect(book.start('a', 60).ok).toBe(true);
    one.trace?.(frame('01'));
    two.trace?.(frame('02'));
    const held = one.trace;
    clock.advance(traceLimits.minutes * minuteMs - 1);
    one.trace?.(frame('03'));
    expect(book.view('a')?.running).toBe(true);
    clock.advance(1);
    expect(one.trace).toBeUndefined();
    held?.(frame('04'));
    expect(book.view('a')).toMatchObject({
      running: false,
      seen: 2,
      frames: [
        { n: 1, hex: '01' },
        { n: 2, hex: '03' },
      ],
    });
    expect(book.view('b')).toBeUndefined();
    clock.advance(traceLimits.keptMs);
    expect(book.view('a')).toBeUndefined();
  });

  test('keeps the newest frames, each cut', () => {
    const book = new TraceBook(new VirtualClock(epochMs(0)));
    const io = book.ioOf({} as DriverIo, 'a');
    book.start('a', 1);
    for (let n = 1; n <= traceLimits.frames; n++) io.trace?.(frame(String(n)));
    expect(book.view('a')?.frames[0]?.n).toBe(1);
    io.trace?.(frame('f'.repeat(traceLimits.chars + 1)));
    const view = book.view('a');
    expect([view?.seen, view?.frames.length, view?.frames[0]?.n]).toEqual([traceLimits.frames + 1, traceLimits.frames, 2]);
    expect(view?.frames.at(-1)?.hex).toBe(`${'f'.repeat(traceLimits.chars)}…(${traceLimits.chars + 1})`);
    expect(book.view('a', traceLimits.frames)?.frames.map(({ n }) => n)).toEqual([traceLimits.frames + 1]);
  });

  test('runs of so many devices at once and no more', () => {
    const book = new TraceBook(new VirtualClock(epochMs(0)));
    for (let n = 0; n < traceLimits.devices; n++) expect(book.start(`d${n}`, 1).ok).toBe(true);
    expect(book.start('one-more', 1)).toEqual({ ok: false, error: { kind: 'tooMany', limit: traceLimits.devices } });
    expect(book.start('d0', 1).ok).toBe(true);
    book.stop('d1');
    expect(book.start('one-more', 1).ok).toBe(true);
    expect(book.list().filter(({ running }) => running)).toHaveLength(traceLimits.devices);
  });
});
