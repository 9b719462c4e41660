import { afterEach, expect, test } from 'vitest';
import { packsOf } from '../../../packages/collector/src/runner/incident-evidence.ts';
import { incidentLimits } from '../../../packages/collector/src/runner/incidents.ts';
import { at, IncidentDesk, sha256, uuid } from './desk.ts';

let desk = new IncidentDesk('12:00');
afterEach(() => desk.kept.remove());
const begin = (clock = '12:00'): IncidentDesk => {
  desk = new IncidentDesk(clock);
  desk.campus.agent('agent-a').devices('pos', 10, { since: at('06:00') });
  return desk;
};
const offline = { state: 'offline', cause: 'noReply' } as const;
const restored = async (id: string): Promise<readonly string[]> => [
  await desk.act({ kind: 'moveIncident', incidentId: id, to: 'accepted', holdReason: null, note: '' }),
  await desk.act({ kind: 'moveIncident', incidentId: id, to: 'working', holdReason: null, note: '' }),
  await desk.act({ kind: 'moveIncident', incidentId: id, to: 'restored', holdReason: null, note: '换网线' }),
];

test.each([
  // what burns                                   incidents
  ['level 2 cause', {}, 1],
  ['level 3 cause', { level: 3 }, 0],
  ['suppressed', { suppressedBy: [{ suppressor: 'maintenance', by: 'w', since: 1 }] }, 0],
  ['pending', { condition: 'pending', raisedAt: null }, 0],
  ['cleared, but in hand', { condition: 'cleared', clearedAt: 1 }, 0],
  ['a test alarm', { rule: 'testAlarm', level: 1 }, 0],
])('%s', async (_, change, count) => {
  begin().burns(1, change);
  await desk.look();
  await desk.look();
  expect(await desk.rows()).toHaveLength(count);
});

test('a cause opens one incident, symptoms and the same fault again join it, look by look', async () => {
  begin();
  for (let n = 1; n <= 10; n++) desk.campus.device(`pos-${n}`, offline, at('12:00'));
  const cause = desk.burns(1, {
    rule: 'upstreamDown',
    subject: { kind: 'device', id: 'sw-1' },
    level: 1,
    devices: ['pos-1', 'pos-2'],
  });
  for (let n = 2; n <= 6; n++)
    desk.burns(n, {
      causeId: cause.alarmId,
      suppressedBy: [{ suppressor: 'upstream', by: 'x', since: 1 }],
      devices: [`pos-${n}`],
    });
  const out = await desk.look();
  expect(out.links).toEqual([{ incidentId: uuid(9_000), alarmIds: [1, 2, 3, 4, 5, 6].map(uuid) }]);
  desk.burns(7, { rule: 'upstreamDown', devices: ['pos-2'] });
  desk.burns(8, { causeId: cause.alarmId, level: 3 });
  await desk.look();
  const incident = await desk.first();
  expect(incident).toMatchObject({ number: 'GZ-20261123-0001', state: 'new', title: 'upstreamDown', occurredAt: at('12:00') });
  expect(incident.alarmIds).toHaveLength(8);
  expect((await desk.look()).links).toEqual([]);
});

test.each([
  // the look says that alarms moved; it does not, but somebody did something to an incident
  true,
  false,
])('what nobody took yet goes into the incident of its cause when the cause is found (moved: %s)', async (moved) => {
  begin();
  desk.burns(1);
  desk.burns(2, { devices: ['pos-2'] });
  await desk.look();
  expect(await desk.rows()).toHaveLength(2);
  await desk.act({ kind: 'moveIncident', incidentId: uuid(9_001), to: 'accepted', holdReason: null, note: '' });
  desk.skips(1);
  const cause = desk.burns(3, { rule: 'upstreamDown', level: 1, devices: ['sw-1'] });
  for (const n of [1, 2]) desk.alarms.set(uuid(n), { ...desk.burns(n), incidentId: uuid(8_999 + n), causeId: cause.alarmId });
  const out = await desk.look(moved);
  expect(out.links).toEqual([{ incidentId: uuid(9_002), alarmIds: [uuid(3), uuid(1)] }]);
  const rows = await desk.rows();
  expect(rows.map(({ state, mergedInto }) => [state, mergedInto])).toEqual([
    ['merged', uuid(9_002)],
    ['accepted', null],
    ['new', null],
  ]);
});

test.each([
  // response level, hours after restoring, what comes of the same fault
  [2, 23, 'reopens'],
  [2, 25, 'new'],
  [1, 71, 'reopens'],
  [1, 73, 'new'],
])('level %i restored, again after %i h: %s', async (level, hours, outcome) => {
  begin();
  desk.campus.device('pos-1', { ...offline, freeRecords: level === 1 ? 0 : 100 }, at('12:00'));
  desk.burns(1);
  await desk.look();
  const { incidentId, assessments } = await desk.first();
  expect(assessments.at(-1)?.level).toBe(level);
  expect(await restored(incidentId)).toEqual(['ok', 'ok', 'ok']);
  desk.clears(1);
  desk.campus.device('pos-1', { state: 'online', freeRecords: 100 }, desk.now);
  await desk.look();
  await desk.restarts();
  desk.skips(hours * 60);
  desk.burns(2);
  await desk.look();
  const rows = await desk.rows();
  if (outcome === 'reopens') {
    expect(rows.map(({ state, alarmIds }) => [state, alarmIds])).toEqual([['working', [uuid(1), uuid(2)]]]);
    expect(await desk.told(incidentId)).toMatchObject({ reopened: 1, moved: 3 });
  } else {
    expect(rows.map(({ state, previousId }) => [state, previousId])).toEqual([
      ['restored', null],
      ['new', incidentId],
    ]);
  }
});

test('a level 1 that nobody outside was told of is reminded of each 30 min, until somebody is; a restart tells nothing twice', async () => {
  begin();
  desk.burns(1, { rule: 'campusSilent' });
  await desk.look();
  const { incidentId, assessments } = await desk.first();
  expect(assessments[0]).toMatchObject({ level: 1, hardRule: 'campusSilent', by: 'watch' });
  await desk.passes(29);
  expect((await desk.told(incidentId))['noticeMissing']).toBeUndefined();
  await desk.passes(1);
  expect((await desk.told(incidentId))['noticeMissing']).toBe(1);
  await desk.restarts();
  await desk.passes(29);
  expect((await desk.told(incidentId))['noticeMissing']).toBe(1);
  await desk.passes(1);
  expect((await desk.told(incidentId))['noticeMissing']).toBe(2);
  await desk.act({ kind: 'markIncident', incidentId, mark: 'startNotice', note: '已告知后勤处' });
  await desk.passes(29);
  expect((await desk.told(incidentId))['noticeMissing']).toBe(2);
});

test('the clocks of level 1 warn at 50, 75 and 90 %, then tell the breach, each once and over a restart', async () => {
  begin();
  desk.burns(1, { rule: 'campusSilent' });
  await desk.look();
  const { incidentId } = await desk.first();
  await desk.passes(10);
  await desk.restarts();
  await desk.passes(10);
  const rows = (await desk.kept.store.history(incidentId)).filter(({ what }) => what.startsWith('sla'));
  const lines = rows.map(({ what, detail, at: when }) => {
    const { clock, percent } = JSON.parse(detail) as { clock: string; percent: number };
    return `${(when - at('12:00')) / 60_000} ${what} ${clock} ${percent}`;
  });
  expect(lines).toEqual([
    '8 slaWarning respond 50',
    '12 slaWarning respond 75',
    '14 slaWarning respond 90',
    '16 slaBreached respond 100',
  ]);
});

test('the response may end after 15 min well at level 2, and not with records missing or when it falls ill again', async () => {
  begin();
  desk.campus.device('pos-1', offline, at('12:00'));
  desk.burns(1);
  await desk.look();
  const { incidentId } = await desk.first();
  expect(await restored(incidentId)).toEqual(['ok', 'ok', 'ok']);
  await desk.act({
    kind: 'recordIncident',
    incidentId,
    record: { time: 't', place: 'p', symptom: 's', cause: 'c', handling: 'h', result: '' },
    attributable: true,
  });
  const resolve = { kind: 'moveIncident', incidentId, to: 'resolved', holdReason: null, note: '' } as const;
  await desk.passes(1);
  expect(await desk.act(resolve)).toBe('endBlocked:notHealthy');
  desk.clears(1);
  desk.campus.device('pos-1', { state: 'online', uncollected: 12 }, desk.now);
  await desk.passes(16);
  expect(await desk.act(resolve)).toBe('endBlocked:backlog');
  desk.campus.device('pos-1', { state: 'online', uncollected: 0 }, desk.now);
  await desk.passes(1);
  expect(await desk.told(incidentId)).toMatchObject({ mayEnd: 1 });
  expect(await desk.act(resolve)).toBe('ok');
});

test('the evidence pack is made once, whole in its history under its SHA-256, and what cannot be read is missing', async () => {
  begin();
  await desk.kept.store.commit({
    states: [{ subjectKind: 'device', subjectId: 'pos-1', at: at('11:58'), state: 'offline', cause: 'noReply' }],
  });
  desk.burns(1);
  await desk.look();
  await desk.look();
  const incident = await desk.first();
  const told = (await desk.kept.store.history(incident.incidentId)).filter(({ what }) => what === 'evidence');
  const row = await desk.kept.store.history(packsOf(incident.incidentId));
  expect([told.length, row.length]).toEqual([1, 1]);
  const detail = JSON.parse(row[0]?.detail ?? '{}') as { hash: string; json: string };
  expect(sha256(detail.json)).toBe(detail.hash);
  expect(incident.evidence?.map(({ hash }) => hash)).toEqual([detail.hash]);
  expect(JSON.parse(detail.json)).toMatchObject({
    health: { rows: [{ ref: 'pos-1', what: { state: 'offline' } }] },
    firstPage: { path: ['pos-1', 'tcp-1', 'agent-a', 'collector'], causes: [{ ref: uuid(1) }] },
    checklist: { time: '2026-11-23 12:00:00' },
  });
  const { missing } = JSON.parse(told[0]?.detail ?? '{}') as { missing: string[] };
  expect(missing).toContain('deadLetters');
  desk.facts = () => Promise.reject(new Error('gone'));
  desk.burns(2, { devices: ['pos-2'] });
  await desk.look();
  const [, second] = await desk.rows();
  expect(second?.evidence).toHaveLength(1);
});

test('an important event raises the level while it holds in the area, and the watch never overrules a person', async () => {
  begin('15:00');
  desk.burns(1, { rule: 'clockDrift' });
  await desk.look();
  const { incidentId, assessments } = await desk.first();
  expect(assessments.at(-1)?.level).toBe(3);
  desk.events = [
    { eventId: uuid(1), name: '四六级', from: at('15:10'), to: at('17:00'), areas: ['main/b3'], vip: false, freeze: true },
  ];
  await desk.passes(11);
  expect((await desk.first()).assessments.map(({ level, reason }) => [level, reason])).toEqual([
    [3, 'score:10'],
    [2, 'score:14'],
  ]);
  const byHand = { kind: 'assessIncident', incidentId, severity: 1, scope: 0, urgency: 0, bump: 0, hardRule: null } as const;
  expect(await desk.act({ ...byHand, reason: ' ' })).toBe('reasonMissing');
  expect(await desk.act({ ...byHand, reason: '不在考场' })).toBe('ok');
  await desk.passes(5);
  expect((await desk.first()).assessments).toHaveLength(3);
});

test('a level by hand keeps the factors, needs another level and a reason, and stays', async () => {
  begin('15:00');
  desk.burns(1, { rule: 'clockDrift' });
  await desk.look();
  const { incidentId, assessments } = await desk.first();
  const found = assessments.at(-1);
  expect(found?.level).toBe(3);
  const set = (level: 1 | 2 | 3, reason: string) => desk.act({ kind: 'setIncidentLevel', incidentId, level, reason });
  expect([await set(3, '同级'), await set(1, '  ')]).toEqual(['sameLevel', 'reasonMissing']);
  expect(await set(1, '校领导在场')).toBe('ok');
  await desk.passes(5);
  const last = (await desk.first()).assessments;
  expect(last).toHaveLength(2);
  expect(last.at(-1)).toEqual({ ...found, level: 1, by: last.at(-1)?.by, reason: '校领导在场', at: last.at(-1)?.at });
  expect(last.at(-1)?.by).not.toBe('watch');
  expect((await desk.rows()).map(({ assessments: all }) => all.length)).toEqual([2]);
  expect(await set(2, '已离场')).toBe('ok');
  await desk.act({ kind: 'moveIncident', incidentId, to: 'falseAlarm', holdReason: null, note: '误报' });
  expect(await set(3, '再来')).toBe('notOpen');
});

test('numbers go on after a restart that brings no incident back', async () => {
  begin();
  desk.burns(1);
  await desk.look();
  const { incidentId } = await desk.first();
  await desk.act({ kind: 'moveIncident', incidentId, to: 'falseAlarm', holdReason: null, note: '误报' });
  await desk.look();
  await desk.restarts();
  desk.burns(2);
  await desk.look();
  expect((await desk.rows()).map(({ number, state }) => [number, state])).toEqual([
    ['GZ-20261123-0001', 'falseAlarm'],
    ['GZ-20261123-0002', 'new'],
  ]);
  const { machines } = await desk.kept.store.load();
  expect(machines.filter(({ kind }) => kind === 'incident').map(({ key }) => key)).toEqual([uuid(9_001)]);
});

test('a storm of causes is taken in by slices, the gravest first, and each is in the end in one incident', async () => {
  begin();
  const { causesPerLook, packsPerLook } = incidentLimits;
  for (let n = 1; n <= causesPerLook + 1; n++) desk.burns(n, { devices: [`pos-${n}`], level: n > causesPerLook ? 1 : 2 });
  const [first, second, third] = [await desk.look(), await desk.look(), await desk.look()];
  expect([first.links.length, second.links.length, third.links.length]).toEqual([causesPerLook, 1, 0]);
  expect(first.links[0]?.alarmIds).toEqual([uuid(causesPerLook + 1)]);
  expect(new Set([...desk.alarms.values()].map(({ incidentId }) => incidentId)).size).toBe(causesPerLook + 1);
  const packs = [first, second, third].map(({ history }) => history.filter(({ what }) => what === 'evidence').length);
  expect(packs).toEqual([packsPerLook, packsPerLook, packsPerLook]);
});

test('what a person opened gets its evidence pack once it is assessed at level 2', async () => {
  begin('15:00');
  const incidentId = uuid(700_001);
  const alarmIds = [desk.burns(1, { level: 3 }).alarmId];
  await desk.look();
  await desk.act({ kind: 'openIncident', incidentId, title: 'x', alarmIds, occurredAt: at('14:50'), note: '' });
  await desk.look();
  expect((await desk.first()).evidence).toEqual([]);
  const factors = { severity: 3, scope: 0, urgency: 0, bump: 0, hardRule: null };
  await desk.act({ kind: 'assessIncident', incidentId, ...factors, reason: '不能消费' });
  await desk.look();
  await desk.look();
  expect((await desk.first()).evidence).toHaveLength(1);
});
