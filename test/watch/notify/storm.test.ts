/** Two thousand devices lost at once: how much people hear of it. */
import type { Transition } from '../../../packages/collector/src/core/alarm/transition.core.ts';
import { audit } from '../../../packages/collector/src/core/notify/auditor.core.ts';
import { compose } from '../../../packages/collector/src/core/notify/compose.core.ts';
import { languageOf } from '../../../packages/collector/src/core/notify/alarm-say.core.ts';
import {
  noStorm,
  stormFromRow,
  stormLimits,
  stormOf,
  stormRow,
  type StormState,
  stormStep,
} from '../../../packages/collector/src/core/notify/storm.step.ts';
import type { Alarm } from '@cardwatch/contracts/watch';
import { epochMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { alarm, alarmId, at, CampusDesk, person, policy, suppressed } from './campus-desk.ts';

const start = at(12);
const stormId = alarmId(999_999);
const policies = [
  policy({ policyId: 'one', levels: [1], steps: [{ afterMs: 0, who: ['zhang', 'li'] }] }),
  policy({ policyId: 'two', levels: [2], steps: [{ afterMs: 0, who: ['zhang'] }] }),
  policy({ policyId: 'three', levels: [3], digestEveryMs: 10 * minuteMs, steps: [{ afterMs: 0, who: ['zhang'] }] }),
];

/** The desk with the storm before it, as the runner puts them together. */
class StormyCampus {
  readonly desk = new CampusDesk({ policies, recipients: [person('zhang', 'wecom'), person('li', 'wecom')] }, start);
  storm: StormState = noStorm;
  #nos = new Map<string, number>();

  say(kind: Transition['kind'], rows: readonly Alarm[]): void {
    const { desk } = this;
    const transitions = rows.map((row) => {
      const no = (this.#nos.get(row.alarmId) ?? 0) + 1;
      this.#nos.set(row.alarmId, no);
      desk.alarms.set(row.alarmId, row);
      return { kind, no, alarm: row, at: desk.now };
    });
    desk.commit(desk.desk.transitions(transitions, desk.view, desk.now));
    this.take({ kind: 'transitions', transitions, newId: stormId });
    for (const row of rows) if (row.condition === 'cleared') desk.alarms.delete(row.alarmId);
  }

  take(event: Parameters<typeof stormStep>[1]): void {
    const { desk } = this;
    const before = this.storm;
    const [state, effects] = stormStep(this.storm, event, desk.now);
    this.storm = event.kind === 'ticked' ? state : stormFromRow({ state: stormRow(state) });
    for (const effect of effects) {
      if (effect.kind === 'alarm') desk.alarms.set(effect.alarm.alarmId, effect.alarm);
      if (effect.kind === 'transition') desk.commit(desk.desk.transitions([effect.transition], desk.view, desk.now));
      if (effect.kind === 'fold') {
        this.suppress(effect.alarmIds);
        desk.commit(desk.desk.fold(effect.alarmIds, desk.view, desk.now));
      }
    }
    if (before.storm !== null && this.storm.storm === null) this.release();
  }

  /** What core/alarm does with `stormOf` in its next look. */
  suppress(ids: readonly string[]): void {
    const rows = ids.flatMap((id) => {
      const by = stormOf(this.storm, id);
      const row = this.desk.alarms.get(id);
      return by === null || row === undefined
        ? []
        : [{ ...row, suppressedBy: [...row.suppressedBy, suppressed('storm', by.since, by.by)] }];
    });
    for (const row of rows) this.desk.alarms.set(row.alarmId, row);
    this.desk.commit(this.desk.desk.seen(rows, this.desk.view, this.desk.now));
  }

  release(): void {
    const held = [...this.desk.alarms.values()].filter((row) => row.suppressedBy.length > 0);
    this.say(
      'released',
      held.map((row) => ({ ...row, suppressedBy: [] })),
    );
  }

  run(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.desk.run(1);
      this.take({ kind: 'ticked' });
    }
  }
}

const lost = (n: number, over: Partial<Alarm> = {}): Alarm =>
  alarm(n, {
    level: 3,
    area: n % 3 === 0 ? 'yb/b3/hall' : 'yb/b4/dorm',
    raisedAt: start,
    exposure: { records: 2, fen: 500, estimated: true, oldestAt: start },
    ...over,
  });
const many = (count: number, over: Partial<Alarm> = {}): Alarm[] => Array.from({ length: count }, (_, i) => lost(i + 1, over));

describe('a storm', () => {
  test('2,000 devices lost at once: one message of level 1 for each on duty, and one digest', () => {
    const campus = new StormyCampus();
    campus.say('raised', many(2_000));
    campus.run(600);
    expect(campus.desk.heard(start)).toEqual(['3s zhang/wecom storm', '3s li/wecom storm', '180s zhang/wecom digest']);
    const digest = [...campus.desk.notices.values()].find(({ reason }) => reason === 'digest');
    expect(digest?.alarmIds).toHaveLength(1_000);
    const { desk } = campus.desk;
    const quiet = audit(
      {
        alarms: campus.desk.alarms.values(),
        plans: desk.plans,
        deliveries: desk.deliveries,
        bins: desk.bins,
        lastTickAt: campus.desk.now,
        routing: [],
      },
      campus.desk.now,
    );
    expect([quiet.alarms, quiet.findings, quiet.content]).toEqual([2_001, [], true]);
  });

  test('it ends when it is calm, with its totals; what cleared in it is one more digest, what still burns is told by itself', () => {
    const campus = new StormyCampus();
    campus.say('raised', many(300, { level: 2 }));
    campus.run(200);
    campus.desk.heard(start);
    const over = many(295, { level: 2 }).map((row) => ({ ...row, condition: 'cleared' as const, clearedAt: campus.desk.now }));
    campus.say('cleared', over);
    expect(campus.storm.storm?.members.size).toBe(300);
    campus.run(600);
    const heard = campus.desk.heard(start);
    expect(heard.filter((line) => line.endsWith('digest'))).toHaveLength(1);
    expect(heard.filter((line) => line.endsWith('cleared'))).toEqual(['601s zhang/wecom cleared', '601s li/wecom cleared']);
    expect(heard.filter((line) => line.endsWith('raised'))).toEqual(Array.from({ length: 5 }, () => '603s zhang/wecom raised'));
    expect(campus.storm.storm).toBeNull();
    const ended = campus.desk.alarms.get(stormId);
    expect(ended?.reason.values).toEqual({ total: 300, active: 5, 'yb/b3/hall': 100, 'yb/b4/dorm': 200 });
    expect(ended?.exposure).toEqual({ records: 10, fen: 2_500, estimated: true, oldestAt: start });
    campus.say('cleared', [lost(296, { level: 2, condition: 'cleared', clearedAt: campus.desk.now })]);
    campus.run(5);
    expect(campus.desk.heard(start).map((line) => line.split(' ')[2])).toEqual(['cleared']);
  });

  test('opens at its limit, not below it, and only with what nothing explains', () => {
    const below = new StormyCampus();
    below.say('raised', many(stormLimits.opensAt - 1));
    below.say('raised', [lost(800, { rule: 'testAlarm' }), lost(801, { suppressedBy: [suppressed('upstream', start)] })]);
    expect(below.storm.storm).toBeNull();
    below.say('raised', [lost(500)]);
    expect(below.storm.storm?.members.size).toBe(stormLimits.opensAt);
    const slow = new StormyCampus();
    slow.say('raised', many(stormLimits.opensAt - 1));
    slow.desk.now = epochMs(start + stormLimits.windowMs);
    slow.say('raised', [lost(500)]);
    expect(slow.storm.storm).toBeNull();
  });

  test('the night hides none: what quiet hours hold back is a storm of level 1 all the same; its digest waits for the morning', () => {
    const campus = new StormyCampus();
    campus.say('raised', many(50, { suppressedBy: [suppressed('quietHours', start)] }));
    campus.run(600);
    expect(campus.desk.heard(start)).toEqual(['3s zhang/wecom storm', '3s li/wecom storm']);
  });

  test('alarms of level 1 that come later are told by themselves, up to three', () => {
    const campus = new StormyCampus();
    campus.say('raised', [lost(900, { level: 1 }), ...many(50)]);
    campus.run(30);
    expect(campus.desk.heard(start)).toEqual(['3s zhang/wecom storm', '3s li/wecom storm']);
    campus.say(
      'raised',
      [901, 902, 903, 904].map((n) => lost(n, { level: 1 })),
    );
    campus.run(4);
    expect(campus.desk.heard(start)).toHaveLength(2 * stormLimits.levelOneAlone);
    expect(campus.storm.storm?.total).toBe(52);
  });

  test('its own alarm is acknowledged and reads as counted groups in both languages', () => {
    const campus = new StormyCampus();
    campus.say('raised', many(30));
    campus.run(5);
    const notice = [...campus.desk.notices.values()][0];
    if (notice === undefined) throw new Error('nobody was told');
    const limits = { titleBytes: 400, textBytes: 2_000 };
    const ask = {
      notice,
      items: [],
      alarms: campus.desk.alarms,
      limits,
      shrinks: 0,
      address: 'x',
      link: null,
      acknowledgeLink: null,
    };
    const zh = compose({ ...ask, ...languageOf('zh') }, campus.desk.now).message.title;
    const en = compose({ ...ask, ...languageOf('en') }, campus.desk.now).message.title;
    expect(zh).toBe(
      '【一级预警·预警风暴】约60笔未上传 约150.00元 · 预警集中爆发：共30条，未恢复30条（yb/b4/dorm 20条, yb/b3/hall 10条）',
    );
    expect(en).toContain('30 in all, 30 still active (yb/b4/dorm: 20, yb/b3/hall: 10)');
    const acknowledged = {
      ...(campus.desk.alarms.get(stormId) ?? alarm(0)),
      handling: 'acknowledged' as const,
      handledAt: campus.desk.now,
    };
    campus.take({ kind: 'handled', alarm: acknowledged });
    expect(campus.desk.desk.plans.get(stormId)?.phase).toBe('acknowledged');
  });
});
