/**
 * The watch at work: follows the custody store, looks once a second and whenever something was committed, and keeps what it found before anybody is
 * told. One turn at a time; a turn that cannot be kept ends the watch, and its successor goes on from the rows.
 */
import type { ReplayDto } from '@cardwatch/contracts/api';
import type { Alarm, RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { type CancelTimer, type EpochMs, epochMs, err, type Result } from '@cardwatch/kernel';
import { type Book, lookBook, type Looked, openAlarm } from '../core/alarm/book.core.ts';
import { linkIncident } from '../core/alarm/book-handle.core.ts';
import { fromRows } from '../core/alarm/book-rows.core.ts';
import type { AlarmPolicyView } from '../core/alarm/why.core.ts';
import { exposureOf } from '../core/alarm/exposure.core.ts';
import { type Standings, standingsOf } from '../core/alarm/standing.core.ts';
import { quietByDefault } from '../core/alarm/suppression.core.ts';
import { tightened } from '../core/incident/watch-list.core.ts';
import { dayTypeOf } from '../core/calendar/teaching.core.ts';
import type { DeskView } from '../core/notify/desk.core.ts';
import { stormCode } from '../core/notify/storm-groups.core.ts';
import { policyViewOf, type Route, route } from '../core/notify/route.core.ts';
import { businessTimeOf } from '../core/world/business-time.core.ts';
import { KeptTold } from '../core/world/kept-told.core.ts';
import { createLearned, type Learned, worldLimits } from '../core/world/learn.core.ts';
import type { MachineRow, Settings, WatchChange, WatchStore } from '../store/watch/roles.ts';
import type { Act, ActDone, ActFailure, ReplayAsk } from '../core/watch/act.core.ts';
import type { ActWork } from './acts/work.ts';
import { carryOut, type Ground } from './actor.ts';
import { Causes } from './causes.ts';
import { Incidents } from './incidents.ts';
import { Learning } from './learning.ts';
import { alarmsOf, OpenAlarms } from './open-alarms.ts';
import { Proposals } from './proposals.ts';
import { Replaying } from './replaying.ts';
import { isEmpty, type Part, together } from './change.ts';
import { Follower } from './follower.ts';
import { tellPast } from './past.ts';
import { RuleSet } from './rule-set.ts';
import { StateLog } from './state-log.ts';
import type { WatchParts } from './watch-parts.ts';
import { Telling, type Told } from './telling.ts';
import { Turns } from './turns.ts';

export const watchTimes = {
  lookMs: 1_000,
  /** Least time between two looks, however often ingest commits. */
  paceMs: 500,
  /** After a start agents need so long to be back: until then a lost one is no news. */
  warmUpMs: 30_000,
  seenEveryMs: 60_000,
  sweepEveryMs: 3_600_000,
  standingsMs: 2_000,
} as const;

const seenKind = 'seen';
const emptyRest: ReadonlySet<RuleId> = new Set();
const whileWarmingUp: ReadonlySet<RuleId> = new Set(['agentLost']);

export class Watch {
  readonly #parts: WatchParts;
  readonly #world: Learned;
  readonly #rules: RuleSet;
  readonly #causes: Causes;
  readonly #telling: Telling;
  readonly #follower: Follower;
  readonly #incidents: Incidents;
  readonly #learning: Learning;
  readonly #replaying: Replaying;
  readonly #proposals: Proposals;
  readonly #turns: Turns;
  readonly #keptTold = new KeptTold();
  readonly #startedAt: EpochMs;
  readonly #openAlarms = new OpenAlarms();
  #settings: Settings;
  #book: Book;
  #timer: CancelTimer = () => {};
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** How far the last look was behind the store. */
  #lagMs = 0;
  #seenMs = Number.NEGATIVE_INFINITY;
  #sweptMs: number;
  #woken = false;
  #standings: Standings | undefined;

  /** Takes everything up from the rows, hears again what the rules need of the past, and begins to look. */
  static async begin(parts: WatchParts): Promise<Watch> {
    const snapshot = await parts.store.load();
    const watch = new Watch(parts, snapshot);
    await watch.#begin(snapshot);
    return watch;
  }

  private constructor(parts: WatchParts, snapshot: Awaited<ReturnType<WatchStore['load']>>) {
    const { clock, log, random, newId, channels, feed } = parts;
    this.#parts = parts;
    this.#turns = new Turns((why) => {
      this.#timer();
      parts.failed(why);
    });
    this.#startedAt = clock.now();
    this.#sweptMs = clock.mono();
    this.#settings = snapshot.settings;
    this.#learning = new Learning({
      feed,
      store: parts.store,
      settings: snapshot.settings,
      home: (deviceId) => this.#world.devices.get(deviceId) ?? null,
      mono: () => clock.mono(),
      log,
    });
    const learned = {
      dayType: (at: EpochMs) => dayTypeOf(this.#settings.teaching, at),
      businessTime: businessTimeOf,
      merchantOf: this.#learning.merchantOf,
      expected: this.#learning.expected,
    };
    this.#world = createLearned(learned);
    this.#rules = new RuleSet(snapshot.rules, this.#startedAt);
    this.#replaying = new Replaying({
      feed,
      store: parts.store,
      world: this.#world,
      learned,
      inForce: (rule) => this.#rules.versions.find((version) => version.rule === rule),
      mono: () => clock.mono(),
    });
    this.#proposals = new Proposals({ store: parts.store, world: this.#world, sha256: parts.sha256, mono: () => clock.mono() });
    this.#causes = new Causes(this.#world, log);
    for (const version of snapshot.rules) if (version.rule === 'probableUpstream') this.#causes.take(version);
    this.#follower = new Follower({ feed, world: this.#world, log: new StateLog(parts.store) }, snapshot.cursors);
    const inBook = snapshot.alarms.filter(({ reason, rule }) => reason.code !== stormCode && rule !== 'testAlarm');
    const restored = fromRows({ ...snapshot, alarms: inBook }, this.#startedAt);
    if (restored.unreadable.length > 0) log.log('warn', 'watch.rowsUnreadable', { rows: restored.unreadable.length });
    this.#book = restored.book;
    this.#incidents = new Incidents({ newId, sha256: parts.sha256, facts: parts.facts, titleOf: parts.titleOf });
    const inTurn = (work: (view: DeskView, now: EpochMs) => Told | null): Promise<boolean> =>
      this.#turns.takeFor(() => this.#keepTold(work(this.#view(), this.#now())), false);
    const guard = { ...parts.guard, store: parts.store, watchLagMs: () => this.#lagMs };
    this.#telling = new Telling({ channels, compose: parts.compose, inTurn, guard, clock, random, newId, log }, this.#startedAt);
  }

  async #begin(snapshot: Awaited<ReturnType<WatchStore['load']>>): Promise<void> {
    const { cursors, machines } = snapshot;
    const now = this.#now();
    this.#follower.drawn(this.#settings);
    if (cursors.outbox === 0 && cursors.record === 0 && cursors.event === 0) await this.#follower.standAtEnd(now);
    const seen = machines.find(({ kind }) => kind === seenKind);
    const states = await this.#follower.begin(seen === undefined ? now : Number(seen.state), now);
    const since = now - Math.max(this.#rules.lookBackMs, worldLimits.keepMs);
    const past = { kept: this.#keptTold, follower: this.#follower, rules: this.#rules, world: this.#world };
    const stands = await tellPast(past, { machines, since }, now);
    this.#causes.restore(machines);
    this.#incidents.restore(snapshot);
    this.#learning.restore(machines);
    this.#learning.ready(now);
    const told = this.#telling.restore(snapshot, () => this.#view(), now);
    await this.#keep([{ states }, ...stands, ...told.parts]);
    told.act();
    this.#arm(0);
  }

  /** Something was committed to the custody store: look as soon as the pace allows. */
  wake(): void {
    if (this.#woken || this.#turns.closed) return;
    this.#woken = true;
    this.#arm(Math.max(0, watchTimes.paceMs - (this.#parts.clock.mono() - this.#lookedMs)));
  }

  /** Answered when it is kept. */
  act(act: Act): Promise<Result<ActDone, ActFailure>> {
    return this.#turns.takeFor(() => carryOut(this.#ground(), act, this.#now()), err({ kind: 'down' }));
  }

  /** Beside the looks, a few milliseconds at a time. */
  replay(ask: ReplayAsk): Promise<Result<ReplayDto, ActFailure>> {
    return this.#replaying.replay(ask, this.#now());
  }

  /** Who would be told of this alarm now. Null: no such alarm burns. */
  route(alarmId: string): Route | null {
    const storm = this.#telling.stormAlarm;
    const alarm = storm?.alarmId === alarmId ? storm : openAlarm(this.#book, alarmId as Alarm['alarmId']);
    return alarm === undefined ? null : route(alarm, this.#view().roster, this.#now());
  }

  /** What is known of the alarm's way to people, for "why was nobody told?". Null: no such alarm burns. */
  policyView(alarmId: string): AlarmPolicyView | null {
    const storm = this.#telling.stormAlarm;
    const alarm = storm?.alarmId === alarmId ? storm : openAlarm(this.#book, alarmId as Alarm['alarmId']);
    const way = this.route(alarmId);
    if (alarm === undefined || way === null) return null;
    const version = this.#rules.versions.find(({ rule }) => rule === alarm.rule);
    const next = this.#telling.desk.plans.get(alarmId)?.next ?? null;
    return { raiseAfterMs: version?.timing.raiseAfterMs ?? null, policy: policyViewOf(way, next === null ? null : next.at) };
  }

  /** How the places stand; worked out anew when it is older than `watchTimes.standingsMs`. */
  standings(): Standings {
    const now = this.#now();
    const age = now - (this.#standings?.at ?? Number.NEGATIVE_INFINITY);
    if (this.#standings === undefined || age < 0 || age >= watchTimes.standingsMs)
      this.#standings = standingsOf(this.#world, now);
    return this.#standings;
  }

  /** No turn begins any more; what is being sent is cut off and taken up by the next start. May be called twice. */
  async close(): Promise<void> {
    this.#turns.close();
    this.#timer();
    this.#replaying.close();
    await this.#telling.close();
    await this.#turns.over;
  }

  #arm(ms: number): void {
    this.#timer();
    if (this.#turns.closed) return;
    this.#timer = this.#parts.clock.after(ms, () => void this.#turns.take(() => this.#look()));
  }

  #ground(): Ground {
    const { store } = this.#parts;
    return {
      book: this.#book,
      settings: this.#settings,
      rules: this.#rules.versions,
      deviceIds: this.#world.devices.keys(),
      store,
      incidents: this.#incidents,
      links: this.#parts.links,
      desk: this.#telling.desk,
      view: this.#view(),
      apply: (work, act, now) => this.#apply(work, act, now),
    };
  }

  async #apply(
    { done, book, change = {}, transitions = [], settings = [], rule }: ActWork,
    act: Act,
    now: EpochMs,
  ): Promise<void> {
    const { store, changed } = this.#parts;
    if (rule !== undefined) this.#take(await store.saveRule(rule), now);
    const before = this.#settings;
    for (const { name, value } of settings) this.#settings = { ...this.#settings, [name]: value };
    if (book !== undefined) this.#book = book;
    const view = this.#view();
    const told = this.#telling.handled({ alarms: change.alarms ?? [], transitions }, view, now);
    const acts = [{ idempotencyKey: act.idempotencyKey, at: now, result: JSON.stringify({ kind: act.kind, done }) }];
    const written = settings.map((setting) => ({ ...setting, author: act.by, at: now }));
    await this.#keep([change, ...told.parts, { acts, settings: written }]);
    await this.#settingsTook(before, now);
    if (change.incidents !== undefined) this.#incidents.took(change.incidents);
    if (change.alarms !== undefined && change.alarms.length > 0) changed(change.alarms);
    told.act();
  }

  #take(version: RuleVersion, now: EpochMs): void {
    if (version.rule === 'probableUpstream') this.#causes.take(version);
    else if (this.#rules.take(version))
      this.#rules.tell({ money: [], events: this.#keptTold.facts(now) }, this.#world, now, version.rule);
  }

  async #settingsTook(before: Settings, now: EpochMs): Promise<void> {
    if (before === this.#settings) return;
    if (before.topology !== this.#settings.topology || before.places !== this.#settings.places) {
      await this.#follower.redraw(this.#settings, now);
      this.#causes.reshape();
    }
    this.#learning.settings(this.#settings);
  }

  async #look(): Promise<void> {
    const { clock } = this.#parts;
    this.#woken = false;
    this.#lookedMs = clock.mono();
    const now = this.#now();
    const pulled = await this.#follower.pull(now);
    this.#lagMs = pulled.more ? Math.max(0, now - (pulled.upto ?? now)) : 0;
    this.#rules.tell(pulled, this.#world, now);
    const stands = this.#keptTold.took(pulled.events, this.#world);
    this.#world.collectorSaid(this.#telling.guard.collectorFact(now));
    if (pulled.reshaped) this.#causes.reshape();
    const causes = this.#causes.look(now);
    const looked = this.#lookBook(causes, now);
    this.#book = looked.book;
    const { states, versions } = pulled;
    const found = { states, history: versions, machines: causes.rows.rows, machinesGone: causes.rows.gone };
    const incidents = this.#lookIncidents(looked.history.length > 0, now);
    const told = await this.#telling.look(looked, { view: () => this.#view(), open: () => this.#open() }, now);
    const taught = await this.#learning.look(now);
    const suggestions = await this.#proposals.look(this.#settings.topology, now);
    await this.#keep([found, stands, looked, ...incidents, ...told.parts, taught, { suggestions }, this.#seen(now)]);
    const changed = [...looked.alarms, ...told.alarms];
    if (changed.length > 0) this.#parts.changed(changed);
    told.act();
    this.#parts.looked(this.#lagMs);
    await this.#sweep(now);
    this.#arm(pulled.more ? 0 : watchTimes.lookMs);
    void this.#turns.take(() => this.#afterLook());
  }

  /** Evidence packs and the store's own work, in a turn of their own: no look waits for them. */
  async #afterLook(): Promise<void> {
    if (this.#incidents.packDue) {
      const { links: _, ...packed } = await this.#incidents.pack({ alarms: this.#open(), world: this.#world }, this.#now());
      await this.#keep([packed]);
    }
    await this.#parts.store.tidy();
  }

  /** What the alarms make of incidents, and the alarms tied to theirs. */
  #lookIncidents(moved: boolean, now: EpochMs): readonly Part[] {
    const { importantEvents, calendars, contracts } = this.#settings;
    const ask = { alarms: this.#open(), moved, world: this.#world, importantEvents, calendars, contracts };
    const out = this.#incidents.look(ask, now);
    const tied = linkIncident(this.#book, { links: out.links, by: 'watch' }, now);
    this.#book = tied.book;
    const { incidents, history, machines, machinesGone } = out;
    return [
      { incidents, history, machines, machinesGone },
      { alarms: tied.alarms, history: tied.history, machines: tied.machines },
    ];
  }

  #open(): readonly Alarm[] {
    return this.#openAlarms.list(this.#book);
  }

  #lookBook({ explain, explainTurns, inGrace, look }: ReturnType<Causes['look']>, now: EpochMs): Looked {
    const resting = now - this.#startedAt < watchTimes.warmUpMs ? whileWarmingUp : emptyRest;
    const { windows, silences, importantEvents } = this.#settings;
    const { roll } = this.#world;
    const suppression = {
      windows,
      silences,
      quiet: quietByDefault,
      explain,
      explainTurns,
      inGrace,
      inMaintenance: (deviceId: string) => roll.maintained.has(deviceId),
      maintenanceTurns: roll.maintenanceTurns,
      storm: this.#telling.storm,
    };
    return lookBook(
      this.#book,
      {
        findings: [...tightened(this.#rules.look(this.#world, resting, now), this.#incidents.watched(now)), look],
        suppression,
        importantEvents,
        exposureOf: (alarm, symptoms) => exposureOf(alarm, symptoms, this.#world, now),
        newId: () => this.#parts.newId() as Alarm['alarmId'],
      },
      now,
    );
  }

  async #keepTold(told: Told | null): Promise<boolean> {
    if (told === null) return false;
    await this.#keep(told.parts);
    told.act();
    return true;
  }

  async #keep(parts: readonly Part[]): Promise<void> {
    const change: WatchChange = together(parts);
    if (!isEmpty(change)) await this.#parts.store.commit({ ...change, cursors: this.#follower.cursors });
  }

  /** Until when states are written down, once a minute: with it the cursors are kept, also while nothing happens. */
  #seen(now: EpochMs): { readonly machines: readonly MachineRow[] } {
    const monoMs = this.#parts.clock.mono();
    if (monoMs - this.#seenMs < watchTimes.seenEveryMs) return { machines: [] };
    this.#seenMs = monoMs;
    return { machines: [{ kind: seenKind, key: '', state: String(now), dueAt: null }] };
  }

  async #sweep(now: EpochMs): Promise<void> {
    const monoMs = this.#parts.clock.mono();
    if (monoMs - this.#sweptMs < watchTimes.sweepEveryMs) return;
    this.#sweptMs = monoMs;
    this.#world.forget(now);
    await this.#keep([{ machinesGone: this.#keptTold.without(this.#world.devices) }]);
    await this.#parts.store.sweep(now);
  }

  #view(): DeskView {
    const { policies, recipients, shifts, importantEvents } = this.#settings;
    const alarms = alarmsOf(this.#book, this.#telling.stormAlarm);
    const awaits = (alarm: Alarm): boolean => this.#causes.awaits(alarm);
    return { roster: { policies, recipients, shifts, importantEvents }, alarms, awaits };
  }

  #now(): EpochMs {
    return epochMs(this.#parts.clock.now());
  }
}
