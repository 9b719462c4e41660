import { hash } from 'node:crypto';
import { chainInput, EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { crc32c } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chain, chainStart } from './chain.ts';
import {
  fileSalt,
  footerBytes,
  frameBytes,
  frameHeadBytes,
  frameType,
  holesName,
  parseHolesName,
  parseSegmentName,
  segmentHeaderBytes,
  segmentName,
} from './format.ts';
import {
  decodeFooter,
  decodeHole,
  encodeFooter,
  encodeHole,
  frameSource,
  frameTarget,
  isFlippedHead,
  putFrame,
  readBody,
  readHead,
} from './frame.core.ts';
import { decodeHeader, encodeHeader } from './header.core.ts';
import { scanSegment } from './scan.core.ts';
import { ackedEntriesMax, ackedSlotBytes, decodeAcked, decodeEpoch, encodeAcked, encodeEpoch } from './state.core.ts';

const hasher = { sha256: (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer') };
const epoch = EpochNo.parse(7);
const stamp = { wallMs: 1_795_406_400_000, monoMs: 12_345.6 };
const anyLine = fc.uint8Array({ maxLength: 300 });
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anySeq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 });
const anyStream = fc.constantFrom<Stream>(...streams);

/** A file of one segment; the header is left zero, frames begin at 64. */
function segmentFile(lines: readonly Uint8Array[], base: number, salt: number): Uint8Array {
  const target = frameTarget(64 + lines.reduce((sum, line) => sum + frameBytes(line.length), 0), salt);
  let at = 64;
  for (const [index, payload] of lines.entries())
    at = putFrame(target, at, { type: frameType.record, seq: base + index, payload }, stamp);
  return target.bytes;
}

describe('frames', () => {
  test('what is put is read, on a multiple of 8, also into a used buffer', () => {
    fc.assert(
      fc.property(anyLine, anySeq, fc.integer(), fc.integer({ min: -1e12, max: 4e12 }), (payload, seq, salt, wallMs) => {
        const used = frameTarget(512, 0);
        used.bytes.fill(255);
        const target = frameTarget(frameBytes(payload.length), salt >>> 0, used);
        const end = putFrame(target, 0, { type: frameType.record, seq, payload }, { wallMs, monoMs: 1 });
        expect(end % 8).toBe(0);
        const source = frameSource(target.bytes.subarray(0, end), salt >>> 0);
        const head = readHead(source, 0);
        expect(head).toEqual({ type: frameType.record, length: payload.length, seq, wallMs, total: end });
        expect(head === undefined ? undefined : readBody(source, 0, head)).toEqual(payload);
        const clean = frameTarget(end, salt >>> 0);
        putFrame(clean, 0, { type: frameType.record, seq, payload }, { wallMs, monoMs: 1 });
        expect(target.bytes.subarray(0, end)).toEqual(clean.bytes);
      }),
    );
  });

  test('a frame of another file, or with any bit flipped, is not read', () => {
    const target = frameTarget(frameBytes(20), fileSalt('money', 7, 1));
    putFrame(target, 0, { type: frameType.record, seq: 1, payload: new Uint8Array(20).fill(65) }, stamp);
    for (const salt of [fileSalt('event', 7, 1), fileSalt('money', 8, 1), fileSalt('money', 7, 2)])
      expect(readHead(frameSource(target.bytes, salt), 0)).toBeUndefined();
    let flips = 0;
    for (let bit = 0; bit < (40 + 20 + 4) * 8; bit++, flips++) {
      const bytes = target.bytes.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const source = frameSource(bytes, target.salt);
      const head = readHead(source, 0);
      expect(head === undefined ? undefined : readBody(source, 0, head)).toBeUndefined();
      if (bit < 320) expect(isFlippedHead(source, 0)?.seq).toBe(1);
    }
    expect(flips).toBe(512);
  });

  test('zeros and noise are no flipped head', () => {
    expect(isFlippedHead(frameSource(new Uint8Array(64), 5), 0)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 40, maxLength: 40 }),
        (noise) => isFlippedHead(frameSource(noise, 5), 0) === undefined,
      ),
    );
  });

  test('holes and footers come back as they were', () => {
    fc.assert(
      fc.property(
        anySeq,
        fc.integer({ min: 0, max: 1_000 }),
        fc.constantFrom('journalDamage', 'dropped'),
        anyHash,
        (first, more, cause, prevHash) => {
          const hole = { first, last: Math.min(first + more, Number.MAX_SAFE_INTEGER), cause, prevHash } as const;
          const head = { type: frameType.hole, length: 48, seq: first, wallMs: 0, total: 96 };
          expect(decodeHole(head, encodeHole(hole))).toEqual(hole);
        },
      ),
    );
    fc.assert(
      fc.property(anySeq, anyHash, anyHash, (last, endHash, fileHash) => {
        const footer = { count: 5, first: 1, last, endHash, fileHash };
        const head = { type: frameType.footer, length: 88, seq: last, wallMs: 0, total: footerBytes };
        expect(decodeFooter(head, encodeFooter(footer))).toEqual(footer);
      }),
    );
  });
});

describe('headers, names and state files', () => {
  test('a header comes back, and only under its own name', () => {
    fc.assert(
      fc.property(anyStream, fc.integer({ min: 1, max: 2 ** 47 }), anyHash, (stream, base, prevHash) => {
        const key = { stream, epoch, base };
        const header = { key, agent: 0xdeadbeef, createdMs: stamp.wallMs, prevHash };
        const bytes = encodeHeader(header, stamp);
        expect(bytes).toHaveLength(64);
        expect(decodeHeader(bytes, key)).toEqual(header);
        expect(decodeHeader(bytes, { ...key, base: base + 1 })).toBeUndefined();
        bytes[33] = (bytes[33] ?? 0) ^ 1;
        expect(decodeHeader(bytes, key)).toBeUndefined();
      }),
    );
  });

  test('file names are taken only as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), anySeq, (no, base) => {
        expect(parseSegmentName(segmentName(no, base))).toEqual({ epoch: no, base });
        expect(parseHolesName(holesName(no))).toBe(no);
      }),
    );
    const refused = [
      '0-00000000000000000001.seg',
      '1-00000000000000000000.seg',
      '01-00000000000000000001.seg',
      '1-1.seg',
      '1-00000000000000000001.seg.new',
      '4294967296-00000000000000000001.seg',
      'x',
    ];
    for (const name of refused) expect(parseSegmentName(name)).toBeUndefined();
    for (const name of ['0.holes', '01.holes', '1.holes.new', '4294967296.holes']) expect(parseHolesName(name)).toBeUndefined();
  });

  test('epoch.state comes back; any flipped bit makes it nothing', () => {
    const state = { no: epoch, uuid: '018f4d2e-0000-7000-8000-000000000001', agent: 77 };
    const bytes = encodeEpoch(state);
    expect(decodeEpoch(bytes)).toEqual(state);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bad = bytes.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeEpoch(bad)).toBeUndefined();
    }
  });

  test('acked.state: the newer valid slot counts, and what does not fit is left out', () => {
    const entries = Array.from({ length: ackedEntriesMax + 1 }, (_, index) => ({
      stream: 'money' as const,
      epoch: index + 1,
      acked: index * 3,
      gone: index % 2,
    }));
    const older = encodeAcked({ generation: 4, entries: entries.slice(0, 2) });
    const newer = encodeAcked({ generation: 5, entries });
    const file = new Uint8Array(2 * ackedSlotBytes);
    file.set(older, 0);
    file.set(newer, ackedSlotBytes);
    expect(decodeAcked(file)).toEqual({ generation: 5, entries: entries.slice(0, ackedEntriesMax) });
    file[ackedSlotBytes + 100] = 255;
    expect(decodeAcked(file)).toEqual({ generation: 4, entries: entries.slice(0, 2) });
    file[100] = 255;
    expect(decodeAcked(file)).toBeUndefined();
    expect(decodeAcked(new Uint8Array(0))).toBeUndefined();
    expect(decodeAcked(older)).toEqual({ generation: 4, entries: entries.slice(0, 2) });
  });
});

describe('the chain', () => {
  test('is the one of the contract', () => {
    const chain = new Chain(hasher);
    fc.assert(
      fc.property(anyHash, anySeq, anyLine, (previous, seq, line) => {
        expect(chain.next(previous, seq, line)).toEqual(hasher.sha256(chainInput(previous, seq, line)));
      }),
    );
    const over = hasher.sha256(chainInput(hasher.sha256(chainInput(chainStart(), 1, new Uint8Array())), 2, new Uint8Array()));
    expect(chain.overHole(chainStart(), 1, 2)).toEqual(over);
    expect(chain.overHole(chainStart(), 3, 2)).toEqual(chainStart());
  });
});

describe('walking a segment', () => {
  const chain = new Chain(hasher);
  const base = 10;
  const salt = fileSalt('money', 7, base);
  const scan = (bytes: Uint8Array, nextBase?: number) =>
    scanSegment({ bytes, base, salt, prevHash: chainStart(), nextBase }, chain);

  test('any bytes at all: it ends, invents nothing, and accounts for every number once', () => {
    fc.assert(
      fc.property(
        fc.array(anyLine, { minLength: 1, maxLength: 12 }),
        fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 6 }),
        fc.nat(),
        (lines, damages, cut) => {
          const bytes = segmentFile(lines, base, salt);
          for (const { at, byte } of damages) bytes[at % bytes.length] = byte;
          const seen: number[] = [];
          const result = scanSegment(
            {
              bytes: bytes.subarray(0, bytes.length - (cut % bytes.length) * (cut % 2)),
              base,
              salt,
              prevHash: chainStart(),
              onRecord: (seq, line) => {
                seen.push(seq);
                expect(line).toEqual(lines[seq - base]);
              },
            },
            chain,
          );
          const lost = result.damages.flatMap(({ first, last }) =>
            Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i),
          );
          const all = [...seen, ...lost].sort((a, b) => a - b);
          expect(all).toEqual(Array.from({ length: result.lastSeq - base + 1 }, (_, i) => base + i));
          expect(result.lastSeq).toBeLessThan(base + lines.length);
          expect(result.count).toBe(seen.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('another segment has the numbers from its base on', () => {
    const lines = [1, 2, 3, 4, 5].map((n) => Uint8Array.of(n));
    const bytes = segmentFile(lines, base, salt);
    expect(scan(bytes, 13)).toMatchObject({ count: 3, lastSeq: 12, damages: [], tail: 'clean' });
    bytes[64 + 48 * 1] = 0;
    expect(scan(bytes, 13)).toMatchObject({ count: 2, lastSeq: 12, damages: [{ first: 11, last: 11 }] });
  });

  test('damage at the end of a file that ends within a frame lies in the file', () => {
    const whole = segmentFile([Uint8Array.of(1, 2, 3)], base, salt);
    expect(whole.length).toBe(segmentHeaderBytes + 48);
    whole[segmentHeaderBytes + frameHeadBytes] = 0;
    const cut = whole.subarray(0, segmentHeaderBytes + frameHeadBytes + 3 + 4);
    for (const bytes of [whole, cut])
      expect(scan(bytes)).toMatchObject({
        lastSeq: 10,
        end: bytes.length,
        damages: [{ from: segmentHeaderBytes, to: bytes.length, first: 10, last: 10 }],
      });
    expect(cut.length).toBe(whole.length - 1);
  });

  test('pure noise is a torn tail', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 2_000 }),
        (noise) => scan(noise).count === 0 && scan(noise).damages.length === 0,
      ),
    );
  });

  test('the check value of the checksum', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });
});
