import { VirtualClock, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { FrameWatch } from './frame-watch.ts';
import { Framer, frameLimits, replyFrame } from './frame.core.ts';
import { upperHex } from './message.core.ts';

const frame = (length: number): Uint8Array => Uint8Array.of(length >> 8, length & 0xff, ...new Uint8Array(length).fill(0x60));

describe('framing', () => {
  test('a length at the limit is a frame, one above breaks the stream for good', () => {
    const framer = new Framer();
    expect(framer.feed(frame(frameLimits.lengthMax)).map(({ bytes }) => bytes.length)).toEqual([frameLimits.lengthMax]);
    expect(framer.feed(frame(frameLimits.lengthMax + 1))).toEqual([]);
    expect(framer.broken).toEqual({ atByte: frameLimits.lengthMax + 2, reason: 'length 2049, at most 2048' });
    expect(framer.feed(frame(20))).toEqual([]);
  });

  test('byte by byte, keep-alives between', () => {
    const framer = new Framer();
    const found = [...frame(3), 0, 0, ...frame(2)].flatMap((byte) => framer.feed(Uint8Array.of(byte)));
    expect(found.map(({ atByte, bytes }) => [atByte, bytes.length])).toEqual([
      [0, 3],
      [5, 0],
      [7, 2],
    ]);
    expect(framer.pendingBytes).toBe(0);
  });

  test('frames are copies: a socket may reuse its buffer', () => {
    const chunk = Buffer.from(frame(4));
    const [first] = new Framer().feed(chunk);
    chunk.fill(0);
    expect([...(first?.bytes ?? [])]).toEqual([0x60, 0x60, 0x60, 0x60]);
  });

  test('a reply swaps the addresses and sets the processing nibble', () => {
    const reply = replyFrame({ tpdu: '6000030000', header: '602200000000' }, Uint8Array.of(0x08, 0x30), 'state');
    expect(upperHex(reply)).toBe('000D60000000036022020000000830');
  });
});

describe('waiting', () => {
  const open = () => {
    const clock = new VirtualClock(epochMs(0));
    const told: string[] = [];
    const watch = new FrameWatch(clock, { frameTimeoutMs: 5_000, idleTimeoutMs: 60_000 }, (what) =>
      told.push(`${what} at ${clock.mono()}`),
    );
    return { clock, told, watch };
  };

  test('between frames the idle time counts, within a frame the pause', () => {
    const { clock, told, watch } = open();
    clock.advance(50_000);
    watch.heard(true);
    clock.advance(4_000);
    watch.heard(false);
    clock.advance(59_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['idle at 114000']);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  test('a frame that trickles ends after twelve pauses', () => {
    const { clock, told, watch } = open();
    for (let second = 0; second < 70 && told.length === 0; second++) {
      watch.heard(true);
      clock.advance(1_000);
    }
    expect(told).toEqual(['frame at 60000']);
  });

  test('a half frame ends after one pause', () => {
    const { clock, told, watch } = open();
    watch.heard(true);
    clock.advance(10_000);
    expect(told).toEqual(['frame at 5000']);
  });
});
