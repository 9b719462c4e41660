/** Incidents that are split, packs that people ask for, versions that become another: over a real watch store. */
import { afterEach, expect, test } from 'vitest';
import type { AlarmId } from '@cardwatch/contracts/watch';
import { packsOf, packsPerIncidentMax } from '../../../packages/collector/src/runner/incident-evidence.ts';
import { versionRows } from '../../../packages/collector/src/runner/versions.ts';
import { at, IncidentDesk, uuid } from './desk.ts';

let desk = new IncidentDesk('12:00');
afterEach(() => desk.kept.remove());
const begin = (): IncidentDesk => {
  desk = new IncidentDesk('12:00');
  desk.campus.agent('agent-a').devices('pos', 3, { since: at('06:00') });
  return desk;
};
const first = uuid(9_000);
const parting = (...ns: readonly number[]) => ({
  kind: 'splitIncident' as const,
  incidentId: first,
  newId: uuid(9_500),
  title: '另一故障',
  alarmIds: ns.map((n) => uuid(n) as AlarmId),
  note: '两件事',
});

test('split: the alarms leave into an incident with a number of its own; one must stay, and all must be in it', async () => {
  begin();
  const cause = desk.burns(1, { devices: ['pos-1'] });
  desk.burns(2, { causeId: cause.alarmId, devices: ['pos-2'] });
  await desk.look();
  expect((await desk.first()).alarmIds).toEqual([uuid(1), uuid(2)]);
  expect([await desk.act(parting(1, 2)), await desk.act(parting(7))]).toEqual(['nothingLeft', 'notInIt']);
  expect([await desk.act(parting(2)), await desk.act(parting(2))]).toEqual(['ok', 'ok']);
  const rows = await desk.rows();
  expect(rows.map(({ number, alarmIds, previousId }) => [number, alarmIds, previousId])).toEqual([
    ['GZ-20261123-0001', [uuid(1)], null],
    ['GZ-20261123-0002', [uuid(2)], first],
  ]);
  expect((await desk.kept.store.alarm(uuid(2)))?.incidentId).toBe(uuid(9_500));
  expect(await desk.told(first)).toMatchObject({ split: 1 });
});

test('a pack that somebody asks for is made with the next look, as many as the limit and no more', async () => {
  begin().burns(1);
  await desk.look();
  const ask = { kind: 'packIncident', incidentId: first, note: '复盘' } as const;
  for (let n = 1; n < packsPerIncidentMax; n++) {
    desk.skips(1);
    expect(await desk.act(ask)).toBe('ok');
    await desk.look();
  }
  expect(await desk.act(ask)).toBe('full');
  await desk.look();
  const packs = await desk.kept.store.history(packsOf(first));
  const { evidence = [] } = await desk.first();
  expect([packs.length, evidence.length, new Set(evidence.map(({ hash }) => hash)).size]).toEqual([16, 16, 16]);
});

test.each([
  // before                                    after                                       what is written
  [{ parameterVersion: 4 }, { parameterVersion: 5 }, { parameterVersion: { from: 4, to: 5 } }],
  [{ maintenance: false }, { maintenance: true }, { maintenance: { from: false, to: true } }],
  [{ firmware: '2.1' }, { firmware: '2.2' }, { firmware: { from: '2.1', to: '2.2' } }],
  [{ firmware: '2.1' }, { firmware: null }, null],
  [{ parameterVersion: null }, { parameterVersion: 5 }, null],
  [{ state: 'online' }, { state: 'offline' }, null],
] as const)('what a device runs by: %j, then %j', (before, after, wanted) => {
  const { world } = begin().campus.device('d-1', before);
  const was = world.devices.get('d-1');
  desk.campus.device('d-1', after);
  const is = world.devices.get('d-1');
  if (was === undefined || is === undefined) throw new Error('no device');
  expect(versionRows(was, is, at('12:00')).map(({ detail }) => JSON.parse(detail))).toEqual(wanted === null ? [] : [wanted]);
  expect(versionRows(undefined, is, at('12:00'))).toEqual([]);
});
