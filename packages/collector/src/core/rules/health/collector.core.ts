/** The watch on itself: the collector's own health, and the alarm of each day that proves the way to a person. */
import { type EpochMs, epochMs, minuteMs, secondMs, shanghaiOffsetMs, dayMs } from '@cardwatch/kernel';
import { AlarmLevel } from '@cardwatch/contracts/watch';
import { z } from 'zod';
import type { CollectorFact } from '../../world/world.core.ts';
import { measured, ofCollector, type Said } from '../finding.core.ts';
import { type Finding, type Grade, look } from '../rule.core.ts';

const CollectorParams = z.strictObject({
  lagSeconds: z.int().min(5).max(3_600),
  clearLagSeconds: z.int().min(1).max(3_600),
  freeMebibytes: z.int().min(64).max(10_000_000),
  clearMebibytes: z.int().min(64).max(10_000_000),
  staleSeconds: z.int().min(10).max(3_600),
});
type CollectorParams = z.infer<typeof CollectorParams>;
const mebi = 1_048_576;

/** The collector cannot write, has no broker or does not tell (1), is behind what it receives (2), or runs out of disk (2). The worst is told. */
export const collectorHealth = look({
  id: 'collectorHealth',
  source: 'M-6',
  params: CollectorParams,
  defaults: { lagSeconds: 120, clearLagSeconds: 30, freeMebibytes: 2_048, clearMebibytes: 3_072, staleSeconds: 60 },
  timing: { raiseAfterMs: 30 * secondMs, clearAfterMs: minuteMs, nOfM: null },
  look({ collector }, params, now): readonly Finding[] {
    if (collector === undefined) return [];
    const worst = worstOf(collector, params);
    if (worst === undefined) return [];
    const stale = now - collector.at > params.staleSeconds * secondMs;
    return [ofCollector(stale ? { ...worst, grade: 'unknown' } : worst)];
  },
});

function worstOf(collector: CollectorFact, params: CollectorParams): Said | undefined {
  const said = (grade: Grade, level: AlarmLevel, what: string, value: number, unit: string): Said => ({
    rule: 'collectorHealth',
    grade,
    level,
    values: { what, value, unit },
    evidence: measured(value, unit),
  });
  const stopped = collector.storeWritable ? (collector.brokerUp ? undefined : 'broker') : 'store';
  if (stopped !== undefined) return { rule: 'collectorHealth', grade: 'breach', level: 1, values: { what: stopped } };
  const { telling } = collector;
  if (telling?.what === 'audit') return said('breach', 1, 'telling', telling.count, '');
  const untold = telling?.what === 'test' ? [said('breach', 2, 'wayTest', telling.count, '')] : [];
  const behind = (what: string, lagMs: number): Said[] => {
    const seconds = Math.round(lagMs / secondMs);
    if (seconds < params.clearLagSeconds) return [];
    return [said(seconds >= params.lagSeconds ? 'breach' : 'band', 2, what, seconds, 's')];
  };
  const free = collector.diskFreeBytes === null ? Number.POSITIVE_INFINITY : collector.diskFreeBytes / mebi;
  const disk =
    free > params.clearMebibytes
      ? []
      : [said(free <= params.freeMebibytes ? 'breach' : 'band', 2, 'disk', Math.round(free), 'MiB')];
  const all = [...behind('ingestLag', collector.ingestLagMs), ...behind('watchLag', collector.watchLagMs), ...disk, ...untold];
  return all.find(({ grade }) => grade === 'breach') ?? all[0];
}

/** The daily synthetic alarm. It is on in its minutes and proves the whole way to a person; it counts in no statistics. */
export const testAlarm = look({
  id: 'testAlarm',
  source: 'M-5',
  params: z.strictObject({
    /** Asia/Shanghai, `09:07`. */
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    minutes: z.int().min(1).max(60),
    level: AlarmLevel,
  }),
  defaults: { at: '09:07', minutes: 2, level: 3 as AlarmLevel },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  look(_world, { at, minutes, level }, now): readonly Finding[] {
    const began = beganAt(at, now);
    if (now - began >= minutes * minuteMs) return [];
    const found = ofCollector({ rule: 'testAlarm', grade: 'breach', level });
    return [{ ...found, holdsUntil: epochMs(began + minutes * minuteMs) }];
  },
});

/** The last time that the clock showed `at`. */
function beganAt(at: string, now: EpochMs): EpochMs {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const midnight = now - ((now + shanghaiOffsetMs) % dayMs);
  const today = midnight + (hours * 60 + minutes) * minuteMs;
  return epochMs(today > now ? today - dayMs : today);
}
