/** A desk on virtual time with channels that do as they are told, rows that survive and a process that may die. */
import type { ChannelFailure, ChannelLimits, Delivery } from '../../../packages/collector/src/channels/channel.ts';
import type { Transition, TransitionKind } from '../../../packages/collector/src/core/alarm/transition.core.ts';
import type { DeadLetter, DeskOut, SendOrder } from '../../../packages/collector/src/core/notify/desk-rows.core.ts';
import { type DeskView, NotifyDesk } from '../../../packages/collector/src/core/notify/desk.core.ts';
import type { Roster, RouteFinding } from '../../../packages/collector/src/core/notify/route.core.ts';
import type { HistoryRow, MachineRow } from '../../../packages/collector/src/store/watch/roles.ts';
import type {
  Alarm,
  AlarmLevel,
  ChannelKind,
  Notice,
  NoticePolicy,
  NoticeReason,
  Recipient,
  Suppression,
} from '@cardwatch/contracts/watch';
import { type EpochMs, epochFromShanghai, epochMs, err, ok, type Result, SeededRandom } from '@cardwatch/kernel';

/** Monday 23 November 2026 in Shanghai. */
export const at = (hour: number, minute = 0, second = 0, day = 23): EpochMs => {
  const time = epochFromShanghai({ year: 2026, month: 11, day, hour, minute, second });
  if (time === undefined) throw new RangeError('no such time');
  return time;
};

export const person = (recipientId: string, ...channels: readonly ChannelKind[]): Recipient => ({
  recipientId,
  displayName: recipientId,
  kind: 'person',
  user: null,
  language: 'zh',
  addresses: channels.map((channel) => ({ channel, address: `${channel}:${recipientId}` })),
});

export const policy = (over: Partial<NoticePolicy> & Pick<NoticePolicy, 'policyId' | 'levels'>): NoticePolicy => ({
  rules: [],
  areas: [],
  channels: ['wecom', 'sms'],
  fallbackAfterMs: 60_000,
  steps: [{ afterMs: 0, who: ['zhang'] }],
  repeats: 0,
  remindEveryMs: null,
  acknowledgeForMs: 1_800_000,
  quiet: null,
  digestEveryMs: null,
  ...over,
});

export const alarmId = (n: number): Alarm['alarmId'] =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as Alarm['alarmId'];

export function alarm(n: number, over: Partial<Alarm> = {}): Alarm {
  return {
    alarmId: alarmId(n),
    rule: 'deviceOffline',
    ruleVersion: 1,
    subject: { kind: 'device', id: `pos-${n}` },
    level: 1,
    levels: [{ level: 1, at: 0, why: 'rule' }],
    condition: 'active',
    since: 0,
    foundAt: 0,
    raisedAt: 0,
    clearedAt: null,
    handling: 'new',
    handledAt: null,
    owner: null,
    acknowledgedUntil: null,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    reason: { code: 'offline', values: { device: `pos-${n}` } },
    evidence: null,
    exposure: { records: 0, fen: null, estimated: false, oldestAt: null },
    devices: [`pos-${n}`],
    campus: 'yb',
    area: 'yb/b3/hall',
    previousId: null,
    incidentId: null,
    ...over,
  };
}

export type Answer = Result<Delivery, ChannelFailure>;
export const arrives: Answer = ok({ providerId: null, state: 'sent' });
export const fails = (kind: ChannelFailure['kind'], retryAfterMs: number | null = null): Answer =>
  err({ kind, code: null, detail: '', retryAfterMs });

/** One message that a recipient's phone rang for. */
export interface Rung {
  readonly at: EpochMs;
  readonly noticeId: string;
  readonly recipient: string;
  readonly channel: ChannelKind;
  readonly reason: NoticeReason;
  readonly level: AlarmLevel;
  readonly alarmIds: readonly string[];
  readonly items: readonly { readonly alarmId: string; readonly what: 'raised' | 'cleared' }[];
}

const wide: ChannelLimits = { titleBytes: 200, textBytes: 2_000, perMinute: 1_000, perSecond: null, countedBy: 'address' };

export class CampusDesk {
  now: EpochMs;
  readonly alarms = new Map<string, Alarm>();
  readonly notices = new Map<string, Notice>();
  readonly machines = new Map<string, MachineRow>();
  readonly history: HistoryRow[] = [];
  readonly rung: Rung[] = [];
  readonly dead: DeadLetter[] = [];
  readonly findings: RouteFinding[] = [];
  roster: Roster;
  /** What the channel answers; told the order, so that one channel may refuse. */
  answer: (order: SendOrder) => Answer = () => arrives;
  /** Whether the channel comes to the bytes that deliver at once, not just before its answer: a death in between delivers nothing. */
  handsOver: (order: SendOrder) => boolean = () => true;
  /** Of these a cause may yet show itself. */
  awaits: (alarm: Alarm) => boolean = () => false;
  /** Answers come this much later. */
  latencyMs = 0;
  limits: (channel: ChannelKind) => ChannelLimits = () => wide;
  desk: NotifyDesk;
  #no = new Map<string, number>();
  #ids = 0;
  #random = new SeededRandom(7);
  #inFlight: { readonly dueAt: number; readonly order: SendOrder; readonly answer: Answer; readonly handedOver: boolean }[] = [];

  constructor(roster: Partial<Roster>, now: EpochMs) {
    this.now = now;
    this.roster = { policies: [], recipients: [], shifts: [], importantEvents: [], ...roster };
    this.desk = this.#open();
  }

  #open(): NotifyDesk {
    const newId = (): string => `10000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`;
    return new NotifyDesk({ newId, random: this.#random, limitsOf: (channel) => this.limits(channel) });
  }

  get view(): DeskView {
    return { roster: this.roster, alarms: this.alarms, awaits: (of) => this.awaits(of) };
  }

  /** Rows first, actions second. */
  commit(out: DeskOut): void {
    for (const notice of out.change.notices) this.notices.set(notice.noticeId, notice);
    for (const row of out.change.machines) this.machines.set(`${row.kind} ${row.key}`, row);
    for (const { kind, key } of out.change.machinesGone) this.machines.delete(`${kind} ${key}`);
    this.history.push(...out.change.history);
    this.dead.push(...out.dead);
    this.findings.push(...out.findings);
    for (const order of out.sends) this.#send(order);
  }

  #send(order: SendOrder): void {
    const answer = this.answer(order);
    const handedOver = answer.ok && (this.latencyMs === 0 || this.handsOver(order));
    if (handedOver) this.#handOver(order);
    if (this.latencyMs === 0)
      this.commit(this.desk.answered(order.notice.noticeId, { answer, latencyMs: 0 }, this.view, this.now));
    else this.#inFlight.push({ dueAt: this.now + this.latencyMs, order, answer, handedOver });
  }

  #handOver(order: SendOrder): void {
    const marked = this.desk.handingOver(order.notice.noticeId, this.view, this.now);
    if (marked === null) throw new Error(`${order.notice.noticeId} is not being sent`);
    this.commit(marked);
    this.ring(order);
  }

  ring({ notice, terms }: SendOrder): void {
    const { noticeId, recipient, channel, reason, level, alarmIds } = notice;
    this.rung.push({ at: this.now, noticeId, recipient, channel, reason, level, alarmIds, items: terms.items });
  }

  /** The alarm module says something; `over` is what the row becomes. */
  say(kind: TransitionKind, n: number, over: Partial<Alarm> = {}): void {
    const row = { ...(this.alarms.get(alarmId(n)) ?? alarm(n)), ...over };
    this.alarms.set(row.alarmId, row);
    const no = (this.#no.get(row.alarmId) ?? 0) + 1;
    this.#no.set(row.alarmId, no);
    const transition: Transition = { kind, no, alarm: row, at: this.now };
    this.commit(this.desk.transitions([transition], this.view, this.now));
    if (row.condition === 'cleared') this.alarms.delete(row.alarmId);
  }

  /** The row changes without a transition. */
  see(n: number, over: Partial<Alarm>): void {
    const row = { ...(this.alarms.get(alarmId(n)) ?? alarm(n)), ...over };
    this.alarms.set(row.alarmId, row);
    this.commit(this.desk.seen([row], this.view, this.now));
  }

  clear(n: number): void {
    this.say('cleared', n, { condition: 'cleared', clearedAt: this.now });
  }

  acknowledge(n: number): void {
    this.say('acknowledged', n, { handling: 'acknowledged', handledAt: this.now });
  }

  tick(): void {
    const landed = this.#inFlight.filter(({ dueAt }) => dueAt <= this.now);
    this.#inFlight = this.#inFlight.filter(({ dueAt }) => dueAt > this.now);
    for (const { order, answer, handedOver } of landed) {
      if (answer.ok && !handedOver) this.#handOver(order);
      this.commit(this.desk.answered(order.notice.noticeId, { answer, latencyMs: this.latencyMs }, this.view, this.now));
    }
    this.commit(this.desk.tick(this.view, this.now));
  }

  /** Ticks once a second, as the runner does. */
  run(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.now = epochMs(this.now + 1_000);
      this.tick();
    }
  }

  runTo(time: EpochMs): void {
    this.run(Math.round((time - this.now) / 1_000));
  }

  /** The process dies: what was in flight is never answered; a new one reads the rows. */
  restart(): void {
    this.#inFlight = [];
    this.desk = this.#open();
    const copy = JSON.parse(JSON.stringify({ machines: [...this.machines.values()], notices: [...this.notices.values()] })) as {
      machines: MachineRow[];
      notices: Notice[];
    };
    this.commit(this.desk.restore(copy, this.view, this.now));
  }

  /** `recipient/channel reason` of all that rang since the last call, with seconds since `from`. */
  heard(from: EpochMs): string[] {
    return this.rung.splice(0).map((rung) => `${(rung.at - from) / 1_000}s ${rung.recipient}/${rung.channel} ${rung.reason}`);
  }
}

export const suppressed = (suppressor: Suppression['suppressor'], since: EpochMs, by = 'x'): Suppression => ({
  suppressor,
  by,
  since,
});
