import { DeviceId, type Heartbeat, type Stream } from '@cardwatch/contracts';
import { epochMs, err, ok, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import { Reporter, reportLimits } from './reporter.ts';

const clock = new VirtualClock(epochMs(0));
const written: Record<Stream, number> = { money: 0, event: 0, health: 0 };
let refused = false;
let epoch = true;
const journal = {
  epoch: () => (epoch ? { no: 1, uuid: 'u' } : undefined),
  append: (stream: Stream, lines: readonly Uint8Array[]) => {
    expect(lines.length).toBeLessThanOrEqual(reportLimits.perAppend);
    if (refused) return Promise.resolve(err({ kind: 'full', stream }));
    written[stream] += lines.length;
    return Promise.resolve(ok({ firstSeq: 1, lastSeq: 1 }));
  },
} as unknown as Journal;
const beat: Heartbeat = { type: 'heartbeat', deviceId: DeviceId.parse('d'), state: 'online', since: 0, recordedAt: 0 };

async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    clock.advance(50);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

describe('reporter', () => {
  beforeEach(() => {
    Object.assign(written, { money: 0, event: 0, health: 0 });
    refused = false;
    epoch = true;
  });

  const started = () => {
    const stop = new AbortController();
    const reporter = new Reporter({ journal, clock, log: silentLogger });
    const run = reporter.run(stop.signal);
    return { reporter, stop: async () => (stop.abort(), await pass(1_000), run) };
  };

  test('writes what was reported, and once more at the end', async () => {
    const { reporter, stop } = started();
    await pass(1_000);
    for (let index = 0; index < 600; index++) reporter.health(beat);
    reporter.notice({ notice: 'clockJump', deltaMs: 3_000 });
    await pass(2_000);
    expect(written).toEqual({ money: 0, event: 1, health: 600 });
    reporter.health(beat);
    await stop();
    expect(written.health).toBe(601);
  });

  test('drops the oldest health beyond the limit and keeps notices until they are written', async () => {
    const { reporter, stop } = started();
    refused = true;
    for (let index = 0; index < reportLimits.healthLines; index++) reporter.health(beat);
    expect(reporter.droppedHealth).toBe(0);
    reporter.health(beat);
    expect(reporter.droppedHealth).toBe(1);
    for (let index = 0; index < reportLimits.notices + 1; index++) reporter.notice({ notice: 'clockJump', deltaMs: index });
    await pass(20_000);
    expect(written).toEqual({ money: 0, event: 0, health: 0 });
    refused = false;
    await pass(20_000);
    expect(written).toEqual({ money: 0, event: reportLimits.notices, health: reportLimits.healthLines });
    await stop();
  });

  test('without an epoch health is let go, notices wait', async () => {
    epoch = false;
    const { reporter, stop } = started();
    reporter.health(beat);
    reporter.notice({ notice: 'started' });
    await pass(10_000);
    epoch = true;
    await pass(10_000);
    expect(written).toEqual({ money: 0, event: 1, health: 0 });
    await stop();
  });
});
