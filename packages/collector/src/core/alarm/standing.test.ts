import { describe, expect, test } from 'vitest';
import { exposureDto } from '../../services/exposure/show.ts';
import { at, moneyOf, SampleWorld } from '../rules/sample-world.core.ts';
import { standingsOf } from './standing.core.ts';

const canteen = { campus: 'main', area: 'main/b3/canteen', areaType: 'canteen' } as const;
const bath = { campus: 'yibin', area: 'yibin/b1/bath', areaType: 'bathhouse', kind: 'shower', agentId: 'agent-b' } as const;

/** Lunch: two terminals of a canteen, one of which keeps records; a bathhouse that is shut; an agent that holds ten records. */
function lunch(): SampleWorld {
  const sample = new SampleWorld()
    .device('pos-1', { ...canteen, uncollected: 4, lastRecordAt: at('11:58') })
    .device('pos-2', { ...canteen, state: 'offline', since: at('11:50') })
    .device('shower-1', { ...bath, state: 'offline', since: at('09:00') })
    .agent('agent-a', { backlogRecords: 10, backlogOldestAt: at('11:40') })
    .agent('agent-b')
    .expects('main/b3/canteen', 'records', 120)
    .expects('pos-2', 'records', 60)
    .expects('pos-2', 'amountFen', 60_000);
  for (const [no, clock] of ['08:00', '11:56', '11:57'].entries())
    sample.money(moneyOf('pos-1', at(clock), { recordNo: no + 1 }));
  return sample;
}

describe('what is in transit, place by place', () => {
  const all = exposureDto(standingsOf(lunch().world, at('12:00:30')), null);

  test('counted in terminals and agents, estimated where nobody answers, each once', () => {
    // four that wait and ten that sold unheard in the terminals, ten in the agent; each worth what was sold for on average
    expect(all.total.exposure).toEqual({
      records: 24,
      fen: 4 * 1_200 + 10_000 + 10 * 1_200,
      estimated: true,
      oldestAt: at('11:40'),
    });
    expect(all.inAgents).toEqual({ records: 10, fen: 12_000, estimated: true, oldestAt: at('11:40') });
  });

  test('an agent counts for the kind of place that its devices have in common', () => {
    expect(all.clusters.map(({ areaType, exposure }) => [areaType, exposure.records])).toEqual([
      ['canteen', 24],
      ['bathhouse', 0],
    ]);
  });

  test('who answers counts in opening hours alone', () => {
    expect(all.clusters.map(({ open, openOnline, devices }) => [devices, open, openOnline])).toEqual([
      [2, 2, 1],
      [1, 0, 0],
    ]);
  });

  test('five whole minutes beside what is normal; nothing is normal where nothing was learned', () => {
    const [here, there] = all.areas;
    expect(here?.recent).toMatchObject({ records: 2, amountFen: 2_400, expected: { median: 10 } });
    expect(there?.recent).toEqual({ records: 0, amountFen: 0, expected: null });
    expect(all.total.recent.expected).toBeNull();
  });

  test('areas narrow it, and what an agent holds of both is of neither', () => {
    const both = lunch().device('shower-2', { ...bath, agentId: 'agent-a' });
    const standings = standingsOf(both.world, at('12:00:30'));
    const mine = exposureDto(standings, ['main']);
    expect([mine.total.exposure.records, mine.inAgents.records, mine.campuses.map(({ campus }) => campus)]).toEqual([
      14,
      0,
      ['main'],
    ]);
    expect(exposureDto(standings, null).total.exposure.records).toBe(24);
    expect(exposureDto(standings, ['elsewhere']).total.devices).toBe(0);
  });
});

test('of an agent, payments alone count', () => {
  const heldPayments = { records: 3, oldestAt: at('11:59') };
  const sample = lunch().agent('agent-a', { backlogRecords: 500, backlogOldestAt: at('11:00'), heldPayments });
  expect(exposureDto(standingsOf(sample.world, at('12:00:30')), null).inAgents).toMatchObject({
    records: 3,
    oldestAt: at('11:59'),
  });
});

test('of nothing there is nothing', () => {
  const none = exposureDto(standingsOf(new SampleWorld().world, at('12:00')), null);
  expect(none).toMatchObject({
    total: { exposure: { records: 0, fen: null }, devices: 0 },
    clusters: [],
    campuses: [],
    areas: [],
  });
});
