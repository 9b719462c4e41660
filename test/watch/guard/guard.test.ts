/** The guard over a real file of the watch, on virtual time: audits, the call to whoever watches from outside, the daily test, restarts. */
import type { Alarm, Recipient } from '@cardwatch/contracts/watch';
import { epochMs, err, hourMs, minuteMs, ok, type Result, secondMs, SeededRandom, VirtualClock } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChannelFailure } from '../../../packages/collector/src/channels/channel.ts';
import { type DeskView, NotifyDesk } from '../../../packages/collector/src/core/notify/desk.core.ts';
import { Guard, guardKind, type GuardPorts, type IngestFigures } from '../../../packages/collector/src/runner/guard.ts';
import { together } from '../../../packages/collector/src/runner/change.ts';
import { alarmRow, keptStore, type Kept, uuid } from '../store/rows.ts';

/** 10:00 in Shanghai. */
const start = epochMs(Date.UTC(2026, 10, 23, 2));

class Bench {
  readonly kept: Kept = keptStore();
  readonly clock = new VirtualClock(start);
  readonly logged: string[] = [];
  readonly refusing = new Set<string>();
  calls = 0;
  answer: Result<null, ChannelFailure> = ok(null);
  ingest: IngestFigures | null = null;
  recipients: readonly Recipient[] = [];
  alarms: readonly Alarm[] = [];
  overflow = 0;
  desk = this.#desk();
  guard = new Guard(this.#ports(), start);
  #ids = 1_000;

  #desk(): NotifyDesk {
    return new NotifyDesk({ newId: () => uuid(++this.#ids), random: new SeededRandom(1), limitsOf: () => undefined });
  }

  #ports(): GuardPorts {
    const log = (level: string, event: string, fields = {}): void =>
      void this.logged.push(`${level} ${event} ${JSON.stringify(fields)}`);
    const logger = { log, child: () => logger };
    return {
      clock: this.clock,
      log: logger,
      newId: () => uuid(++this.#ids),
      store: { notices: (ask) => this.kept.store.notices(ask) },
      tellSecondWatch: async () => {
        this.calls++;
        return this.answer;
      },
      tellEveryMs: minuteMs,
      diskFreeBytes: () => 5_000,
      watchLagMs: () => 40,
      ingest: () => this.ingest,
    };
  }

  get view(): DeskView {
    const alarms = new Map(this.alarms.map((alarm) => [alarm.alarmId as string, alarm]));
    return { roster: { policies: [], recipients: this.recipients, shifts: [], importantEvents: [] }, alarms };
  }

  /** A second of the watch: its desk, its guard, its commit, then what is sent. */
  async look(): Promise<void> {
    const now = this.clock.now();
    const out = this.desk.tick(this.view, now);
    const guarded = await this.guard.tick(
      { desk: this.desk, view: this.view, alarms: this.alarms, overflow: this.overflow },
      now,
    );
    await this.kept.store.commit(together([out.change, ...guarded]));
    const answered = out.sends.map(({ notice }) => {
      const answer: Parameters<NotifyDesk['answered']>[1]['answer'] = this.refusing.has(notice.channel)
        ? err({ kind: 'unauthorised', code: null, detail: '', retryAfterMs: null })
        : ok({ providerId: null, state: 'sent' });
      return this.desk.answered(notice.noticeId, { answer, latencyMs: 3 }, this.view, now).change;
    });
    await this.kept.store.commit(together(answered));
  }

  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += secondMs) {
      await this.look();
      this.clock.advance(secondMs);
    }
  }

  /** The process ends; its successor takes everything from the rows. */
  async restart(): Promise<void> {
    const rows = await (await this.kept.reopen()).load();
    this.desk = this.#desk();
    this.guard = new Guard(this.#ports(), this.clock.now());
    this.desk.restore(rows, this.view, this.clock.now());
    this.guard.restore(rows.machines, this.clock.now());
  }

  async machine(key: string): Promise<Record<string, unknown>> {
    const { machines } = await this.kept.store.load();
    const row = machines.find((each) => each.kind === guardKind && each.key === key);
    return row === undefined ? {} : (JSON.parse(row.state) as Record<string, unknown>);
  }
}

const person = (recipientId: string, ...channels: readonly Recipient['addresses'][number]['channel'][]): Recipient => ({
  recipientId,
  displayName: recipientId,
  kind: 'person',
  user: null,
  language: 'zh',
  addresses: channels.map((channel) => ({ channel, address: `${channel}:${recipientId}` })),
});

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => {
  await bench.guard.close();
  await bench.kept.remove();
});

describe('the audit', () => {
  test('while nobody is forgotten whoever watches from outside is told once a minute', async () => {
    await bench.run(5 * minuteMs);
    expect([bench.calls, bench.guard.collectorFact(bench.clock.now()).telling]).toEqual([5, null]);
    expect(await bench.machine('audit')).toMatchObject({ content: true, total: 0, since: null });
    expect(bench.logged).toEqual([]);
  });

  test('alarms that found no place are said once a minute', async () => {
    bench.overflow = 3;
    await bench.run(2 * minuteMs);
    expect(bench.logged).toEqual(Array(2).fill('error watch.full {"alarms":3}'));
  });

  test('an alarm that nobody would hear of stops the calls, is logged, and becomes the collector’s own alarm when it lasts', async () => {
    await bench.run(minuteMs);
    bench.alarms = [alarmRow(1, { level: 1, raisedAt: start })];
    await bench.run(2 * minuteMs - secondMs);
    const [calls, early] = [bench.calls, bench.guard.collectorFact(bench.clock.now()).telling];
    expect([calls, early]).toEqual([1, null]);
    await bench.run(secondMs);
    expect([bench.calls, bench.guard.collectorFact(bench.clock.now()).telling]).toEqual([calls, { what: 'audit', count: 1 }]);
    expect(await bench.machine('audit')).toMatchObject({ content: false, findings: [{ kind: 'noPlan', what: uuid(1) }] });
    expect(bench.logged[0]).toContain(`error watch.audit {"total":1,"named":"noPlan ${uuid(1)}"}`);
    bench.alarms = [];
    await bench.run(minuteMs);
    expect([bench.calls, bench.guard.collectorFact(bench.clock.now()).telling]).toEqual([calls + 1, null]);
  });

  test('since when something is wrong is known after a restart', async () => {
    bench.alarms = [alarmRow(1, { level: 1, raisedAt: start - minuteMs })];
    await bench.run(2 * minuteMs);
    const { since } = await bench.machine('audit');
    await bench.restart();
    await bench.run(secondMs);
    expect(await bench.machine('audit')).toMatchObject({ content: false, since });
    expect(bench.guard.collectorFact(bench.clock.now()).telling).toEqual({ what: 'audit', count: 1 });
  });

  test('a watch that stood still says so with its next audit', async () => {
    await bench.run(minuteMs);
    bench.clock.advance(40 * secondMs);
    await bench.run(minuteMs);
    expect(bench.logged.some((line) => line.includes('staleTick'))).toBe(true);
  });

  test('what routing found wrong is told to the log and withholds nothing', async () => {
    bench.guard.routed([{ kind: 'noShift', what: 'network' }]);
    await bench.run(minuteMs);
    expect(bench.logged).toEqual(['warn watch.audit {"total":1,"named":"noShift network"}']);
    expect(bench.calls).toBe(1);
  });

  test('an outside that does not answer is logged once, and once when it does again', async () => {
    bench.answer = err({ kind: 'unreachable', code: null, detail: '', retryAfterMs: null });
    await bench.run(3 * minuteMs);
    bench.answer = ok(null);
    await bench.run(2 * minuteMs);
    expect(bench.logged).toEqual([
      'warn watch.secondWatch {"why":"unreachable"}',
      'info watch.secondWatch {"why":"answers again"}',
    ]);
  });
});

describe('the daily test', () => {
  const proofOf = async (): Promise<Record<string, unknown>> => {
    const { running, last } = await bench.machine('test');
    return { running, ...(last as Record<string, unknown> | null) };
  };

  test('goes by every address at 10:07 and keeps its proof as history of an alarm that is over', async () => {
    bench.recipients = [person('zhang', 'wecom', 'sms'), person('li', 'mail')];
    await bench.run(7 * minuteMs);
    expect(await bench.machine('test')).toEqual({});
    await bench.run(10 * secondMs);
    const proof = await proofOf();
    expect(proof).toMatchObject({ running: null, passed: 3, failed: 0 });
    const alarm = await bench.kept.store.alarm(String(proof['alarmId']));
    expect(alarm).toMatchObject({ rule: 'testAlarm', condition: 'cleared', handling: 'closed' });
    const history = await bench.kept.store.history(String(proof['alarmId']));
    expect(history.map(({ what }) => what).toSorted()).toEqual(['testBegan', 'testProved', 'told', 'told', 'told']);
    expect((await bench.kept.store.load()).alarms).toEqual([]);
    expect(bench.guard.collectorFact(bench.clock.now()).telling).toBeNull();
  });

  test('a way that does not go through fails the test and stands against the collector until the next', async () => {
    bench.recipients = [person('zhang', 'wecom', 'sms')];
    bench.refusing.add('sms');
    await bench.run(18 * minuteMs);
    expect(await proofOf()).toMatchObject({ running: null, passed: 1, failed: 1 });
    expect(bench.logged.some((line) => line.startsWith('warn watch.testProved') && line.includes('zhang/sms'))).toBe(true);
    expect(bench.guard.collectorFact(bench.clock.now()).telling).toEqual({ what: 'test', count: 1 });
  });

  test('under way over a restart it is proved by the successor; one hour late it waits for the next day', async () => {
    bench.recipients = [person('zhang', 'wecom', 'sms')];
    bench.refusing.add('sms');
    await bench.run(7 * minuteMs + secondMs);
    expect((await bench.machine('test'))['running']).not.toBeNull();
    await bench.restart();
    await bench.run(11 * minuteMs);
    expect(await proofOf()).toMatchObject({ running: null, passed: 1, failed: 1 });
    const late = new Bench();
    late.recipients = bench.recipients;
    late.clock.advance(2 * hourMs);
    await late.run(10 * secondMs);
    expect(await late.machine('test')).toEqual({});
    await late.kept.remove();
  });
});

test('the collector’s own figures: those of ingest when it has said something, nothing held against it before', () => {
  const now = bench.clock.now();
  const { collectorFact } = { collectorFact: () => bench.guard.collectorFact(now) };
  expect(collectorFact()).toMatchObject({ storeWritable: true, brokerUp: true, ingestLagMs: 0, watchLagMs: 40, at: now });
  bench.ingest = { lagMs: 9_000, storeWritable: false, brokerUp: true, at: epochMs(now - 5) };
  expect(collectorFact()).toMatchObject({ storeWritable: false, ingestLagMs: 9_000, at: now - 5 });
});
