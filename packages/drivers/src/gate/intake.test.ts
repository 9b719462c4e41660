import { type Result, epochMs, err, ok } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverFailure, NotTaken, Observation } from '../contract.ts';
import { type BacklogWish, type GateEvent, Intake, intakeLimits } from './intake.ts';

const noon = 1_795_406_400_000;

/** `12@3` is event 12, three seconds after noon; `12@3r` says that it was told before; `-@3` has no number. */
function eventOf(text: string): GateEvent {
  const [, no = '', at = '', replayed] = /^(-|\d+)@(-?\d+)(r?)$/.exec(text) ?? [];
  const observedAt = epochMs(at === '1970' ? 11_000 : noon + Number(at) * 1_000);
  const eventNo = no === '-' ? undefined : Number(no);
  return {
    eventNo,
    observedAt,
    replayed: replayed === 'r',
    event: {
      type: 'door',
      point: 'lock',
      state: text,
      observedText: text,
      observedAt,
      ...(eventNo === undefined ? {} : { eventNo }),
    },
  };
}

interface World {
  readonly intake: Intake;
  /** What was handed over, in turn; `|` between observations that carried something. */
  readonly taken: string[];
  readonly newest: (number | undefined)[];
  readonly wishes: BacklogWish[];
  log: string[] | 'unsupported' | 'down' | 'none';
  refuse: number;
  kept: number | undefined;
}

function world(log: World['log'], kept?: number): World {
  const taken: string[] = [];
  const newest: (number | undefined)[] = [];
  const wishes: BacklogWish[] = [];
  const take = (observation: Observation): Promise<Result<void, NotTaken>> => {
    if (made.refuse > 0 && (observation.events ?? []).length > 0) {
      made.refuse--;
      return Promise.resolve(err({ kind: 'notTaken', detail: 'disk ill' }));
    }
    for (const event of observation.events ?? []) {
      taken.push(event.observedText);
      made.kept = Math.max(made.kept ?? 0, event.eventNo ?? 0);
    }
    if ((observation.events ?? []).length > 0) newest.push(observation.facts.newestRecordNo);
    return Promise.resolve(ok(undefined));
  };
  const backlog = (wish: BacklogWish): Promise<Result<readonly GateEvent[], DriverFailure>> => {
    wishes.push(wish);
    if (made.log === 'unsupported') return Promise.resolve(err({ kind: 'unsupported', detail: '404' }));
    if (made.log === 'down' || made.log === 'none') return Promise.resolve(err({ kind: 'timeout', afterMs: 1 }));
    return Promise.resolve(ok(made.log.map(eventOf)));
  };
  const intake = new Intake({
    sink: { take, failed: () => {} },
    resume: () => (made.kept === undefined ? undefined : { generation: 1, lastRecordNo: made.kept }),
    backlog: log === 'none' ? undefined : backlog,
  });
  const made: World = { intake, taken, newest, wishes, log, refuse: 0, kept };
  return made;
}

const take = (w: World, ...events: string[]) => w.intake.take(events.map(eventOf), 0);

describe('in order and once', () => {
  test.each<[string, string[], number | undefined, string[], string[]]>([
    // what                                 log at the start          kept  live                              taken
    ['nothing known: the log, then live', ['2@2', '1@1'], undefined, ['3@3', '4@4'], ['1@1', '2@2', '3@3', '4@4']],
    ['the log holds the last one and more', ['5@5', '7@7', '6@6'], 5, ['8@8'], ['6@6', '7@7', '8@8']],
    ['told live what the log told', ['5@5', '6@6'], 5, ['6@6', '7@7'], ['6@6', '7@7']],
    ['told again', ['5@5'], 5, ['6@6', '3@3r', '6@6r', '7@7'], ['6@6', '7@7']],
    ['without a number', ['5@5'], 5, ['-@6', '6@7'], ['-@6', '6@7']],
    [
      'an old event whose time is later than the last: known by its number',
      ['5@5', '6@30', '7@8'],
      5,
      ['6@30', '8@9'],
      ['6@30', '7@8', '8@9'],
    ],
  ])('%s', async (_, log, kept, live, taken) => {
    const w = world(log, kept);
    expect(await w.intake.catchUp()).toEqual({ ok: true, value: undefined });
    for (const event of live) expect((await take(w, event)).ok).toBe(true);
    expect(w.taken).toEqual(taken);
  });

  test('a hole is looked for in the log, and only what is not there is a jump', async () => {
    const w = world(['5@5'], 5);
    await w.intake.catchUp();
    w.log = ['5@5', '6@6', '8@8', '9@9'];
    await take(w, '9@9', '10@10');
    expect(w.taken).toEqual(['6@6', '8@8', '9@9', '10@10']);
    expect(w.wishes.at(-1)?.afterNo).toBe(5);
  });

  test('without a log a hole is a jump at once', async () => {
    const w = world('none', 5);
    await w.intake.catchUp();
    await take(w, '9@9');
    expect(w.taken).toEqual(['9@9']);
  });

  test('a log that turns out not to exist', async () => {
    const w = world('unsupported', 5);
    expect((await w.intake.catchUp()).ok).toBe(true);
    await take(w, '9@9');
    expect(w.taken).toEqual(['9@9']);
    expect(w.intake.hasLog).toBe(false);
    expect(w.wishes).toHaveLength(1);
  });

  test('a log that cannot be read now: not yet, and after three attempts without it', async () => {
    const w = world(['5@5'], 5);
    await w.intake.catchUp();
    w.log = 'down';
    expect((await take(w, '9@9')).ok).toBe(false);
    expect((await take(w, '9@9')).ok).toBe(false);
    expect(w.taken).toEqual([]);
    expect((await take(w, '9@9')).ok).toBe(true);
    expect(w.taken).toEqual(['9@9']);
  });

  test('what custody refuses is offered again, and nothing after it goes first', async () => {
    const w = world(['5@5'], 5);
    await w.intake.catchUp();
    w.refuse = 1;
    expect(await take(w, '6@6', '7@7')).toMatchObject({ ok: false, error: { kind: 'notTaken' } });
    expect(w.taken).toEqual([]);
    w.log = ['5@5', '6@6', '7@7'];
    await w.intake.catchUp();
    expect(w.taken).toEqual(['6@6', '7@7']);
  });

  test('calls at the same time go one after the other', async () => {
    const w = world(['5@5'], 5);
    await Promise.all([w.intake.catchUp(), take(w, '6@6'), take(w, '7@7'), w.intake.sign(), take(w, '7@7')]);
    expect(w.taken).toEqual(['6@6', '7@7']);
    expect(w.intake.duplicates).toBe(1);
  });

  test(`more than ${intakeLimits.eventsPerTake} go in pieces, each with the newest number of all`, async () => {
    const count = 2 * intakeLimits.eventsPerTake + 1;
    const w = world(
      Array.from({ length: count }, (_, index) => `${index + 1}@${index}`),
      0,
    );
    await w.intake.catchUp();
    expect(w.taken).toHaveLength(count);
    expect(w.newest).toEqual([count, count, count]);
  });
});

describe('numbers that begin anew', () => {
  test('a live event with an old number and a later time', async () => {
    const w = world(['50@5'], 50);
    await w.intake.catchUp();
    await take(w, '51@6');
    w.log = ['1@20', '2@21'];
    await take(w, '3@22');
    expect(w.taken).toEqual(['51@6', '1@20', '2@21', '3@22']);
    expect(w.newest.at(-1)).toBe(3);
  });

  test('the log holds only smaller numbers', async () => {
    const w = world(['1@20', '2@21'], 50);
    await w.intake.catchUp();
    expect(w.taken).toEqual(['1@20', '2@21']);
    expect(w.newest).toEqual([2]);
  });

  test('the log is empty, and the next event has a small number', async () => {
    const w = world([], 50);
    await w.intake.catchUp();
    w.log = ['1@20'];
    await take(w, '2@21');
    expect(w.taken).toEqual(['1@20', '2@21']);
  });

  test('found without a live event: the log is asked for what it holds at all', async () => {
    const w = world([], 50);
    let reads = 0;
    const intake = new Intake({
      sink: {
        take: ({ events }) => Promise.resolve(ok(void w.taken.push(...(events ?? []).map(({ observedText }) => observedText)))),
        failed: () => {},
      },
      resume: () => ({ generation: 1, lastRecordNo: 50 }),
      backlog: ({ afterNo }) => {
        reads++;
        return Promise.resolve(ok(afterNo === undefined ? ['1@20', '2@21'].map(eventOf) : []));
      },
    });
    await intake.catchUp();
    expect([w.taken, reads]).toEqual([['1@20', '2@21'], 2]);
  });

  test('a log that is behind what was told live is no new life', async () => {
    const w = world(['4@4', '5@5'], 5);
    await w.intake.catchUp();
    await take(w, '6@6');
    await w.intake.catchUp();
    await take(w, '7@7');
    expect(w.taken).toEqual(['6@6', '7@7']);
  });

  test.each([
    ['says that it was told before', '3@90r'],
    ['has a time before the last one', '3@1'],
    ['has a clock that was never set', '3@1970'],
  ])('not when an old number %s', async (_, event) => {
    const w = world(['50@5'], 50);
    await w.intake.catchUp();
    await take(w, event);
    expect(w.taken).toEqual([]);
    expect(w.intake.duplicates).toBe(1);
  });
});
