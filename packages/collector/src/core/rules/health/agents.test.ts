import { dayMs, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { AgentFact } from '../../world/world.core.ts';
import { at, findingsOf, found, moneyOf, SampleWorld } from '../sample-world.core.ts';

const now = at('12:05');
const agent = (more: Partial<AgentFact> = {}): SampleWorld => new SampleWorld().agent('agent-a', more);
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('offlineSelling', () => {
  const alone = { state: 'sellingOffline', cause: 'uplinkDown', since: at('11:55') } as const;
  const lost = { state: 'offline', since: at('11:55') } as const;
  test.each([
    ['online', agent().device('pos-1'), ''],
    ['alone in a meal', agent().device('pos-1', alone), 'breach 2 device:pos-1'],
    ['alone in a shop', agent().device('pos-1', { ...alone, areaType: 'shop' }), 'breach 3 device:pos-1'],
    ['alone for a minute', agent().device('pos-1', { ...alone, since: at('12:04') }), ''],
    ['in maintenance', agent().device('pos-1', { ...alone, maintenance: true }), ''],
    [
      'terminals behind a lost agent that sell by now',
      agent(lost).device('pos-1', { state: 'unknown', cause: 'agentLost' }).expects('pos-1', 'amountFen', 60_000),
      'unknown 3 device:pos-1, breach 2 agent:agent-a',
    ],
    [
      'terminals behind a lost agent that sold in the hour before',
      agent(lost)
        .device('pos-1', { state: 'unknown' })
        .money(moneyOf('pos-1', at('11:30'))),
      'breach 2 agent:agent-a',
    ],
    ['a lost agent whose terminals sell nothing now', agent(lost).devices('pos', 3, { state: 'unknown' }), ''],
    ['a lost agent without terminals', agent(lost).device('g-1', { kind: 'gate' }).expects('g-1', 'amountFen', 60_000), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('offlineSelling', drawn, now)).toBe(wanted);
  });

  test('says how much money is on its way, and from which days that is known', () => {
    const drawn = agent()
      .device('pos-1', { ...alone, uncollected: 17 })
      .expects('pos-1', 'amountFen', 60_000);
    const [finding] = findingsOf('offlineSelling', drawn, now);
    expect(finding?.reason.values).toMatchObject({ value: 10_000, unit: 'fen', count: 17, minutes: 10 });
    expect(finding?.evidence?.sampleDays).toEqual(['2026-11-09', '2026-11-16', '2026-11-20']);
  });
});

describe('backlog', () => {
  const old = (clock: string) => ({ backlogRecords: 1, backlogOldestAt: at(clock) });
  test.each([
    ['2,500 records', agent({ backlogRecords: 2_500 }), ''],
    ['2,501 records', agent({ backlogRecords: 2_501 }), 'band 2 agent:agent-a'],
    ['5,000 records', agent({ backlogRecords: 5_000 }), 'band 2 agent:agent-a'],
    ['5,001 records', agent({ backlogRecords: 5_001 }), 'breach 2 agent:agent-a'],
    ['a quarter of an hour', agent(old('11:50')), ''],
    ['16 minutes', agent(old('11:49')), 'band 2 agent:agent-a'],
    ['half an hour', agent(old('11:35')), 'band 2 agent:agent-a'],
    ['31 minutes', agent(old('11:34')), 'breach 2 agent:agent-a'],
    ['lost with it', agent({ ...old('11:34'), state: 'offline' }), 'unknown 2 agent:agent-a'],
    ['in a terminal', agent().device('pos-1', { uncollected: 5_001 }), 'breach 2 device:pos-1'],
    ['in a terminal, band', agent().device('pos-1', { uncollected: 5_000 }), 'band 2 device:pos-1'],
    [
      'in a terminal that is not heard',
      agent().device('pos-1', { uncollected: 5_001, state: 'unknown' }),
      'unknown 2 device:pos-1',
    ],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('backlog', drawn, now)).toBe(wanted);
  });
});

describe('agentDisk', () => {
  const free = (mebibytes: number, more: Partial<AgentFact> = {}) => agent({ diskFreeBytes: mebibytes * 1_048_576, ...more });
  test.each([
    ['does not tell', agent({ diskFreeBytes: null }), ''],
    ['1,537 MiB', free(1_537), ''],
    ['1,536 MiB', free(1_536), 'band 3 agent:agent-a'],
    ['1,024 MiB', free(1_024), 'breach 3 agent:agent-a'],
    ['256 MiB', free(256), 'breach 2 agent:agent-a'],
    ['lost', free(256, { state: 'offline' }), 'unknown 2 agent:agent-a'],
    ['never seen', free(256, { state: 'neverSeen' }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('agentDisk', drawn, now)).toBe(wanted);
  });
});

test.each([
  ['ok', ''],
  [null, ''],
  ['tight', 'breach 3 agent:agent-a'],
  ['ballastUsed', 'breach 2 agent:agent-a'],
  ['failed', 'breach 1 agent:agent-a'],
] as const)('agentStorage %s', (storage, wanted) => {
  expect(found('agentStorage', agent({ storage }), now)).toBe(wanted);
  expect(found('agentStorage', agent({ storage, state: 'offline' }), now)).toBe(wanted.replace('breach', 'unknown'));
});

test.each([
  ['one', agent(), ''],
  ['two', agent({ duplicateIdentity: true }), 'breach 2 agent:agent-a'],
] satisfies Table)('duplicateIdentity: %s of one identity', (_what, drawn, wanted) => {
  expect(found('duplicateIdentity', drawn, now)).toBe(wanted);
});

describe('recordGap', () => {
  const gap = (records: number, estimateFen: number | null = null, openedAt = at('11:00')): SampleWorld => {
    const drawn = agent().device('pos-1');
    drawn.world.gaps([{ agentId: 'agent-a', deviceId: 'pos-1', records, estimateFen, openedAt }]);
    return drawn;
  };
  test.each([
    ['none', agent().device('pos-1'), ''],
    ['a few', gap(3), 'breach 3 device:pos-1'],
    ['99', gap(99, 49_999), 'breach 3 device:pos-1'],
    ['a hundred', gap(100), 'breach 2 device:pos-1'],
    ['500 yuan', gap(3, 50_000), 'breach 2 device:pos-1'],
    ['for a day', gap(3, null, epochMs(now - dayMs)), 'breach 2 device:pos-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('recordGap', drawn, now)).toBe(wanted);
  });

  test('of an agent, and of a device that is gone', () => {
    const drawn = agent();
    const open = { agentId: 'agent-a', records: 2, estimateFen: null, openedAt: at('11:00') };
    drawn.world.gaps([
      { ...open, deviceId: null },
      { ...open, deviceId: 'gone' },
    ]);
    expect(found('recordGap', drawn, now)).toBe('breach 3 agent:agent-a');
  });
});

describe('deadLetters', () => {
  test.each([
    [0, ''],
    [1, 'breach 3 agent:agent-a'],
    [99, 'breach 3 agent:agent-a'],
    [100, 'breach 2 agent:agent-a'],
  ])('%d', (count, wanted) => {
    const drawn = agent();
    drawn.world.deadLetters(new Map([['agent-a', count]]));
    expect(found('deadLetters', drawn, now)).toBe(wanted);
  });
});
