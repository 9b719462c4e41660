/**
 * Watches the watch: once a minute it proves that nobody was forgotten, tells somebody outside only while that is so, and once a day sends a made-up alarm
 * through every address. It makes rows and keeps nothing itself: what it gives belongs into the commit of the look that asked.
 */
import type { Alarm, Notice, Recipient } from '@cardwatch/contracts/watch';
import { type CancelTimer, type Clock, type EpochMs, type Logger, minuteMs, type Result, secondMs } from '@cardwatch/kernel';
import type { ChannelFailure } from '../channels/channel.ts';
import { type Audit, audit, auditLimits } from '../core/notify/auditor.core.ts';
import { deadmanAtStart, type DeadmanState, makeDeadmanStep } from '../core/notify/deadman.core.ts';
import type { DeskView, NotifyDesk } from '../core/notify/desk.core.ts';
import type { DeskChange } from '../core/notify/desk-rows.core.ts';
import type { RouteFinding } from '../core/notify/route.core.ts';
import { proveTest, testAddressesMax, testAlarm, testNotices, type TestProof } from '../core/notify/test-alarm.core.ts';
import { begun, proved, rescheduled, testDue, type TestRun, testRunAtStart } from '../core/notify/test-run.core.ts';
import type { CollectorFact, RefusalFact, TellingFault } from '../core/world/world.core.ts';
import type { HistoryRow, MachineRow, WatchStore } from '../store/watch/roles.ts';

export const guardLimits = {
  auditEveryMs: minuteMs,
  /** Findings against the watch this long are an alarm of their own. */
  lastingMs: 2 * minuteMs,
  /** Findings that log and row name. */
  namedMax: 20,
  /** Findings of routing kept between two audits. */
  routingMax: 1_000,
  tellDeadlineMs: 15 * secondMs,
} as const;

/** What ingest says of itself, when it said so. */
export interface IngestFigures {
  readonly lagMs: number;
  readonly storeWritable: boolean;
  readonly brokerUp: boolean;
  /** Of the last ten minutes. */
  readonly refusals?: readonly RefusalFact[];
  readonly at: EpochMs;
}

export interface GuardPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: () => string;
  readonly store: Pick<WatchStore, 'notices'>;
  /** Null: nobody outside is configured. */
  readonly tellSecondWatch: ((signal: AbortSignal) => Promise<Result<null, ChannelFailure>>) | null;
  /** How often it is told while all is well. */
  readonly tellEveryMs: number;
  /** Of the data folder; null: not to be known here. */
  readonly diskFreeBytes: () => number | null;
  readonly watchLagMs: () => number;
  /** Null: nothing was heard yet, and nothing is held against it. */
  readonly ingest: () => IngestFigures | null;
}

export interface GuardAsk {
  readonly desk: NotifyDesk;
  readonly view: DeskView;
  /** Open alarms of the book. */
  readonly alarms: Iterable<Alarm>;
  /** Alarms that found no place in it. */
  readonly overflow: number;
}

/** Rows for the commit of this look. */
export interface GuardChange extends Partial<DeskChange> {
  readonly alarms?: readonly Alarm[];
}

export const guardKind = 'guard';

export class Guard {
  readonly #ports: GuardPorts;
  readonly #deadmanStep: ReturnType<typeof makeDeadmanStep>;
  readonly #abort = new AbortController();
  #deadman: DeadmanState;
  #test: TestRun;
  #audit: Audit | null = null;
  /** Since when audits are not content. */
  #faultSince: EpochMs | null = null;
  #routing: RouteFinding[] = [];
  #auditMs = Number.NEGATIVE_INFINITY;
  #tickedAt: EpochMs | null = null;
  /** A tick that came too late since the last audit. */
  #staleAt: EpochMs | null = null;
  #diskFree: number | null = null;
  #telling: Promise<void> | null = null;
  #tellFailed = false;

  constructor(ports: GuardPorts, now: EpochMs) {
    this.#ports = ports;
    this.#deadmanStep = makeDeadmanStep(ports.tellEveryMs);
    this.#deadman = deadmanAtStart(now);
    this.#test = testRunAtStart(now);
  }

  /** A test under way is waited for again; since when something is wrong is remembered. Call once, before the first tick. */
  restore(machines: readonly MachineRow[], now: EpochMs): void {
    for (const { kind, key, state } of machines) {
      if (kind !== guardKind) continue;
      if (key === 'test') this.#test = rescheduled(JSON.parse(state) as TestRun, now);
      if (key === 'audit') this.#faultSince = (JSON.parse(state) as { readonly since: EpochMs | null }).since;
    }
  }

  /** What routing found wrong, of every `DeskOut`: told with the next audit. */
  routed(findings: readonly RouteFinding[]): void {
    const room = guardLimits.routingMax - this.#routing.length;
    this.#routing.push(...findings.slice(0, Math.max(0, room)));
  }

  /** With every look, after the desk's own tick. The rows belong into this look's commit. */
  async tick(ask: GuardAsk, now: EpochMs): Promise<readonly GuardChange[]> {
    if (this.#tickedAt !== null && Math.abs(now - this.#tickedAt) > auditLimits.overdueMs) this.#staleAt = this.#tickedAt;
    this.#tickedAt = now;
    const changes = [...(await this.#tickTest(ask, now)), ...this.#tickAudit(ask, now)];
    const [deadman, effects] = this.#deadmanStep(this.#deadman, { kind: 'ticked' }, now);
    this.#deadman = deadman;
    if (effects.length > 0) this.#tellOutside();
    return changes;
  }

  /** For `Learned.collectorSaid`, with every look. */
  collectorFact(now: EpochMs): CollectorFact {
    const { ingest, watchLagMs } = this.#ports;
    const figures = ingest();
    return {
      ingestLagMs: figures?.lagMs ?? 0,
      storeWritable: figures?.storeWritable ?? true,
      brokerUp: figures?.brokerUp ?? true,
      watchLagMs: watchLagMs(),
      diskFreeBytes: this.#diskFree,
      telling: this.#fault(now),
      refusals: figures?.refusals ?? [],
      at: figures?.at ?? now,
    };
  }

  /** The call that is under way is cut off. May be called twice. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#telling;
  }

  #fault(now: EpochMs): TellingFault | null {
    const { last } = this.#test;
    const lasting = this.#faultSince !== null && now - this.#faultSince >= guardLimits.lastingMs;
    if (lasting && this.#audit !== null && !this.#audit.content) return { what: 'audit', count: Math.max(1, this.#audit.total) };
    return last !== null && last.failed > 0 ? { what: 'test', count: last.failed } : null;
  }

  #tickAudit({ desk, alarms, overflow }: GuardAsk, now: EpochMs): readonly GuardChange[] {
    const monoMs = this.#ports.clock.mono();
    if (monoMs - this.#auditMs < guardLimits.auditEveryMs) return [];
    this.#auditMs = monoMs;
    this.#diskFree = this.#ports.diskFreeBytes();
    if (overflow > 0) this.#ports.log.log('error', 'watch.full', { alarms: overflow });
    const { plans, deliveries, bins } = desk;
    const done = audit({ alarms, plans, deliveries, bins, lastTickAt: this.#staleAt ?? now, routing: this.#routing }, now);
    this.#routing = [];
    this.#staleAt = null;
    this.#audit = done;
    this.#faultSince = done.content ? null : (this.#faultSince ?? now);
    [this.#deadman] = this.#deadmanStep(this.#deadman, { kind: 'audited', audit: done }, now);
    const findings = done.findings.slice(0, guardLimits.namedMax);
    if (done.total > 0) {
      const named = findings.map(({ kind, what }) => `${kind} ${what}`).join(', ');
      this.#ports.log.log(done.content ? 'warn' : 'error', 'watch.audit', { total: done.total, named: named.slice(0, 2_000) });
    }
    return [rowOf('audit', { ...done, findings, since: this.#faultSince })];
  }

  async #tickTest(ask: GuardAsk, now: EpochMs): Promise<readonly GuardChange[]> {
    this.#test = rescheduled(this.#test, now);
    const { running } = this.#test;
    const underWay = running === null ? [] : [...ask.desk.deliveries.values()].map(({ notice }) => notice);
    const due = testDue(this.#test, underWay, now);
    if (due === 'begin') return this.#beginTest(ask, now);
    return due === 'prove' && running !== null ? this.#proveTest(running, now) : [];
  }

  #beginTest({ desk, view }: GuardAsk, now: EpochMs): readonly GuardChange[] {
    const { newId, log } = this.#ports;
    const alarm = testAlarm(newId(), now);
    const { recipients } = view.roster;
    const ways = addressesOf(recipients);
    if (ways > testAddressesMax) log.log('warn', 'watch.testShort', { ways, tested: testAddressesMax });
    const { change } = desk.queue(testNotices({ alarmId: alarm.alarmId, recipients, newId }, now), view);
    this.#test = begun(this.#test, alarm, now);
    const history = historyOf(alarm.alarmId, { what: 'testBegan', detail: { ways } }, now);
    return [change, { alarms: [alarm], history: [history] }, rowOf('test', this.#test)];
  }

  async #proveTest(alarm: Pick<Alarm, 'alarmId' | 'foundAt'>, now: EpochMs): Promise<readonly GuardChange[]> {
    const proof = proveTest(alarm, await this.#noticesOf(alarm.alarmId), now);
    this.#test = proved(this.#test, proof);
    this.#ports.log.log(...provenLine(proof));
    const history = historyOf(alarm.alarmId, { what: 'testProved', detail: proof }, now);
    return [{ history: [history] }, rowOf('test', this.#test)];
  }

  async #noticesOf(alarmId: string): Promise<readonly Notice[]> {
    const all: Notice[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#ports.store.notices({ alarmId, cursor, limit: 200 });
      if (!page.ok) return all;
      all.push(...page.value.items);
      cursor = page.value.nextCursor ?? undefined;
    } while (cursor !== undefined && all.length < testAddressesMax);
    return all;
  }

  /** One call at a time; the next waits for its own time. What became of it is logged when it changes. */
  #tellOutside(): void {
    const { tellSecondWatch, clock } = this.#ports;
    if (tellSecondWatch === null || this.#telling !== null || this.#abort.signal.aborted) return;
    const deadline = new AbortController();
    const cancel: CancelTimer = clock.after(guardLimits.tellDeadlineMs, () => deadline.abort());
    this.#telling = tellSecondWatch(AbortSignal.any([deadline.signal, this.#abort.signal]))
      .then((answer) => this.#toldOutside(answer.ok ? null : answer.error.kind))
      .catch(() => this.#toldOutside('timeout'))
      .finally(() => {
        cancel();
        this.#telling = null;
      });
  }

  #toldOutside(why: string | null): void {
    const failed = why !== null && !this.#abort.signal.aborted;
    if (failed && !this.#tellFailed) this.#ports.log.log('warn', 'watch.secondWatch', { why });
    if (!failed && this.#tellFailed) this.#ports.log.log('info', 'watch.secondWatch', { why: 'answers again' });
    this.#tellFailed = failed;
  }
}

const rowOf = (key: string, state: object): GuardChange => ({
  machines: [{ kind: guardKind, key, state: JSON.stringify(state), dueAt: null }],
});

const historyOf = (
  subjectId: string,
  { what, detail }: { readonly what: string; readonly detail: object },
  now: EpochMs,
): HistoryRow => ({ subjectId, at: now, what, by: 'watch', detail: JSON.stringify(detail) });

const addressesOf = (recipients: readonly Recipient[]): number =>
  recipients.reduce((sum, { addresses }) => sum + new Set(addresses.map(({ channel }) => channel)).size, 0);

/** A day without anybody to test is told like a test that failed. */
function provenLine({ passed, failed, ways }: TestProof): Parameters<Logger['log']> {
  const dead = ways.filter(({ outcome }) => outcome === 'failed').map(({ recipient, channel }) => `${recipient}/${channel}`);
  const well = failed === 0 && passed > 0;
  return [well ? 'info' : 'warn', 'watch.testProved', { passed, failed, dead: dead.join(' ').slice(0, 1_000) }];
}
