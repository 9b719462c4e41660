/** Deaths around the moment of handing over: before the mark they cost nothing, after it one copy, and after the second the message is not sent a third time. */
import { minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { acknowledgedNotice, deliveryFromRow } from '../../../packages/collector/src/core/notify/delivery.step.ts';
import { at, CampusDesk, person, policy } from './campus-desk.ts';

const start = at(12);
const people = [person('zhang', 'wecom', 'sms'), person('li', 'mail')];
const escalating = policy({
  policyId: 'one',
  levels: [1],
  channels: ['wecom', 'sms', 'mail'],
  fallbackAfterMs: 60 * minuteMs,
  steps: [
    { afterMs: 0, who: ['zhang'] },
    { afterMs: 5 * minuteMs, who: ['li'] },
  ],
});

/** A desk whose channel never comes to an answer: each restart is a death in the middle of sending. */
function cutOff(recipients = people): CampusDesk {
  const desk = new CampusDesk({ policies: [escalating], recipients }, start);
  desk.latencyMs = 3_600_000;
  desk.say('raised', 1);
  desk.run(4);
  return desk;
}

const ways = (desk: CampusDesk): readonly string[] => desk.rung.map(({ recipient, channel }) => `${recipient}/${channel}`);
const states = (desk: CampusDesk): readonly string[] =>
  [...desk.notices.values()].map(({ recipient, channel, state }) => `${recipient}/${channel} ${state}`);
const die = (desk: CampusDesk, seconds = 2): void => {
  desk.restart();
  desk.run(seconds);
};

describe('a death', () => {
  test('before the mark repeats as often as there are deaths, and nobody has a copy', () => {
    const desk = new CampusDesk({ policies: [escalating], recipients: people }, start);
    desk.latencyMs = 3_600_000;
    desk.handsOver = () => false;
    desk.say('raised', 1);
    desk.run(4);
    for (let deaths = 0; deaths < 10; deaths++) die(desk);
    expect(ways(desk)).toEqual([]);
    desk.latencyMs = 0;
    die(desk);
    expect(ways(desk)).toEqual(['zhang/wecom']);
    const [notice] = desk.notices.values();
    expect([notice?.state, notice?.attempts.filter(({ outcome }) => outcome === 'timeout')]).toEqual(['sent', []]);
    expect(notice?.attempts.map(({ code }) => code)).toEqual([...Array<string>(11).fill('restartBefore'), null]);
  });

  test('after the mark repeats once', () => {
    const desk = cutOff();
    desk.latencyMs = 0;
    die(desk, 60);
    expect(ways(desk)).toEqual(['zhang/wecom', 'zhang/wecom']);
    expect(new Set(desk.rung.map(({ noticeId }) => noticeId)).size).toBe(1);
    expect(states(desk)).toEqual(['zhang/wecom sent']);
  });

  test('after the mark for the second time: unconfirmed there, the next channel takes over, and the escalation goes on', () => {
    const desk = cutOff();
    die(desk);
    expect(ways(desk)).toEqual(['zhang/wecom', 'zhang/wecom']);
    desk.latencyMs = 0;
    die(desk, 60);
    expect(states(desk)).toEqual(['zhang/wecom unconfirmed', 'zhang/sms sent']);
    expect(ways(desk)).toEqual(['zhang/wecom', 'zhang/wecom', 'zhang/sms']);
    expect(desk.dead).toEqual([]);
    for (let deaths = 0; deaths < 3; deaths++) die(desk);
    expect(ways(desk)).toHaveLength(3);
    desk.run(300);
    expect(ways(desk).slice(3)).toEqual(['li/mail']);
    desk.clear(1);
    desk.run(10);
    expect(ways(desk).slice(4)).toEqual(['zhang/sms', 'li/mail']);
  });

  test('without another channel it is a dead letter, and whoever may have heard of it hears that it is over', () => {
    const desk = cutOff([person('zhang', 'wecom'), person('li', 'mail')]);
    die(desk);
    desk.latencyMs = 0;
    die(desk, 10);
    expect(desk.dead.map(({ notice, why }) => [notice.recipient, why])).toEqual([['zhang', 'unconfirmed']]);
    expect(ways(desk)).toEqual(['zhang/wecom', 'zhang/wecom']);
    desk.run(300);
    desk.clear(1);
    desk.run(10);
    expect(ways(desk).slice(2)).toEqual(['li/mail', 'zhang/wecom', 'li/mail']);
  });

  test('one before and one after the mark: still repeated', () => {
    const desk = cutOff();
    desk.handsOver = () => false;
    die(desk);
    expect(ways(desk)).toEqual(['zhang/wecom']);
    desk.latencyMs = 0;
    die(desk, 60);
    expect(ways(desk)).toEqual(['zhang/wecom', 'zhang/wecom']);
    expect(states(desk)).toEqual(['zhang/wecom sent']);
  });
});

test('a message that is not being sent any more is not handed over', () => {
  const desk = cutOff();
  const [noticeId = ''] = desk.notices.keys();
  expect(desk.desk.handingOver(noticeId, desk.view, desk.now)).not.toBeNull();
  expect(desk.desk.handingOver('nobody', desk.view, desk.now)).toBeNull();
  desk.latencyMs = 0;
  die(desk);
  expect(desk.desk.handingOver(noticeId, desk.view, desk.now)).toBeNull();
});

test('a row of before the mark counts as handed over', () => {
  const desk = cutOff();
  const [notice] = desk.notices.values();
  const row = [...desk.machines.values()].find(({ kind }) => kind === 'delivery');
  if (notice === undefined || row === undefined) throw new Error('nothing is being sent');
  const { handedOver: _mark, ...old } = JSON.parse(row.state) as Readonly<Record<string, unknown>>;
  expect(deliveryFromRow({ state: JSON.stringify(old) }, notice).handedOver).toBe(true);
});

test('whoever answers an unconfirmed message proves that it arrived; a person may have it sent once more', () => {
  const desk = cutOff([person('zhang', 'wecom')]);
  die(desk);
  desk.latencyMs = 0;
  die(desk, 10);
  const [notice] = desk.notices.values();
  if (notice === undefined) throw new Error('no message');
  expect(acknowledgedNotice(notice, 'zhang', desk.now).state).toBe('acknowledged');
  const resent = desk.desk.resend(notice, desk.view, desk.now);
  if (!resent.ok) throw new Error(resent.error.why);
  desk.commit(resent.value);
  desk.run(2);
  expect(states(desk)).toEqual(['zhang/wecom sent']);
});
