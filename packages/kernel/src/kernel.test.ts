import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addRange,
  bcdBytes,
  bcdDigits,
  businessDay,
  contiguousUpto,
  crc16Modbus,
  crc32c,
  epochFromShanghai,
  epochMs,
  fenFromYuan,
  fromHex,
  inRanges,
  missingIn,
  type RangeSet,
  SeededRandom,
  shanghaiFromEpoch,
  toHex,
  VirtualClock,
  yuanFromFen,
} from './index.ts';

const check = new TextEncoder().encode('123456789');

describe('checksums', () => {
  test('give the published check values', () => {
    expect(crc16Modbus(check)).toBe(0x4b37);
    expect(crc32c(check)).toBe(0xe3069283);
  });

  test('crc32c is the bitwise one, over a part as over its copy', () => {
    const bitwise = (bytes: Uint8Array, seed: number): number => {
      let crc = ~seed;
      for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
      return ~crc >>> 0;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(0xffffffff), fc.nat(100), fc.nat(100), (bytes, seed, a, b) => {
        const from = Math.min(a, b, bytes.length);
        const to = Math.min(Math.max(a, b), bytes.length);
        expect(crc32c(bytes, seed, from, to)).toBe(bitwise(bytes.slice(from, to), seed));
      }),
    );
    expect(() => crc32c(check, 0, 0, 10)).toThrow(RangeError);
  });

  test('crc32c continues from an earlier result', () => {
    expect(crc32c(check.subarray(4), crc32c(check.subarray(0, 4)))).toBe(0xe3069283);
  });
});

describe('ranges', () => {
  test('agree with a plain set of integers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))), (adds) => {
        const model = new Set<number>();
        let set: RangeSet = [];
        for (const [first, length] of adds) {
          set = addRange(set, first, first + length);
          for (let n = first; n <= first + length; n++) model.add(n);
        }
        for (let n = 0; n <= 70; n++) expect(inRanges(set, n)).toBe(model.has(n));
        for (let i = 1; i < set.length; i++) expect(set[i]?.[0]).toBeGreaterThan((set[i - 1]?.[1] ?? 0) + 1);
        const missing = missingIn(set, 1, 70).flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
        expect(missing).toEqual(Array.from({ length: 70 }, (_, i) => i + 1).filter((n) => !model.has(n)));
        let upto = 0;
        while (model.has(upto + 1)) upto++;
        expect(contiguousUpto(set, 1)).toBe(upto);
      }),
    );
  });
});

describe('time', () => {
  test('Shanghai civil time and epoch are inverse', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        const at = epochMs(seconds * 1000);
        expect(epochFromShanghai(shanghaiFromEpoch(at))).toBe(at);
      }),
    );
  });

  test.each([
    [2026, 2, 29],
    [2026, 13, 1],
    [2026, 4, 31],
    [2000, 0, 0],
  ])('refuses %i-%i-%i', (year, month, day) => {
    expect(epochFromShanghai({ year, month, day, hour: 0, minute: 0, second: 0 })).toBeUndefined();
  });

  test('the business day turns at midnight in Shanghai', () => {
    expect(businessDay(epochMs(Date.UTC(2026, 2, 8, 15, 59, 59)))).toBe('2026-03-08');
    expect(businessDay(epochMs(Date.UTC(2026, 2, 8, 16, 0, 0)))).toBe('2026-03-09');
  });
});

describe('virtual clock', () => {
  test('fires by due time, then by order of creation, and not what was cancelled', () => {
    const clock = new VirtualClock(epochMs(1_000));
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b@${clock.mono()}`));
    clock.after(10, () => fired.push(`a@${clock.mono()}`));
    clock.after(20, () => fired.push(`c@${clock.mono()}`));
    const cancel = clock.after(15, () => fired.push('never'));
    cancel();
    clock.advance(19);
    expect(fired).toEqual(['a@10']);
    clock.stepWall(-500);
    clock.advance(1);
    expect(fired).toEqual(['a@10', 'b@20', 'c@20']);
    expect(clock.now()).toBe(520);
  });

  test('keeps order over many random timers', () => {
    const random = new SeededRandom(7);
    const clock = new VirtualClock(epochMs(0));
    const seen: number[] = [];
    for (let i = 0; i < 500; i++) {
      const delay = Math.floor(random.next() * 1000);
      clock.after(delay, () => seen.push(delay));
    }
    clock.advance(1000);
    expect(seen).toHaveLength(500);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('codings', () => {
  test('BCD and hex are inverse and refuse what they cannot hold', () => {
    expect(bcdDigits(bcdBytes('0123456789'))).toBe('0123456789');
    expect(bcdDigits(Uint8Array.of(0x1a))).toBeUndefined();
    expect(toHex(fromHex('00 ff 1A') ?? new Uint8Array())).toBe('00ff1a');
    expect(fromHex('0')).toBeUndefined();
    expect(fromHex('zz')).toBeUndefined();
  });

  test('yuan text becomes fen by digits, never by floating point', () => {
    expect(fenFromYuan('1.1')).toEqual({ ok: true, value: 110 });
    expect(fenFromYuan('-0.07')).toEqual({ ok: true, value: -7 });
    for (const bad of ['', '1.234', '1e3', '1,000', '￥5', '.5']) expect(fenFromYuan(bad).ok).toBe(false);
    expect(yuanFromFen(-7)).toBe('-0.07');
    expect(yuanFromFen(1_234_567)).toBe('12345.67');
  });

  test('the same seed gives the same stream', () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 4 }, () => random.next());
    };
    expect(draw(42)).toEqual(draw(42));
    expect(draw(42)).not.toEqual(draw(43));
  });
});
