import type { Alarm, AlarmId, CorrectiveAction, Incident, IncidentState, RootCause, RuleId } from '@cardwatch/contracts/watch';
import { Incident as IncidentSchema } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { moveAction } from './actions.core.ts';
import { assess, assessByHand, endBlocks } from './assess.core.ts';
import { checkEvidence, type EvidenceInput, evidenceOf, packLimits } from './evidence.core.ts';
import { maskedActor, maskedDetail, maskedJson, maskedText } from './mask.core.ts';
import { bonesDrawnMax, boneWidthMax, fishboneSvg } from './fishbone.core.ts';
import { freezeDecision } from './freeze.core.ts';
import { nextIncidentNumber } from './number.core.ts';
import { intakeOf, joinAlarm, merge, openIncident, reopenByAlarm, split } from './open.core.ts';
import { rootCauseFlaws } from './root-cause.core.ts';
import { similarTo } from './similar.core.ts';
import { tasksOf } from './tasks.core.ts';
import { tightened, watchList } from './watch-list.core.ts';
import { incidentStep, levelOf, type Move, move, moves } from './workflow.step.ts';

const start = Date.UTC(2026, 10, 23, 4);
const at = (hours: number): EpochMs => epochMs(start + hours * hourMs);
const uuid = (no: number): string => `00000000-0000-4000-8000-${String(no).padStart(12, '0')}`;
const alarm = (no: number, more: Partial<Alarm> = {}): Alarm => ({
  alarmId: uuid(no) as AlarmId,
  rule: 'deviceOffline',
  ruleVersion: 1,
  subject: { kind: 'device', id: 'pos-1' },
  level: 2,
  levels: [{ level: 2, at: start, why: 'rule' }],
  condition: 'active',
  since: start,
  foundAt: start,
  raisedAt: start,
  clearedAt: null,
  handling: 'new',
  handledAt: null,
  owner: null,
  acknowledgedUntil: null,
  suppressedBy: [],
  causeId: null,
  symptoms: 0,
  reason: { code: 'deviceOffline', values: {} },
  evidence: null,
  exposure: { records: 0, fen: null, estimated: false, oldestAt: null },
  devices: ['pos-1'],
  campus: 'main',
  area: 'main/canteen-3/hall',
  previousId: null,
  incidentId: null,
  ...more,
});
const facts = {
  harm: 'degraded',
  affectedUsers: 90,
  expectedUsers: 1_000,
  untilPeakMs: 0,
  importantEvent: false,
  vip: false,
  hardRule: null,
} as const;
const opened = (no: number, level: 1 | 2 | 3, of: Alarm = alarm(no)): Incident => {
  const assessment = { ...assess(facts, 'watch', at(0)), level };
  const parts = {
    incidentId: uuid(100 + no),
    number: `GZ-20261123-000${no}`,
    title: '三号食堂离线',
    alarm: of,
    deviceClasses: ['pos/a/b'],
    assessment,
    previousId: null,
  };
  return openIncident(parts, at(0));
};
const full: Incident['record'] = { time: 't', place: 'p', symptom: 's', cause: 'c', handling: 'h', result: 'r' };
const cause: RootCause = {
  method: 'fiveWhys',
  whyChain: ['停机', '断网', '端口变更'].map((why) => ({ why, because: `因${why}`, evidence: ['log:1'] })),
  bones: [],
  direct: '端口变更',
  indirect: '无复核',
  code: 'switchOrLink',
};
const go = (incident: Incident, hours: number, to: IncidentState, more: Partial<Move> = {}): Incident => {
  const moved = move(incident, { to, by: 'li', owner: 'li', note: 'n', ...more }, at(hours));
  if (!moved.ok) throw new Error(JSON.stringify(moved.error));
  return moved.value;
};
const restored = (incident: Incident, hours: number): Incident =>
  go(go(go(incident, 0.1, 'accepted'), 0.2, 'working'), hours, 'restored');

describe('workflow', () => {
  test('every pair of states: allowed ones pass with all their fields, the others are refused with what is allowed', () => {
    const states = Object.keys(moves) as IncidentState[];
    let tried = 0;
    for (const from of states)
      for (const to of states) {
        const incident = { ...opened(1, 1), state: from, record: full, rootCause: cause };
        const moved = move(
          incident,
          { to, by: 'li', note: 'n', owner: 'li', holdReason: 'waitingForUser', mergedInto: uuid(9) },
          at(1),
        );
        if (moves[from].includes(to)) expect(moved).toMatchObject({ ok: true, value: { state: to } });
        else expect(moved).toEqual({ ok: false, error: { kind: 'illegalMove', from, to, allowed: moves[from] } });
        tried++;
      }
    expect(tried).toBe(100);
  });

  test.each([
    // from              to            what is missing
    ['new', 'accepted', ['owner']],
    ['working', 'onHold', ['holdReason']],
    ['working', 'restored', ['note']],
    ['new', 'falseAlarm', ['note']],
    ['new', 'merged', ['mergedInto']],
    ['restored', 'resolved', ['record.cause', 'record.handling']],
    ['closed', 'working', ['owner', 'note']],
    [
      'awaitingConfirmation',
      'closed',
      ['record.time', 'record.place', 'record.symptom', 'record.cause', 'record.handling', 'record.result', 'rootCause'],
    ],
  ] as const)('%s to %s needs %j', (from, to, fields) => {
    const empty = { time: '', place: '', symptom: ' ', cause: '', handling: '', result: '' };
    const moved = move({ ...opened(1, 1), state: from, record: empty }, { to, by: 'li', note: ' ' }, at(1));
    expect(moved).toEqual({ ok: false, error: { kind: 'missing', fields } });
  });

  test('level 3 closes with its result alone; the six fields belong to level 1 and 2', () => {
    const incident: Incident = { ...opened(1, 3), state: 'awaitingConfirmation', record: { ...full, time: '', cause: '' } };
    expect(move(incident, { to: 'closed', by: 'li', note: '' }, at(1)).ok).toBe(true);
  });

  test('level 1 without a notice: reminded at 30 min and each 30 min, until somebody outside is told', () => {
    let state = { incident: opened(1, 1), remindedAt: null as EpochMs | null };
    const told: string[] = [];
    for (let minute = 0; minute <= 120; minute++) {
      const now = epochMs(at(0) + minute * minuteMs);
      if (minute === 70) [state] = incidentStep(state, { type: 'marked', mark: 'startNotice', by: 'li' }, now);
      const [next, effects] = incidentStep(state, { type: 'ticked' }, now);
      if (effects.some(({ type }) => type === 'remindNotice')) told.push(`${minute}`);
      state = next;
    }
    expect(told).toEqual(['30', '60', '100']);
  });

  test('raised to level 1 later: the half hour begins there; level 2 is never reminded', () => {
    const raised = {
      ...opened(1, 2),
      assessments: [...opened(1, 2).assessments, { ...assess(facts, 'li', at(2)), level: 1 as const }],
    };
    const effectsAt = (incident: Incident, hours: number) =>
      incidentStep({ incident, remindedAt: null }, { type: 'ticked' }, at(hours))[1].map(({ type }) => type);
    expect([effectsAt(raised, 2.4), effectsAt(raised, 2.5), effectsAt(opened(1, 2), 9)]).toEqual([
      ['wake'],
      ['remindNotice', 'wake'],
      [],
    ]);
  });

  test('tasks of the roles', () => {
    const names = (incident: Incident) =>
      tasksOf(incident, [], at(1)).map(({ role, task, overdue }) => `${role}:${task}${overdue ? '!' : ''}`);
    expect(names(opened(1, 1))).toEqual([
      'engineer:accept',
      'engineer:goOnSite',
      'engineer:restore',
      'expert:consult',
      'coordinator:noticeStart!',
    ]);
    expect(names(restored(opened(1, 3), 1))).toEqual(['engineer:removeCause']);
  });

  test('what is opened fits the contract', () => {
    expect(IncidentSchema.safeParse(opened(1, 1)).success).toBe(true);
  });
});

describe('alarms to incidents', () => {
  test.each([
    // recurrence after restoring  level  what happens
    [23, 2, 'reopens'],
    [24, 2, 'reopens'],
    [25, 2, 'opens'],
    [71, 1, 'reopens'],
    [73, 1, 'opens'],
    [73, 3, 'opens'],
  ] as const)('the same fault %i h after a level-%s (%i) cure: %s', (hours, level, kind) => {
    const done = restored(opened(1, level), 1);
    const intake = intakeOf(alarm(2), [done], at(1 + hours));
    expect(intake).toEqual(kind === 'opens' ? { kind, previousId: done.incidentId } : { kind, incidentId: done.incidentId });
  });

  test('reopened by an alarm: back to work, not restored, the alarm is in it, its clock runs on', () => {
    const done = go({ ...restored(opened(1, 2), 1), record: full }, 2, 'resolved');
    const { incident } = reopenByAlarm({ incident: done, remindedAt: null }, alarm(2), at(24));
    expect(incident).toMatchObject({ state: 'working', restoredAt: null, watchUntil: null, alarmIds: [uuid(1), uuid(2)] });
    expect(incident.steps.at(-1)).toMatchObject({ from: 'resolved', to: 'working', note: `recurred:${uuid(2)}` });
  });

  test.each([
    ['a level-2 cause opens', alarm(2, { devices: ['pos-9'] }), { kind: 'opens', previousId: null }],
    ['level 3 does not', alarm(2, { level: 3 }), { kind: 'ignored', why: 'level3' }],
    [
      'a suppressed one does not',
      alarm(2, { suppressedBy: [{ suppressor: 'maintenance', by: 'w', since: start }] }),
      { kind: 'ignored', why: 'suppressed' },
    ],
    ['a pending one does not', alarm(2, { raisedAt: null, condition: 'pending' }), { kind: 'ignored', why: 'notRaised' }],
    [
      'a symptom joins the incident of its cause',
      alarm(2, { level: 3, causeId: uuid(1) as AlarmId }),
      { kind: 'joins', incidentId: uuid(101), why: 'symptom' },
    ],
    ['a symptom of no incident', alarm(2, { causeId: uuid(7) as AlarmId }), { kind: 'ignored', why: 'symptomWithoutIncident' }],
    ['the same fault joins', alarm(2), { kind: 'joins', incidentId: uuid(101), why: 'sameFault' }],
    ['the same alarm again', alarm(1), { kind: 'ignored', why: 'known' }],
    ['another rule on the device opens', alarm(2, { rule: 'leak' }), { kind: 'opens', previousId: null }],
  ])('%s', (_, found, intake) => {
    expect(intakeOf(found, [opened(1, 2)], at(1))).toEqual(intake);
  });

  test('merge carries alarms, scope, the higher level and the earlier time; split takes alarms out again', () => {
    const second = { ...opened(2, 1, alarm(2, { devices: ['pos-2'] })), occurredAt: start - 5 };
    const merged = merge(opened(1, 2), second, 'li', at(1));
    if (!merged.ok) throw new Error(merged.error.kind);
    const { into, from } = merged.value;
    expect(into).toMatchObject({ alarmIds: [uuid(1), uuid(2)], occurredAt: start - 5, scope: { devices: ['pos-1', 'pos-2'] } });
    expect([levelOf(into), from.state, from.mergedInto]).toEqual([1, 'merged', into.incidentId]);
    expect(merge(into, into, 'li', at(1))).toEqual({ ok: false, error: { kind: 'same' } });
    expect(merge(into, restored(opened(3, 2), 1), 'li', at(2))).toEqual({ ok: false, error: { kind: 'notOpen' } });
    const parts = {
      incidentId: uuid(300),
      number: 'GZ-20261123-0009',
      title: 't',
      deviceClasses: ['pos/a/b'],
      assessment: assess(facts, 'li', at(1)),
    };
    const parted = split(into, [alarm(2, { devices: ['pos-2'] })], [alarm(1)], parts, at(2));
    if (!parted.ok) throw new Error(parted.error.kind);
    expect(parted.value.kept).toMatchObject({ alarmIds: [uuid(1)], scope: { devices: ['pos-1'] } });
    expect(parted.value.gone).toMatchObject({ alarmIds: [uuid(2)], scope: { devices: ['pos-2'] }, previousId: into.incidentId });
    expect(split(opened(1, 2), [alarm(1)], [], parts, at(2))).toEqual({ ok: false, error: { kind: 'nothingLeft' } });
  });

  test('what was restored is watched at half the deadlines until its time is over', () => {
    const list = (hours: number) => watchList([restored(opened(1, 2), 1)], at(hours));
    const found = (rule: RuleId, deviceId: string) => {
      const finding = {
        subject: { kind: 'device', id: deviceId },
        grade: 'breach',
        level: 2,
        reason: { code: rule, values: {} },
      } as const;
      const timing = { raiseAfterMs: 10_000, clearAfterMs: 10_000, nOfM: null };
      return {
        rule,
        version: 1,
        timing,
        findings: [{ ...finding, evidence: null, devices: [deviceId], campus: null, area: null }],
      };
    };
    const rule = opened(1, 2).scope?.rules[0] ?? 'leak';
    const paceOf = (hours: number, ...asked: Parameters<typeof found>) =>
      tightened([found(...asked)], list(hours))[0]?.findings[0]?.pace ?? 1;
    // at    rule     device
    expect([paceOf(2, rule, 'pos-1'), paceOf(2, rule, 'pos-9'), paceOf(2, 'leak', 'pos-1'), paceOf(26, rule, 'pos-1')]).toEqual([
      0.5, 1, 1, 1,
    ]);
  });

  test('similar: the same class and the same symptom, with what cured it', () => {
    const past = { ...opened(2, 2), rootCause: cause, record: full };
    const other = { ...opened(3, 2, alarm(3, { rule: 'leak' })) };
    expect(similarTo(opened(1, 2), [past, other])).toMatchObject([{ number: past.number, cause: 'switchOrLink', handling: 'h' }]);
  });
});

describe('level by hand and its end', () => {
  test('another level needs a reason; the factors stay', () => {
    const last = assess(facts, 'watch', at(0));
    expect(assessByHand(last, { level: 1, by: 'li', reason: ' ' }, at(1))).toEqual({
      ok: false,
      error: { kind: 'reasonMissing' },
    });
    expect(assessByHand(last, { level: 2, by: 'li', reason: 'x' }, at(1))).toEqual({ ok: false, error: { kind: 'sameLevel' } });
    expect(assessByHand(last, { level: 1, by: 'li', reason: '校领导在场' }, at(1))).toMatchObject({
      ok: true,
      value: { level: 1, score: 17, by: 'li' },
    });
  });

  test('level 1 ends after 30 min of health with no backlog and nothing unexplained', () => {
    const well = { healthySince: at(0), backlogRecords: 0, unexplained: 0 };
    expect(endBlocks(1, well, at(0.5))).toEqual([]);
    expect(endBlocks(1, well, epochMs(at(0.5) - 1))).toEqual(['notLongEnough']);
    expect(endBlocks(1, { healthySince: null, backlogRecords: 1, unexplained: null }, at(9))).toEqual([
      'notHealthy',
      'backlog',
      'notReconciled',
    ]);
    expect(endBlocks(1, { ...well, unexplained: 2 }, at(9))).toEqual(['unexplainedDifference']);
    expect(endBlocks(3, { healthySince: at(0), backlogRecords: 9, unexplained: null }, at(1))).toEqual([]);
  });
});

describe('evidence', () => {
  const hash = (text: string): string =>
    `${text.length}:${Array.from(text).reduce((sum, one) => (sum * 31 + (one.codePointAt(0) ?? 0)) % 1_000_003, 7)}`;
  const row = (minutes: number, ref: string) => ({ at: epochMs(start + minutes * minuteMs), ref, what: { text: ref } });
  const input: EvidenceInput = {
    incident: { number: 'GZ-20261123-0001', incidentId: uuid(1), occurredAt: at(0) },
    devices: [
      { deviceId: 'pos-2', name: '2', area: null },
      { deviceId: 'pos-1', name: '1', area: null },
    ],
    health: [row(-61, 'h0'), row(-60, 'h1'), row(0, 'h2'), row(1, 'h3')],
    gaps: [],
    deadLetters: [row(-5, 'd1')],
    exposure: [
      { ...row(-30, 'a1'), records: 12, fen: 900, explained: false },
      { ...row(-29, 'a2'), records: 12, fen: 900, explained: true },
    ],
    alarms: [
      { ...row(30, 'a2'), cause: false },
      { ...row(-30, 'a1'), cause: true },
      { ...row(31, 'a3'), cause: false },
    ],
    changes: [
      { ...row(-3, 'port change'), touches: ['sw-7'] },
      { ...row(-1_441, 'old'), touches: ['sw-7'] },
      { ...row(-2, 'elsewhere'), touches: ['sw-9'] },
    ],
    path: ['pos-1', 'bus-1', 'sw-7', 'agent-1', 'collector'],
    checklist: { time: 't', place: 'p', symptom: 's', reportedBy: 'r', before: '', after: 'a', onScreen: 'o' },
  };

  test('holds what lies in the windows, and the injected cause on its first page', () => {
    const pack = evidenceOf(input, hash, at(1));
    const document = JSON.parse(pack.json);
    expect(document.firstPage.suspects).toMatchObject([{ ref: 'port change', beforeMs: 3 * minuteMs }]);
    expect(document.firstPage.causes).toMatchObject([{ ref: 'a1' }]);
    const refs = (part: { rows: { ref: string }[] }) => part.rows.map(({ ref }) => ref);
    expect([refs(document.health), refs(document.alarms), refs(document.changes)]).toEqual([
      ['h1', 'h2'],
      ['a1', 'a2'],
      ['port change', 'elsewhere'],
    ]);
    expect([pack.completenessPct, pack.missing]).toEqual([93.3, ['checklist.before']]);
    expect(document.firstPage.exposure).toEqual({ records: 12, fen: 900 });
    expect([refs(document.deadLetters), document.firstPage.truncated, document.trail]).toEqual([['d1'], [], null]);
  });

  test('the same facts in another order are the same bytes; a changed byte is found', () => {
    const pack = evidenceOf(input, hash, at(1));
    const turned = { ...input, devices: input.devices.toReversed(), health: input.health?.toReversed() ?? null };
    expect(evidenceOf(turned, hash, at(1))).toEqual(pack);
    expect(checkEvidence(pack, hash)).toEqual({ intact: true });
    expect(checkEvidence({ ...pack, json: pack.json.replace('pos-1', 'pos-3') }, hash).intact).toBe(false);
  });

  test('numbers of cards and phones, and who is a person, do not leave; ids, hashes and times do', () => {
    expect(maskedText('card 6222021234567890123, phone 13812345678, batch 1234567')).toBe(
      'card ****0123, phone ****5678, batch 1234567',
    );
    const what = { text: '13812345678', id: '11111111-1111-4111-8111-111111111111', at: 1_795_000_000_000, list: ['12345678'] };
    expect(maskedJson(what)).toEqual({ ...what, text: '****5678', list: ['****5678'] });
    expect(['li.ming', '王工', 'token:grafana', 'cli', '-'].map(maskedActor)).toEqual([
      'l***',
      '王***',
      'token:grafana',
      'cli',
      '-',
    ]);
    expect(maskedDetail('{"name":"open","reason":"王工说可以","id":"x"}')).toEqual({ name: 'open', id: 'x' });
    expect([maskedDetail('not json'), maskedDetail('[1]')]).toEqual([null, null]);
    const health = [{ ...row(0, 'h'), what: { said: '6222021234567890123' } }];
    expect(evidenceOf({ ...input, health }, hash, at(1)).json).not.toContain('622202');
  });

  test('as many rows as the limit; of one more the oldest is left out and said so, in the first page too', () => {
    const many = (count: number) => Array.from({ length: count }, (_, no) => row(-50 + no / 100, `h${no}`));
    const documentOf = (count: number, leftOut = {}) =>
      JSON.parse(evidenceOf({ ...input, health: many(count), leftOut }, hash, at(1)).json);
    expect([documentOf(packLimits.rows).health.leftOut, documentOf(packLimits.rows).firstPage.truncated]).toEqual([0, []]);
    const over = documentOf(packLimits.rows + 1);
    expect([over.health.leftOut, over.health.rows[0].ref, over.health.rows.length]).toEqual([1, 'h1', packLimits.rows]);
    expect(over.firstPage.truncated).toEqual([{ part: 'health', leftOut: 1 }]);
    expect(documentOf(1, { gaps: 3, devices: 7 }).firstPage.truncated).toEqual([
      { part: 'devices', leftOut: 7 },
      { part: 'gaps', leftOut: 3 },
    ]);
  });

  test('what is longer than a pack may be has fewer rows of each kind', () => {
    const wordy = Array.from({ length: 500 }, (_, no) => ({
      ...row(-50 + no / 100, `h${no}`),
      what: { text: '字'.repeat(1_000) },
    }));
    const { json } = evidenceOf({ ...input, health: wordy }, hash, at(1));
    const document = JSON.parse(json);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(packLimits.bytes);
    expect([document.limits.rowsPerPart, document.health.rows.length, document.health.leftOut]).toEqual([250, 250, 250]);
  });

  test('what could not be read is missing, not empty', () => {
    const pack = evidenceOf({ ...input, health: null, path: null }, hash, at(1));
    expect(JSON.parse(pack.json).health).toBeNull();
    expect(pack.missing).toEqual(['health', 'path', 'checklist.before']);
  });
});

describe('cause, actions, freeze, numbers', () => {
  test.each([
    ['stands', {}, []],
    ['two whys', { whyChain: cause.whyChain.slice(0, 2) }, ['tooFewWhys']],
    ['in a circle', { whyChain: [...cause.whyChain, ...cause.whyChain.slice(0, 1)] }, ['chainBroken']],
    ['bare bones', { method: 'fishbone' as const, whyChain: [] }, ['tooFewBones', 'tooFewCategories', 'noEvidence']],
    ['no indirect cause', { indirect: ' ' }, ['indirectMissing']],
  ])('root cause: %s', (_, more, flaws) => {
    expect(rootCauseFlaws({ ...cause, ...more })).toEqual(flaws);
  });

  test('fishbone: escaped, CJK, cut, no script, the rest counted', () => {
    const categories = { people: '人', machine: '机', material: '料', method: '法', environment: '环', measurement: '测' };
    const bones = Array.from({ length: bonesDrawnMax + 2 }, (_, no) => ({
      category: 'people' as const,
      text: `<script>${no}&"'`,
    }));
    const svg = fishboneSvg(
      '食堂 <断网>\u0000',
      { bones: [...bones, { category: 'machine', text: '潮'.repeat(40) }] },
      { categories, more: (count) => `另 ${count} 条` },
    );
    expect(svg).toContain('食堂 &lt;断网&gt;');
    expect(svg).toContain('&lt;script&gt;0&amp;&quot;&apos;');
    expect(svg).toContain('另 2 条');
    expect(svg).toContain(`${'潮'.repeat(boneWidthMax / 2 - 1)}…`);
    for (const banned of ['<script', String.fromCodePoint(0), 'href', 'url(']) expect(svg).not.toContain(banned);
    expect(svg.match(/font-weight="bold"/g)).toHaveLength(7);
  });

  const action: CorrectiveAction = {
    actionId: uuid(1),
    type: 'preventive',
    text: 't',
    owner: 'li',
    dueAt: at(0),
    state: 'done',
    effect: null,
  };
  const effect = (days: number, after = 1) => ({
    metric: 'failuresPerWeek',
    before: 5,
    after,
    fromAt: start,
    checkedAt: start + days * dayMs,
  });
  test.each([
    ['no measure', undefined, { ok: false, error: { kind: 'noEffect' } }],
    ['13 days', effect(13), { ok: false, error: { kind: 'tooShort', days: 13, daysMin: 14 } }],
    ['not better', effect(14, 5), { ok: false, error: { kind: 'notBetter' } }],
    ['in the future', effect(99), { ok: false, error: { kind: 'inFuture' } }],
    ['14 days', effect(14), { ok: true, value: { ...action, state: 'verified', effect: effect(14) } }],
  ])('an action is verified: %s', (_, measured, result) => {
    expect(moveAction(action, { to: 'verified', ...(measured === undefined ? {} : { effect: measured }) }, at(24 * 30))).toEqual(
      result,
    );
  });

  test('a change in a frozen area needs two others', () => {
    const event = { eventId: uuid(1), name: '迎新', from: at(0), to: at(9), areas: ['main'], vip: false, freeze: true };
    const decide = (approvedBy: string[], hours = 1, emergency: string | null = null) =>
      freezeDecision([event], { names: ['main/a'], askedBy: 'li', approvedBy, emergency }, at(hours));
    expect(decide(['li', 'wang', 'wang'])).toMatchObject({
      allowed: false,
      why: 'frozen',
      events: ['迎新'],
      approvalsMissing: 1,
      until: at(9),
    });
    expect([decide(['wang', 'zhao']).why, decide([], 9).why, decide([], 1, 'GZ-20261123-0001').why]).toEqual([
      'approved',
      'noFreeze',
      'emergency',
    ]);
  });

  test('numbers run by Shanghai day', () => {
    const existing = ['GZ-20261123-0007', 'GZ-20261123-0002', 'GZ-20261122-0099'];
    expect(nextIncidentNumber(existing, at(0))).toBe('GZ-20261123-0008');
    expect(nextIncidentNumber(existing, at(12))).toBe('GZ-20261124-0001');
    expect(nextIncidentNumber(['GZ-20261123-9999'], at(0))).toBe('GZ-20261123-10000');
  });

  test('a joined alarm is there once', () => {
    const once = joinAlarm(opened(1, 2), alarm(2), []);
    expect(joinAlarm(once, alarm(2), []).alarmIds).toEqual([uuid(1), uuid(2)]);
  });
});
