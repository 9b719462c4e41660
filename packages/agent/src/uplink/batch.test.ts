import { AgentId, batchLimits, EpochNo, InstanceId, splitBatch } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import type { JournalSlice } from '../journal/journal.ts';
import { buildBatch, compressFromBytes, type HeadStart } from './batch.ts';

const start: HeadStart = {
  agent: AgentId.parse('a1'),
  stream: 'money',
  instance: InstanceId.parse('0'.repeat(32)),
  lane: 'live',
};
const slice = (lines: readonly string[], hole?: JournalSlice['hole']): JournalSlice => ({
  epoch: EpochNo.parse(3),
  entries: lines.map((line, index) => ({ seq: 11 + index, line: new TextEncoder().encode(line) })),
  hole,
  prevHash: new Uint8Array(32).fill(1),
  endHash: new Uint8Array(32).fill(2),
});
const half = (body: Uint8Array): Uint8Array => body.slice(0, body.length >> 1);

describe('batch', () => {
  test('carries the lines byte for byte between the hashes on both sides', () => {
    const lines = ['{"a":1}', '{"名":"竹"}'];
    const split = splitBatch(buildBatch(slice(lines), start, half).wire);
    expect(split.ok && split.value.lines.map((line) => new TextDecoder().decode(line))).toEqual(lines);
    expect(split.ok && split.value.head).toMatchObject({
      epoch: 3,
      firstSeq: 11,
      lastSeq: 12,
      prevHash: '01'.repeat(32),
      endHash: '02'.repeat(32),
      lane: 'live',
    });
  });

  test.each(['journalDamage', 'dropped'] as const)('declares a hole as lost: %s', (cause) => {
    const split = splitBatch(buildBatch(slice([], { first: 5, last: 4_000, cause }), start, half).wire);
    expect(split.ok && split.value).toMatchObject({ head: { firstSeq: 5, lastSeq: 4_000, lost: cause }, lines: [] });
  });

  test('is compressed above the limit alone, and only when that helps', () => {
    const short = buildBatch(slice(['x']), start, () => new Uint8Array(1));
    expect(short.wire.length).toBeGreaterThan(1);
    const long = slice(['x'.repeat(compressFromBytes)]);
    expect(buildBatch(long, start, () => new Uint8Array(9)).wire.length).toBe(9);
    expect(buildBatch(long, start, (body) => new Uint8Array(body.length + 1)).wire.length).toBeGreaterThan(compressFromBytes);
  });

  test('what the wire does not carry is a bug, told before it is sent', () => {
    const fits = Array.from({ length: 31 }, () => 'x'.repeat(batchLimits.lineBytes));
    expect(() => buildBatch(slice(fits), start, (body) => body)).not.toThrow();
    expect(() => buildBatch(slice([...fits, ...fits]), start, (body) => body)).toThrow(/wire limit/);
    expect(() => buildBatch(slice([]), start, half)).toThrow(/entries or a hole/);
  });
});
