import { AgentHealth, AgentLines, batchLimits, EpochNo, type LineHealth } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { StreamState } from '../journal/journal.ts';
import { clockJump, clockJumpMs } from './clock-watch.core.ts';
import { agentHealthOf, depthOf, healthLinesMax, moreLinesOf, toldLinesMax } from './health.core.ts';

const state = (change: Partial<StreamState>): StreamState => ({
  epoch: EpochNo.parse(1),
  first: 1,
  last: 10,
  acked: 4,
  bytes: 100,
  oldestUnackedAt: 5_000,
  ...change,
});

describe('agent health', () => {
  test('depth is what is unacknowledged in all lives', () => {
    expect(depthOf([state({}), state({ last: 3, acked: 0, oldestUnackedAt: 7_000 })])).toEqual({
      records: 9,
      bytes: 200,
      oldestUnackedAt: 5_000,
    });
    expect(depthOf([state({ acked: 10, oldestUnackedAt: undefined })])).toEqual({ records: 0, bytes: 100 });
    expect(depthOf([])).toEqual({ records: 0, bytes: 0 });
  });

  test('fits one line whatever the number of lines; the busiest are told', () => {
    const lines = Array.from(
      { length: 300 },
      (_, index): LineHealth => ({
        line: 'x'.repeat(64),
        utilisationPct: index / 3,
        requests: 1e9,
        timeouts: 1e9,
        crcErrors: 1e9,
        noiseBytes: 1e9,
        lateFrames: 1e9,
      }),
    );
    const depth = { records: 1e9, bytes: 1e12, oldestUnackedAt: 1_795_400_000_000 };
    const health = agentHealthOf(
      {
        depths: { money: depth, event: depth, health: depth },
        journal: { storage: 'ballastUsed', syncP50Ms: 1.23456, syncP99Ms: 99.9999, holes: 2 },
        lines,
        host: { rssBytes: 9e7, cpuPct: 12.34567, diskFreeBytes: 1e12, temperatureC: 55.55, clockQuality: 'synced' },
        versions: { agent: '1', node: '24' },
      },
      epochMs(1_795_400_000_000),
    );
    expect(AgentHealth.safeParse(health).error?.issues ?? []).toEqual([]);
    expect(health.lines).toHaveLength(healthLinesMax);
    expect(health.lines[0]?.utilisationPct).toBeCloseTo(99.67, 1);
    expect(JSON.stringify(health).length).toBeLessThan(batchLimits.lineBytes);
    const more = moreLinesOf(lines, epochMs(1_795_400_000_000));
    expect(more).toHaveLength(7);
    for (const line of more) {
      expect(AgentLines.safeParse(line).error?.issues ?? []).toEqual([]);
      expect(JSON.stringify(line).length).toBeLessThan(batchLimits.lineBytes);
    }
    const told = [...health.lines, ...more.flatMap((line) => line.lines)];
    expect(told).toHaveLength(toldLinesMax);
    expect(told.map(({ utilisationPct }) => utilisationPct)).toEqual(
      lines
        .map(({ utilisationPct }) => utilisationPct)
        .sort((a, b) => b - a)
        .slice(0, toldLinesMax),
    );
    expect(moreLinesOf(lines.slice(0, healthLinesMax), epochMs(0))).toEqual([]);
    expect(moreLinesOf(lines.slice(0, healthLinesMax + 1), epochMs(0))).toHaveLength(1);
  });
});

describe('clock watch', () => {
  test.each([
    [0, 1_000, undefined],
    [clockJumpMs, 1_000, undefined],
    [clockJumpMs + 1, 1_000, clockJumpMs + 1],
    [-clockJumpMs, 60_000, undefined],
    [-clockJumpMs - 1, 60_000, -clockJumpMs - 1],
  ])('a step of %i ms within %i ms is told as %s', (step, elapsed, told) => {
    expect(clockJump({ wallMs: 10_000, monoMs: 0 }, { wallMs: 10_000 + elapsed + step, monoMs: elapsed })).toBe(told);
  });
});
