import type { CorrectiveAction, IncidentState, RootCause } from '@cardwatch/contracts/watch';
import { Incident } from '@cardwatch/contracts/watch';
import { dayMs } from '@cardwatch/kernel';
import { afterEach, expect, test } from 'vitest';
import { at, IncidentDesk, uuid } from './desk.ts';

let desk = new IncidentDesk('12:00');
afterEach(() => desk.kept.remove());
const id = uuid(700_001);
const begin = async (alarms: readonly number[] = [1]): Promise<void> => {
  desk = new IncidentDesk('12:00');
  desk.campus.agent('agent-a').devices('pos', 4, { since: at('06:00') });
  for (const n of alarms) desk.burns(n, { level: 3 });
  await desk.look();
};
const open = (incidentId = id, alarms: readonly number[] = [1]) => {
  const alarmIds = alarms.map((n) => desk.burns(n, { level: 3 }).alarmId);
  return desk.act({ kind: 'openIncident', incidentId, title: '刷卡无反应', alarmIds, occurredAt: at('11:40'), note: '电话' });
};
const move = (to: Exclude<IncidentState, 'new' | 'merged'>, note = '', holdReason: 'waitingForUser' | null = null) =>
  desk.act({ kind: 'moveIncident', incidentId: id, to, holdReason, note });
const record = { time: '11:40', place: '三食堂', symptom: '无反应', cause: '网线松', handling: '重插', result: '恢复' };
const cause: RootCause = {
  method: 'fiveWhys',
  whyChain: ['停机', '断网', '松动'].map((why) => ({ why, because: `因${why}`, evidence: ['log:1'] })),
  bones: [],
  direct: '网线松',
  indirect: '未固定',
  code: 'switchOrLink',
};

test('opened by hand: number, time and alarms; the same id again is the same incident; tied alarms cannot go into another', async () => {
  await begin();
  expect(await open()).toBe('ok');
  expect(await open()).toBe('ok');
  const incident = await desk.first();
  expect(Incident.parse(incident)).toMatchObject({ number: 'GZ-20261123-0001', occurredAt: at('11:40'), alarmIds: [uuid(1)] });
  expect(await desk.kept.store.alarm(uuid(1))).toMatchObject({ incidentId: id });
  const other = { kind: 'openIncident', incidentId: uuid(700_002), title: 'x', occurredAt: at('11:40'), note: '' } as const;
  expect(await desk.act({ ...other, alarmIds: [desk.burns(1).alarmId] })).toBe('inAnotherIncident');
  expect(await desk.act({ ...other, alarmIds: [desk.burns(77).alarmId] })).toBe('notFound');
  expect(await desk.rows()).toHaveLength(1);
});

test('a level 1 incident from new to closed, step by step: what may not be is refused with its code and changes nothing', async () => {
  await begin([]);
  expect(await open(id, [])).toBe('ok');
  const steps: readonly (readonly [string, () => Promise<string>])[] = [
    ['illegalMove', () => move('working')],
    ['ok', () => move('accepted')],
    ['illegalMove', () => move('restored', 'x')],
    ['ok', () => move('working')],
    ['missing:holdReason', () => move('onHold')],
    ['ok', () => move('onHold', '', 'waitingForUser')],
    ['ok', () => move('working')],
    [
      'ok',
      () =>
        desk.act({
          kind: 'assessIncident',
          incidentId: id,
          severity: 3,
          scope: 3,
          urgency: 1,
          bump: 0,
          hardRule: null,
          reason: '全校',
        }),
    ],
    ['missing:note', () => move('restored')],
    ['ok', () => move('restored', '已换线')],
    ['endBlocked:notLongEnough', () => move('resolved')],
    ['ok', async () => (await desk.passes(31), 'ok')],
    ['missing:record.cause,record.handling', () => move('resolved')],
    ['ok', () => desk.act({ kind: 'recordIncident', incidentId: id, record: { ...record, result: '' }, attributable: false })],
    ['ok', () => move('resolved')],
    ['ok', () => move('awaitingConfirmation')],
    ['missing:record.result,rootCause', () => move('closed')],
    ['ok', () => desk.act({ kind: 'recordIncident', incidentId: id, record, attributable: false })],
    [
      'rootCause:tooFewWhys,noEvidence',
      () => desk.act({ kind: 'rootCauseIncident', incidentId: id, rootCause: { ...cause, whyChain: [] } }),
    ],
    ['ok', () => desk.act({ kind: 'rootCauseIncident', incidentId: id, rootCause: cause })],
    ['ok', () => move('closed')],
    ['illegalMove', () => desk.act({ kind: 'assignIncident', incidentId: id, owner: 'wang', note: '' })],
    ['missing:note', () => move('working')],
    ['ok', () => move('working', '又坏了')],
  ];
  for (const [index, [expected, step]] of steps.entries()) {
    const before = JSON.stringify(await desk.rows());
    expect([index, await step()]).toEqual([index, expected]);
    if (expected !== 'ok') expect(JSON.stringify(await desk.rows())).toBe(before);
  }
  const incident = Incident.parse(await desk.first());
  expect(incident).toMatchObject({ state: 'working', owner: 'li', attributable: false, restoredAt: null });
  expect(incident.steps).toHaveLength(9);
});

test('an action is verified only by a measure over 14 days that is better', async () => {
  await begin();
  await open();
  const action: CorrectiveAction = {
    actionId: uuid(5),
    type: 'preventive',
    text: '加固网线',
    owner: 'li',
    dueAt: at('18:00'),
    state: 'open',
    effect: null,
  };
  const days = (count: number, after: number) => ({
    metric: 'faults',
    before: 5,
    after,
    fromAt: at('12:00') - count * dayMs,
    checkedAt: at('12:00'),
  });
  const say = (state: CorrectiveAction['state'], effect: CorrectiveAction['effect'] = null) =>
    desk.act({ kind: 'actionIncident', incidentId: id, action: { ...action, state, effect } });
  expect([
    await say('done'),
    await say('open'),
    await say('verified'),
    await say('done'),
    await say('verified'),
    await say('verified', days(13, 1)),
    await say('verified', days(14, 5)),
    await say('verified', days(14, 1)),
    await say('verified', days(14, 0)),
    await say('open'),
  ]).toEqual(['illegalMove', 'ok', 'illegalMove', 'ok', 'noEffect', 'tooShort', 'notBetter', 'ok', 'illegalMove', 'illegalMove']);
  expect((await desk.first()).actions).toEqual([{ ...action, state: 'verified', effect: days(14, 1) }]);
});

test('merged: alarms are tied to the other, history of both tells it, and the merged one is out of the watch', async () => {
  await begin([1, 2]);
  const other = uuid(700_002);
  expect(await open()).toBe('ok');
  expect(await open(other, [2])).toBe('ok');
  expect(await desk.act({ kind: 'mergeIncident', incidentId: id, into: id, note: '' })).toBe('same');
  expect(await desk.act({ kind: 'mergeIncident', incidentId: id, into: uuid(1), note: '' })).toBe('notFound');
  expect(await desk.act({ kind: 'mergeIncident', incidentId: id, into: other, note: '同一根网线' })).toBe('ok');
  expect(desk.incidents.find(id)).toBeUndefined();
  expect(desk.incidents.find(other)?.alarmIds).toEqual([uuid(2), uuid(1)]);
  expect(await desk.kept.store.alarm(uuid(1))).toMatchObject({ incidentId: other });
  expect(await desk.told(id)).toMatchObject({ opened: 1, merged: 1 });
  expect(await desk.told(other)).toMatchObject({ opened: 1, tookIn: 1 });
  expect(await move('accepted')).toBe('illegalMove');
});

test('marks: the first visit stops the clock, each counts; a start notice is given once; an unknown incident is not found', async () => {
  await begin();
  await open();
  const mark = (one: 'onSite' | 'startNotice' | 'latestNotice', incidentId = id) =>
    desk.act({ kind: 'markIncident', incidentId, mark: one, note: '' });
  expect(await mark('onSite')).toBe('ok');
  desk.skips(60);
  expect([await mark('onSite'), await mark('startNotice'), await mark('startNotice'), await mark('latestNotice')]).toEqual([
    'ok',
    'ok',
    'alreadyMarked',
    'ok',
  ]);
  expect(await desk.first()).toMatchObject({ visits: 2, marks: { onSite: at('12:00'), startNotice: at('13:00') } });
  expect(await mark('onSite', uuid(3))).toBe('notFound');
});
