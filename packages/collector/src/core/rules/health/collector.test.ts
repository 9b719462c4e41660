import { describe, expect, test } from 'vitest';
import type { CollectorFact } from '../../world/world.core.ts';
import { at, findingsOf, found, SampleWorld } from '../sample-world.core.ts';

const now = at('12:05');
const mebi = 1_048_576;

describe('collectorHealth', () => {
  const collector = (more: Partial<CollectorFact>): SampleWorld => {
    const drawn = new SampleWorld();
    const well = { ingestLagMs: 0, watchLagMs: 0, diskFreeBytes: 90_000 * mebi, storeWritable: true, brokerUp: true, at: now };
    drawn.world.collectorSaid({ ...well, ...more });
    return drawn;
  };
  test.each([
    ['has said nothing', new SampleWorld(), ''],
    ['well', collector({}), ''],
    ['29 s behind', collector({ ingestLagMs: 29_000 }), ''],
    ['30 s behind', collector({ ingestLagMs: 30_000 }), 'band 2 ingestLag'],
    ['120 s behind', collector({ ingestLagMs: 120_000 }), 'breach 2 ingestLag'],
    ['the watch is behind', collector({ watchLagMs: 120_000 }), 'breach 2 watchLag'],
    ['3 GiB free', collector({ diskFreeBytes: 3_072 * mebi }), 'band 2 disk'],
    ['2 GiB free', collector({ diskFreeBytes: 2_048 * mebi }), 'breach 2 disk'],
    ['cannot tell its disk', collector({ diskFreeBytes: null }), ''],
    ['the breach before the band', collector({ ingestLagMs: 30_000, diskFreeBytes: 1 }), 'breach 2 disk'],
    ['cannot write', collector({ storeWritable: false, ingestLagMs: 500_000 }), 'breach 1 store'],
    ['no broker', collector({ brokerUp: false }), 'breach 1 broker'],
    ['alarms that nobody hears of', collector({ telling: { what: 'audit', count: 3 }, diskFreeBytes: 1 }), 'breach 1 telling'],
    ['a way that the daily test did not get through', collector({ telling: { what: 'test', count: 1 } }), 'breach 2 wayTest'],
    ['nothing wrong with its telling', collector({ telling: null }), ''],
    ['said long ago', collector({ brokerUp: false, at: at('12:03:59') }), 'unknown 1 broker'],
  ])('%s', (_what, drawn, wanted) => {
    const findings = findingsOf('collectorHealth', drawn, now);
    expect(findings.map(({ grade, level, reason }) => `${grade} ${level} ${reason.values['what']}`).join(', ')).toBe(wanted);
  });
});

describe('testAlarm', () => {
  test.each([
    ['09:06:59', {}, ''],
    ['09:07', {}, 'breach 3 collector:collector'],
    ['09:08:59', {}, 'breach 3 collector:collector'],
    ['09:09', {}, ''],
    ['23:59', { at: '23:58', minutes: 5, level: 1 }, 'breach 1 collector:collector'],
    ['24:02', { at: '23:58', minutes: 5, level: 1 }, 'breach 1 collector:collector'],
    ['24:03', { at: '23:58', minutes: 5, level: 1 }, ''],
  ])('at %s with %j', (clock, params, wanted) => {
    expect(found('testAlarm', new SampleWorld(), at(clock), params)).toBe(wanted);
  });

  test('ends by itself', () => {
    expect(findingsOf('testAlarm', new SampleWorld(), at('09:07:30'))[0]?.holdsUntil).toBe(at('09:09'));
  });
});
