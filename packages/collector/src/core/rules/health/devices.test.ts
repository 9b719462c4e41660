import { describe, expect, test } from 'vitest';
import type { DeviceFact } from '../../world/world.core.ts';
import { alarmOf, at, findingsOf, found, moneyOf, SampleWorld } from '../sample-world.core.ts';

const world = (): SampleWorld => new SampleWorld().agent('agent-a');
const pos = (more: Partial<DeviceFact>): SampleWorld => world().device('pos-1', more);
const now = at('12:05');
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('authFailed', () => {
  test.each([
    ['right password', pos({}), ''],
    ['degraded for another reason', pos({ state: 'degraded', cause: 'slow' }), ''],
    ['account locked', pos({}).event(alarmOf('pos-1', 'accountLocked', true, at('12:00'))), 'breach 3 device:pos-1'],
    ['wrong password', pos({ state: 'degraded', cause: 'authFailed' }), 'breach 3 device:pos-1'],
    ['in maintenance', pos({ state: 'degraded', cause: 'authFailed', maintenance: true }), ''],
    ['its agent is lost', pos({ state: 'unknown', cause: 'agentLost' }), 'unknown 3 device:pos-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('authFailed', drawn, now)).toBe(wanted);
  });
});

describe('identityChanged', () => {
  const alarm = (active: boolean) => alarmOf('pos-1', 'identityChanged', active, at('12:00'));
  test.each([
    ['itself', pos({}), ''],
    ['another one, by its state', pos({ state: 'degraded', cause: 'identityChanged' }), 'breach 2 device:pos-1'],
    ['another one, by its alarm', pos({}).event(alarm(true)), 'breach 2 device:pos-1'],
    ['both ways is one finding', pos({ cause: 'identityChanged' }).event(alarm(true)), 'breach 2 device:pos-1'],
    ['back again', pos({}).event(alarm(true)).event(alarm(false)), ''],
    ['not heard since', pos({ state: 'unknown', cause: 'agentLost' }).event(alarm(true)), 'unknown 2 device:pos-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('identityChanged', drawn, now)).toBe(wanted);
  });
});

describe('clockDrift', () => {
  test.each([
    ['does not tell', pos({ driftMs: null }), ''],
    ['45 s', pos({ driftMs: 45_000 }), ''],
    ['46 s', pos({ driftMs: 46_000 }), 'band 3 device:pos-1'],
    ['60 s', pos({ driftMs: 60_000 }), 'band 3 device:pos-1'],
    ['60.1 s', pos({ driftMs: 60_100 }), 'breach 3 device:pos-1'],
    ['a minute and a half behind', pos({ driftMs: -90_000 }), 'breach 3 device:pos-1'],
    ['5 min', pos({ driftMs: 300_000 }), 'breach 3 device:pos-1'],
    ['5 min 1 s', pos({ driftMs: 301_000 }), 'breach 2 device:pos-1'],
    ['not heard', pos({ driftMs: 301_000, state: 'offline' }), 'unknown 2 device:pos-1'],
    [
      'an agent without a time server',
      new SampleWorld().agent('agent-a', { clockQuality: 'unsynced' }),
      'breach 3 agent:agent-a',
    ],
    ['one that has just come', new SampleWorld().agent('agent-a', { clockQuality: 'unsynced', since: at('11:56') }), ''],
    [
      'such an agent, lost',
      new SampleWorld().agent('agent-a', { clockQuality: 'unsynced', state: 'offline' }),
      'unknown 3 agent:agent-a',
    ],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('clockDrift', drawn, now)).toBe(wanted);
  });
});

describe('blacklistLag', () => {
  // A second terminal shows version 12 first at the given time.
  const published = (clock: string, more: Partial<DeviceFact>): SampleWorld =>
    pos({ blacklistVersion: 11, ...more }).device('pos-2', { blacklistVersion: 12 }, at(clock));
  test.each([
    ['has it', published('11:00', { blacklistVersion: 12 }), ''],
    ['does not tell', published('11:00', { blacklistVersion: null }), ''],
    ['half an hour', published('11:35', {}), ''],
    ['31 minutes', published('11:34', {}), 'breach 2 device:pos-1'],
    ['back for ten minutes', published('11:00', { since: at('11:55') }), ''],
    ['back for 31 minutes', published('11:00', { since: at('11:34') }), 'breach 2 device:pos-1'],
    [
      'sells alone: it was never away',
      published('11:00', { state: 'sellingOffline', since: at('12:00') }),
      'breach 2 device:pos-1',
    ],
    ['switched off', published('11:00', { state: 'offline' }), 'unknown 2 device:pos-1'],
    ['a lane has a list of its own', published('11:00', { kind: 'gate' }), ''],
    ['another campus', published('11:00', { campus: 'yibin' }), ''],
    ['its agent is back for ten minutes', published('11:00', {}).agent('agent-a', { since: at('11:55') }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('blacklistLag', drawn, now)).toBe(wanted);
  });

  test('says how far behind', () => {
    expect(findingsOf('blacklistLag', published('11:00', {}), now)[0]?.reason.values).toMatchObject({
      value: 11,
      expected: 12,
      count: 1,
      minutes: 65,
    });
  });
});

describe('parameterLag', () => {
  const published = (more: Partial<DeviceFact>): SampleWorld =>
    pos({ parameterVersion: 3, ...more }).device('pos-2', { parameterVersion: 4 }, at('11:00'));
  test.each([
    ['an hour and five', published({}), 'breach 3 device:pos-1'],
    ['has it', published({ parameterVersion: 4 }), ''],
    ['another model', published({ profile: 'framed/other/pos' }), ''],
    ['its agent is lost', published({ state: 'unknown' }), 'unknown 3 device:pos-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('parameterLag', drawn, now)).toBe(wanted);
  });
  test('within the hour', () => expect(found('parameterLag', published({}), at('12:00'))).toBe(''));
});

describe('storeNearlyFull', () => {
  const alone = { state: 'sellingOffline', since: at('11:05') } as const;
  const sells = (more: Partial<DeviceFact>, perHour = 100) => pos(more).expects('pos-1', 'records', perHour);
  test.each([
    ['does not tell', pos({}), ''],
    ['room', pos({ uncollected: 10, freeRecords: 990 }), ''],
    ['69.9 %', pos({ uncollected: 699, freeRecords: 301 }), ''],
    ['70 %', pos({ uncollected: 700, freeRecords: 300 }), 'band 3 device:pos-1'],
    ['80 %', pos({ uncollected: 800, freeRecords: 200 }), 'breach 3 device:pos-1'],
    // 100 sold in the hour since, 100 an hour ahead: 4 h are 500 free when last heard.
    ['collected, whatever the forecast', sells({ uncollected: 0, freeRecords: 100 }), ''],
    ['alone, 500 free', sells({ ...alone, uncollected: 0, freeRecords: 500 }), 'breach 1 device:pos-1'],
    ['alone, 501 free', sells({ ...alone, uncollected: 0, freeRecords: 501 }), 'band 1 device:pos-1'],
    ['alone, 700 free', sells({ ...alone, uncollected: 0, freeRecords: 700 }), 'band 1 device:pos-1'],
    ['alone, 701 free', sells({ ...alone, uncollected: 0, freeRecords: 701 }), ''],
    [
      'its agent is lost',
      sells({ state: 'unknown', since: at('11:05'), uncollected: 0, freeRecords: 400 }),
      'breach 1 device:pos-1',
    ],
    ['does not tell, its agent is lost', pos({ state: 'unknown', cause: 'agentLost' }), 'unknown 3 device:pos-1'],
    ['it says so itself', pos({ state: 'degraded', cause: 'storeNearlyFull' }), 'breach 3 device:pos-1'],
    ['sells nothing', sells({ ...alone, uncollected: 0, freeRecords: 3 }, 0), ''],
    ['nobody knows', pos({ ...alone, uncollected: 0, freeRecords: 3 }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('storeNearlyFull', drawn, now)).toBe(wanted);
  });

  test('what it sold before tells the rate where nothing was learned', () => {
    const drawn = pos({ ...alone, uncollected: 0, freeRecords: 400 });
    // 320 in the four hours before it went: 80 an hour; 80 of 400 are taken since, the rest lasts for 4 h.
    for (let no = 0; no < 320; no++) drawn.money(moneyOf('pos-1', at('10:30'), { recordNo: no }));
    const [finding] = findingsOf('storeNearlyFull', drawn, now);
    expect([finding?.grade, finding?.level, finding?.reason.values['value']]).toEqual(['breach', 1, 4]);
  });
});
