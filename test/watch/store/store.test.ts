import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { dayMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AlarmsAsk, watchLimits } from '../../../packages/collector/src/store/watch/roles.ts';
import { tidyPages } from '../../../packages/collector/src/store/sqlite/watch/file.ts';
import { alarmRow, at0, incidentRow, type Kept, keptStore, noticeRow, uuid, valueOf } from './rows.ts';

let kept: Kept;
beforeEach(() => {
  kept = keptStore();
});
afterEach(() => kept.remove());

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function walk(ask: Omit<AlarmsAsk, 'cursor'>, between: () => Promise<void> = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = valueOf(await kept.store.alarms({ ...ask, cursor }));
    seen.push(...page.items.map((alarm) => alarm.alarmId));
    if (page.nextCursor === null) return seen;
    cursor = page.nextCursor;
    await between();
  }
}

describe('a commit', () => {
  test('is there after a start: alarms, cursors, machines, incidents, messages', async () => {
    await kept.store.commit({
      cursors: { outbox: 7, record: 8, event: 9 },
      alarms: [alarmRow(1), alarmRow(2, { condition: 'cleared' }), alarmRow(3, { condition: 'cleared', handling: 'working' })],
      notices: [
        noticeRow(1),
        noticeRow(2, { state: 'sent' }),
        noticeRow(3, { state: 'sent' }),
        noticeRow(4, { state: 'failed' }),
      ],
      incidents: [incidentRow(1), incidentRow(2, { state: 'closed' }), incidentRow(3, { state: 'closed', watchUntil: at0 })],
      machines: [{ kind: 'condition', key: 'a', state: '{}', dueAt: 5 }],
    });
    const snapshot = await (await kept.reopen()).load();
    expect(snapshot.cursors).toEqual({ outbox: 7, record: 8, event: 9 });
    expect(snapshot.alarms).toEqual([alarmRow(1), alarmRow(3, { condition: 'cleared', handling: 'working' })]);
    expect(snapshot.notices.map(({ noticeId }) => noticeId)).toEqual([uuid(1_000_001), uuid(1_000_003)]);
    expect(snapshot.incidents.map(({ incidentId }) => incidentId).toSorted()).toEqual([uuid(2_000_001), uuid(2_000_003)]);
    expect(snapshot.machines).toEqual([{ kind: 'condition', key: 'a', state: '{}', dueAt: 5 }]);
    await kept.store.commit({ machinesGone: [{ kind: 'condition', key: 'a' }], machines: [] });
    expect((await kept.store.load()).machines).toEqual([]);
  });

  test('is all or nothing', async () => {
    await kept.store.commit({ cursors: { outbox: 1, record: 1, event: 1 }, alarms: [alarmRow(1)] });
    const broken = { subjectId: uuid(1), at: Number.NaN, what: 'raised', by: 'watch', detail: '{}' };
    await expect(
      kept.store.commit({
        cursors: { outbox: 2, record: 2, event: 2 },
        alarms: [alarmRow(1, { level: 1 }), alarmRow(2)],
        history: [broken],
      }),
    ).rejects.toThrow();
    const snapshot = await (await kept.reopen()).load();
    expect([snapshot.cursors.outbox, snapshot.alarms]).toEqual([1, [alarmRow(1)]]);
    await kept.store.commit({ alarms: [alarmRow(2)] });
    expect((await kept.store.load()).alarms).toHaveLength(2);
  });

  test('takes as many rows as its limit, and none of one more', async () => {
    const machines = range(0, watchLimits.rowsPerCommit).map((n) => ({ kind: 'flap', key: String(n), state: '{}', dueAt: null }));
    await kept.store.commit({ machines });
    const more = [...machines, { kind: 'flap', key: 'more', state: '{}', dueAt: null }];
    await expect(kept.store.commit({ machines: more })).rejects.toThrow('at most');
    expect((await kept.store.load()).machines).toHaveLength(watchLimits.rowsPerCommit);
  });

  test('of two thousand alarms with messages and history is one', async () => {
    const alarms = range(0, 2_000).map((n) => alarmRow(n));
    const notices = range(0, 2_000).map((n) => noticeRow(n));
    const history = alarms.map(({ alarmId }) => ({ subjectId: alarmId, at: at0, what: 'raised', by: 'watch', detail: '{}' }));
    await kept.store.commit({ alarms, notices, history });
    expect(await kept.store.countAlarms({ open: true })).toBe(2_000);
    expect((await kept.store.alarmsById(alarms.map(({ alarmId }) => alarmId))).length).toBe(2_000);
    expect((await kept.store.load()).notices).toHaveLength(2_000);
  });
});

describe('killed in the middle of commits', () => {
  test('loses nothing that was answered, and keeps no half of a commit', async () => {
    await kept.store.close();
    let answered = 0;
    for (const upTo of [3, 15, 40]) {
      const committer = fileURLToPath(new URL('committer.ts', import.meta.url));
      const child = spawn(process.execPath, [committer, kept.file], { stdio: ['ignore', 'pipe', 'inherit'] });
      let told = '';
      child.stdout.on('data', (bytes: Buffer) => {
        told += bytes.toString();
        if (told.split('\n').length > upTo) child.kill('SIGKILL');
      });
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');
      answered = Math.max(answered, Number(told.trimEnd().split('\n').at(-1)));
    }
    const store = await kept.reopen();
    const { cursors } = await store.load();
    const alarms = await store.countAlarms({});
    expect(answered).toBeGreaterThanOrEqual(40);
    expect(cursors.outbox).toBeLessThanOrEqual(answered + 1);
    // the last life starts from 1 again and may end earlier or later than those before: what stands is the farthest of them
    expect(alarms % 20).toBe(0);
    expect(alarms).toBeGreaterThanOrEqual(answered * 20);
    expect((await store.load()).notices).toHaveLength(alarms / 20);
  });
});

describe('messages', () => {
  test('one for alarm, transition, recipient and channel: another id for the same is not a second message', async () => {
    await kept.store.commit({ notices: [noticeRow(1)] });
    await kept.store.commit({ notices: [noticeRow(1, { state: 'sent' })] });
    await kept.store.commit({ notices: [noticeRow(1, { noticeId: uuid(77), state: 'queued' })] });
    const others = [{ transition: 2 }, { recipient: 'wang' }, { channel: 'mail' }];
    await kept.store.commit({ notices: others.map((other, i) => noticeRow(1, { noticeId: uuid(80 + i), ...other })) });
    const page = valueOf(await kept.store.notices({ alarmId: uuid(1), limit: 10 }));
    expect(page.items.map(({ noticeId, state }) => `${noticeId} ${state}`).toSorted()).toEqual([
      `${uuid(80)} queued`,
      `${uuid(81)} queued`,
      `${uuid(82)} queued`,
      `${uuid(1_000_001)} sent`,
    ]);
  });

  test('digests are known by their id, and are found by each alarm that they tell', async () => {
    const digest = { alarmIds: [uuid(1), uuid(2)], reason: 'digest' };
    await kept.store.commit({ notices: [noticeRow(1, digest), noticeRow(2, digest)] });
    for (const alarmId of [uuid(1), uuid(2)])
      expect(valueOf(await kept.store.notices({ alarmId, limit: 10 })).items).toHaveLength(2);
    expect(valueOf(await kept.store.notices({ state: 'queued', recipient: 'li', limit: 10 })).items).toHaveLength(2);
    expect(valueOf(await kept.store.notices({ from: at0 + 2, to: at0 + 3, limit: 10 })).items).toHaveLength(1);
  });
});

const exposure = { records: 3, fen: 2_000, estimated: false, oldestAt: null };

describe('pages of alarms', () => {
  test('each alarm once, newest first, however many come meanwhile', async () => {
    await kept.store.commit({ alarms: range(0, 100).map((n) => alarmRow(n, { foundAt: at0 + Math.floor(n / 7) })) });
    let next = 1_000;
    const seen = await walk({ limit: 9 }, () => kept.store.commit({ alarms: [alarmRow(next++)] }));
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
    expect(next).toBe(1_011);
  });

  test('the gravest first: by level, money at stake, age; page by page', async () => {
    const money = (fen: number): object => ({ exposure: { ...exposure, fen } });
    await kept.store.commit({
      alarms: [alarmRow(1), alarmRow(2, money(500)), alarmRow(3, { level: 1 }), alarmRow(4, money(900)), alarmRow(5, money(500))],
    });
    expect(await walk({ limit: 2, order: 'gravity' })).toEqual([3, 4, 2, 5, 1].map(uuid));
  });

  test('a cursor answers its own question alone', async () => {
    await kept.store.commit({ alarms: range(0, 5).map((n) => alarmRow(n)) });
    const { nextCursor } = valueOf(await kept.store.alarms({ limit: 2 }));
    for (const ask of [
      { limit: 2, cursor: nextCursor ?? '', level: 1 },
      { limit: 2, cursor: 'x' },
    ])
      expect(await kept.store.alarms(ask)).toEqual({ ok: false, error: { kind: 'cursor' } });
  });

  test.each<[Omit<AlarmsAsk, 'limit'>, number[]]>([
    [{}, [4, 3, 2, 1]],
    [{ open: true }, [4, 3, 1]],
    [{ open: false }, [2]],
    [{ level: 1 }, [3]],
    [{ handling: 'working' }, [3]],
    [{ condition: 'cleared' }, [2]],
    [{ rule: 'leak' }, [4]],
    [{ subject: 'pos-1' }, [1]],
    [{ campus: 'yibin' }, [4]],
    [{ area: 'main/dorm-3/gate' }, [3]],
    [{ suppressed: true }, [1]],
    [{ suppressed: false, open: true }, [4, 3]],
    [{ causeId: uuid(3) }, [1]],
    [{ from: at0 + 2, to: at0 + 4 }, [3, 2]],
    [{ areas: ['yibin'] }, [4]],
    [{ areas: ['main/dorm-3'] }, [3]],
    [{ areas: ['main/dorm-3/gate', 'yibin'] }, [4, 3]],
    [{ areas: ['main/dorm'] }, []],
    [{ areas: ['main/%'] }, []],
    [{ areas: [] }, []],
    [{ root: true }, [4, 3, 2]],
    [{ root: false }, [1]],
    [{ raised: true, open: true }, [4, 3, 1]],
    [{ owner: 'li' }, [3]],
    [{ clearedFrom: at0 + 2 }, [2]],
    [{ clearedFrom: at0 + 3 }, []],
    [{ alarmIds: [uuid(1), uuid(4), uuid(9)] }, [4, 1]],
    [{ order: 'gravity' }, [3, 4, 1, 2]],
  ])('asked for %j gives %j, and counts as many', async (ask, expected) => {
    await kept.store.commit({
      alarms: [
        alarmRow(1, { suppressedBy: [{ suppressor: 'upstream', by: uuid(3), since: at0 }], causeId: uuid(3) }),
        alarmRow(2, { condition: 'cleared', clearedAt: at0 + 2 }),
        alarmRow(3, { level: 1, handling: 'working', owner: 'li', area: 'main/dorm-3/gate' }),
        alarmRow(4, { rule: 'leak', campus: 'yibin', area: null, exposure }),
      ],
      history: [{ subjectId: uuid(2), at: at0 + 2, what: 'cleared', by: 'watch', detail: '{}' }],
    });
    const { items } = valueOf(await kept.store.alarms({ ...ask, limit: 10 }));
    expect(items.map(({ alarmId }) => alarmId)).toEqual(expected.map(uuid));
    expect(await kept.store.countAlarms(ask)).toBe(expected.length);
  });
});

describe('what people change', () => {
  const version = {
    rule: 'leak',
    enabled: true,
    timing: { raiseAfterMs: 1, clearAfterMs: 1, nOfM: null },
    params: { litres: 1 },
    author: 'li',
    reason: '冬季',
    basis: 'manual',
    savedAt: at0,
  } as const;

  test('a rule gets the next number of its own, and the latest holds', async () => {
    const saved = [await kept.store.saveRule(version), await kept.store.saveRule({ ...version, enabled: false })];
    const other = await kept.store.saveRule({ ...version, rule: 'backlog' });
    expect([...saved, other].map((one) => one.version)).toEqual([1, 2, 1]);
    expect((await kept.store.ruleVersions('leak')).map((one) => one.version)).toEqual([2, 1]);
    const { rules } = await (await kept.reopen()).load();
    expect(rules.map((one) => `${one.rule} ${one.version} ${one.enabled}`).toSorted()).toEqual([
      'backlog 1 true',
      'leak 2 false',
    ]);
  });

  test('a setting is a new row with author and reason', async () => {
    expect(await kept.store.settings()).toMatchObject({ shifts: [], teaching: { periods: [], makeUpDays: [] } });
    const shift = { duty: 'day', recipientId: 'li', from: at0, to: at0 + 1, onSite: true, override: false };
    await kept.store.saveSetting('shifts', [shift], { author: 'li', reason: '排班', at: at0 });
    await kept.store.saveSetting('shifts', [shift, shift], { author: 'wang', reason: '加人', at: at0 + 1 });
    expect((await (await kept.reopen()).settings()).shifts).toHaveLength(2);
    expect((await kept.store.settingVersions('shifts')).map(({ author, reason }) => [author, reason])).toEqual([
      ['wang', '加人'],
      ['li', '排班'],
    ]);
  });

  test('the key of an act is kept with what it did, the first answer stands', async () => {
    const act = { idempotencyKey: uuid(5), at: at0, result: '{"changed":1}' };
    await kept.store.commit({ acts: [act] });
    await kept.store.commit({ acts: [{ ...act, result: '{"changed":0}' }] });
    expect([await kept.store.actDone(uuid(5)), await kept.store.actDone(uuid(6))]).toEqual([act, null]);
  });
});

describe('time', () => {
  const state = (
    at: number,
    word: string,
  ): { subjectKind: 'device'; subjectId: string; at: number; state: string; cause: null } => ({
    subjectKind: 'device',
    subjectId: 'pos-1',
    at,
    state: word,
    cause: null,
  });

  test('states come with the one before, oldest first', async () => {
    await kept.store.commit({ states: [state(30, 'online'), state(10, 'online'), state(20, 'offline')] });
    const told = await kept.store.states({ subjectId: 'pos-1', from: 25, to: 40 });
    expect(told.map((row) => [row.at, row.state])).toEqual([
      [20, 'offline'],
      [30, 'online'],
    ]);
    expect(await kept.store.states({ subjectId: 'pos-2', from: 0, to: 40 })).toEqual([]);
  });

  test('a sweep takes what is over 400 days old and leaves the last word on each thing', async () => {
    const line = { subjectId: uuid(1), what: 'raised', by: 'watch', detail: '{}' };
    await kept.store.commit({
      history: [
        { ...line, at: at0 },
        { ...line, at: at0 + 2 },
      ],
      states: [state(at0 - 5, 'online'), state(at0 - 1, 'offline')],
      acts: [{ idempotencyKey: uuid(5), at: at0, result: '{}' }],
    });
    const now = at0 + 1 + watchLimits.historyDays * dayMs;
    expect(await kept.store.sweep(now)).toEqual({ history: 1, states: 1, acts: 1 });
    expect(await kept.store.sweep(now)).toEqual({ history: 0, states: 0, acts: 0 });
    expect(await kept.store.history(uuid(1))).toEqual([{ ...line, at: at0 + 2 }]);
    expect((await kept.store.states({ subjectId: 'pos-1', from: now, to: now + 1 })).map((row) => row.state)).toEqual([
      'offline',
    ]);
  });

  test('a sweep deletes no more at once than its limit', async () => {
    const history = range(0, watchLimits.sweepRows + 1).map(() => ({
      subjectId: 'x',
      at: 1,
      what: 'raised',
      by: 'watch',
      detail: '{}',
    }));
    await kept.store.commit({ history });
    const now = 2 + watchLimits.historyDays * dayMs;
    expect([(await kept.store.sweep(now)).history, (await kept.store.sweep(now)).history]).toEqual([watchLimits.sweepRows, 1]);
  });

  test('a long log is copied back between commits, a short one is left alone', async () => {
    const db = new DatabaseSync(kept.file, { readOnly: true });
    const log = (): unknown => {
      const { log: pages, checkpointed } = db.prepare('PRAGMA wal_checkpoint(NOOP)').get() ?? {};
      return Number(pages) - Number(checkpointed);
    };
    const grown = async (rows: number): Promise<unknown> => {
      const detail = JSON.stringify({ text: 'x'.repeat(8_000) });
      await kept.store.commit({
        history: range(0, rows).map((at) => ({ subjectId: 'x', at, what: 'raised', by: 'watch', detail })),
      });
      return log();
    };
    const short = await grown(100);
    await kept.store.tidy();
    expect([short, log()]).toEqual([short, short]);
    expect(await grown(5_000)).toBeGreaterThan(tidyPages);
    await kept.store.tidy();
    expect(log()).toBe(0);
    db.close();
  });
});
