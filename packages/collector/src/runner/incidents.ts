/**
 * Incidents as the watch keeps them: opened by alarms, joined, reopened or merged by them, assessed, timed and documented, look by look. What a look
 * gives belongs into one commit. Acts of people come in by `took` once they are kept.
 */
import type { Alarm, ImportantEvent, Incident } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { assess } from '../core/incident/assess.core.ts';
import { judge } from '../core/incident/judge.core.ts';
import { nextIncidentNumber } from '../core/incident/number.core.ts';
import {
  alarmsPerIncidentMax,
  type Intake,
  intakeOf,
  joinAlarm,
  merge,
  openIncident,
  reopenByAlarm,
} from '../core/incident/open.core.ts';
import { lastNumberKind, type Tracked, trackedAtStart, trackedFrom, trackedKind } from '../core/incident/tracked.core.ts';
import type { SavedTerms } from '../core/sla/terms.core.ts';
import { type WatchEntry, watchList } from '../core/incident/watch-list.core.ts';
import type { World } from '../core/world/world.core.ts';
import type { MachineRow } from '../store/watch/roles.ts';
import { makePack } from './incident-evidence.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { type IncidentsOut, IncidentTurn } from './incident-turn.ts';
import { tickIncident } from './incident-tick.ts';

export const incidentLimits = {
  /** Over ones that are kept in memory, so that what comes again names them. */
  over: 500,
  /** Causes that one look takes in, and incidents that it goes through: the rest comes with the next looks, the gravest and the longest waiting first. */
  causesPerLook: 100,
  /** Of five hundred at once each is gone through within 25 s. */
  ticksPerLook: 20,
  /** Evidence packs that follow one look. */
  packsPerLook: 1,
} as const;

export interface IncidentParts {
  readonly newId: () => string;
  /** Hex of the UTF-8 text. */
  readonly sha256: (text: string) => string;
  readonly facts: IncidentFacts;
  /** Title of an incident that this alarm opens, in the language of the site. */
  readonly titleOf: (alarm: Alarm) => string;
}

export interface IncidentsAsk extends SavedTerms {
  /** All alarms of the book, as they are after this look. */
  readonly alarms: readonly Alarm[];
  /** False: since the last look none of them began or ceased to burn, and none has another cause. */
  readonly moved?: boolean;
  readonly world: World;
  readonly importantEvents: readonly ImportantEvent[];
}

const burns = ({ condition, raisedAt }: Alarm): boolean =>
  raisedAt !== null && condition !== 'pending' && condition !== 'cleared';
const isGone = ({ state }: Incident): boolean => state === 'merged' || state === 'falseAlarm';

export class Incidents {
  readonly #parts: IncidentParts;
  readonly #all = new Map<string, Incident>();
  readonly #tracked = new Map<string, Tracked>();
  readonly #dueAt = new Map<string, number>();
  readonly #ofAlarm = new Map<string, string>();
  readonly #untracked = new Set<string>();
  readonly #packsAsked = new Set<string>();
  #lastNumber = '';
  /** An incident is another one since it was last asked which go into which. */
  #stirred = true;

  constructor(parts: IncidentParts) {
    this.#parts = parts;
  }

  /** Takes up what stands after a start. Machine rows of other kinds are passed over. */
  restore({ incidents, machines }: { readonly incidents: readonly Incident[]; readonly machines: readonly MachineRow[] }): void {
    for (const { kind, state } of machines) if (kind === lastNumberKind) this.#numbered(state);
    for (const incident of incidents) this.#put(incident);
    for (const row of machines) {
      const tracked = row.kind === trackedKind && this.#all.has(row.key) ? trackedFrom(row) : null;
      if (tracked !== null) this.#tracked.set(row.key, tracked);
    }
  }

  /** Those in memory: all that are not closed, and closed ones that may come again. */
  find(incidentId: string): Incident | undefined {
    return this.#all.get(incidentId);
  }

  tracked(incidentId: string): Tracked {
    return this.#tracked.get(incidentId) ?? trackedAtStart;
  }

  nextNumber(now: EpochMs): string {
    return nextIncidentNumber([this.#lastNumber], now);
  }

  /** What a person made of incidents, once it is kept. */
  took(incidents: readonly Incident[]): void {
    for (const incident of incidents) {
      this.#put(incident);
      if (!isGone(incident)) continue;
      this.#forget(incident.incidentId);
      this.#untracked.add(incident.incidentId);
    }
  }

  /** What is watched after it was restored (domain E-4). */
  watched(now: EpochMs): readonly WatchEntry[] {
    return watchList([...this.#all.values()], now);
  }

  /** A person wants an evidence pack: it is made after the next look. */
  askPack(incidentId: string): void {
    this.#packsAsked.add(incidentId);
  }

  /** Incidents or people wait for an evidence pack: `pack` is worth a turn. */
  get packDue(): boolean {
    return this.#packsDue().length > 0;
  }

  look(ask: IncidentsAsk, now: EpochMs): IncidentsOut {
    const turn = this.#turn();
    for (const incidentId of this.#untracked) turn.untrack(incidentId);
    this.#untracked.clear();
    const alarms = ask.alarms.filter(burns);
    this.#takeIn(alarms, ask, turn, now);
    if (ask.moved !== false || this.#stirred) this.#mergeExplained(alarms, turn, now);
    this.#tick(alarms, ask, turn, now);
    this.#trim(turn);
    return turn.out();
  }

  /** The packs that are due, the longest waiting first. Beside a look, since one takes as long as a look may. */
  async pack({ alarms, world }: Pick<IncidentsAsk, 'alarms' | 'world'>, now: EpochMs): Promise<IncidentsOut> {
    const turn = this.#turn();
    const burning = alarms.filter(burns);
    for (const incidentId of this.#packsDue().slice(0, incidentLimits.packsPerLook)) {
      const incident = this.#all.get(incidentId);
      this.#packsAsked.delete(incidentId);
      if (incident === undefined) continue;
      this.#track(turn, incidentId, { ...this.tracked(incidentId), evidenceDue: false }, this.#dueAt.get(incidentId));
      await makePack({ incident, alarms: burning, world, parts: this.#parts }, turn, now);
    }
    return turn.out();
  }

  #packsDue(): readonly string[] {
    const due = [...this.#tracked].flatMap(([incidentId, { evidenceDue }]) => (evidenceDue ? [incidentId] : []));
    return [...new Set([...this.#packsAsked, ...due])];
  }

  #turn(): IncidentTurn {
    return new IncidentTurn((incident) => this.#put(incident));
  }

  #takeIn(alarms: readonly Alarm[], ask: IncidentsAsk, turn: IncidentTurn, now: EpochMs): void {
    const loose = alarms.filter((alarm) => alarm.incidentId === null && alarm.rule !== 'testAlarm');
    const causes = loose.filter(({ causeId, level, suppressedBy }) => causeId === null && level < 3 && suppressedBy.length === 0);
    let taken = 0;
    for (const alarm of causes.toSorted((a, b) => a.level - b.level || a.since - b.since)) {
      if (taken === incidentLimits.causesPerLook) break;
      if (this.#takeCause(alarm, ask, turn, now) !== 'ignored') taken++;
    }
    for (const alarm of loose) {
      const id = this.#ofAlarm.get(alarm.causeId ?? '');
      const into = id === undefined ? undefined : this.#all.get(id);
      if (into === undefined || into.alarmIds.length >= alarmsPerIncidentMax) continue;
      if (intakeOf(alarm, [into], now).kind === 'joins') this.#join(into, alarm, ask, turn);
    }
  }

  #takeCause(alarm: Alarm, ask: IncidentsAsk, turn: IncidentTurn, now: EpochMs): Intake['kind'] {
    const intake = intakeOf(alarm, [...this.#all.values()], now);
    if (intake.kind === 'ignored') {
      const known = this.#ofAlarm.get(alarm.alarmId);
      if (intake.why === 'known' && known !== undefined) turn.link(alarm.alarmId, known);
      return intake.kind;
    }
    if (intake.kind === 'opens') this.#open(alarm, intake.previousId, ask, turn, now);
    const into = intake.kind === 'opens' ? undefined : this.#all.get(intake.incidentId);
    if (into === undefined) return intake.kind;
    if (intake.kind === 'joins') this.#join(into, alarm, ask, turn);
    else this.#reopen(into, alarm, turn, now);
    return intake.kind;
  }

  #reopen(into: Incident, alarm: Alarm, turn: IncidentTurn, now: EpochMs): void {
    const { incident } = reopenByAlarm({ incident: into, remindedAt: null }, alarm, now);
    if (incident === into) return;
    turn.put(incident);
    turn.link(alarm.alarmId, incident.incidentId);
    turn.tell(incident, { what: 'reopened', detail: { alarmId: alarm.alarmId, afterMs: now - (into.restoredAt ?? now) } }, now);
    this.#track(turn, incident.incidentId, {
      ...this.tracked(incident.incidentId),
      remindedAt: null,
      healthySince: null,
      blocks: trackedAtStart.blocks,
    });
  }

  #open(
    alarm: Alarm,
    previousId: string | null,
    { world, importantEvents }: IncidentsAsk,
    turn: IncidentTurn,
    now: EpochMs,
  ): void {
    const ask = { alarms: [alarm], devices: devicesOf(alarm), world, events: importantEvents };
    const incident = openIncident(
      {
        incidentId: this.#parts.newId(),
        number: this.nextNumber(now),
        title: this.#parts.titleOf(alarm) || alarm.rule,
        alarm,
        deviceClasses: classesOf(alarm, world),
        assessment: assess(judge(ask, now), 'watch', now),
        previousId,
      },
      now,
    );
    turn.put(incident);
    turn.machine({ kind: lastNumberKind, key: '', state: incident.number, dueAt: null });
    turn.link(alarm.alarmId, incident.incidentId);
    turn.tell(incident, { what: 'opened', detail: { number: incident.number, alarmId: alarm.alarmId, previousId } }, now);
    turn.tell(incident, { what: 'assessed', detail: { ...incident.assessments[0] } }, now);
    this.#track(turn, incident.incidentId, { ...trackedAtStart, evidenceDue: true });
  }

  #join(into: Incident, alarm: Alarm, { world }: IncidentsAsk, turn: IncidentTurn): void {
    const incident = joinAlarm(into, alarm, classesOf(alarm, world));
    if (incident === into) return;
    turn.put(incident);
    turn.link(alarm.alarmId, incident.incidentId);
  }

  /** An incident that nobody took yet and of which every burning alarm is explained by another incident's goes into that one. */
  #mergeExplained(alarms: readonly Alarm[], turn: IncidentTurn, now: EpochMs): void {
    this.#stirred = false;
    /** Null: it has a cause of its own, or causes in several. */
    const targets = new Map<string, string | null>();
    for (const { alarmId, causeId } of alarms) {
      const from = this.#ofAlarm.get(alarmId);
      const known = from === undefined ? null : targets.get(from);
      if (from === undefined || known === null) continue;
      const into = causeId === null ? from : (this.#ofAlarm.get(causeId) ?? from);
      targets.set(from, into !== from && (known === undefined || known === into) ? into : null);
    }
    for (const [id, target] of targets) {
      const from = this.#all.get(id);
      const into = this.#all.get(target ?? '');
      if (target === null || from?.state !== 'new' || into === undefined) continue;
      const merged = merge(into, from, 'watch', now);
      if (!merged.ok) continue;
      turn.put(merged.value.from);
      turn.put(merged.value.into);
      for (const alarmId of from.alarmIds) turn.link(alarmId, into.incidentId);
      turn.tell(from, { what: 'merged', detail: { into: into.number } }, now);
      turn.tell(into, { what: 'tookIn', detail: { from: from.number, alarms: from.alarmIds.length } }, now);
      turn.untrack(id);
      this.#forget(id);
    }
  }

  #tick(alarms: readonly Alarm[], ask: IncidentsAsk, turn: IncidentTurn, now: EpochMs): void {
    const dueAt = ({ incidentId }: Incident): number => this.#dueAt.get(incidentId) ?? 0;
    const waiting = [...this.#all.values()].filter((one) => dueAt(one) <= now);
    if (waiting.length === 0) return;
    const due = waiting.toSorted((a, b) => dueAt(a) - dueAt(b)).slice(0, incidentLimits.ticksPerLook);
    const burning = this.#byIncident(alarms);
    for (const incident of due) {
      const { incidentId } = incident;
      const before = this.tracked(incidentId);
      const ticked = tickIncident({ incident, tracked: before, burning: burning.get(incidentId) ?? [], ask }, turn, now);
      this.#dueAt.set(incidentId, ticked.dueAt);
      if (ticked.tracked !== before) this.#track(turn, incidentId, ticked.tracked, ticked.dueAt);
    }
  }

  #byIncident(alarms: readonly Alarm[]): ReadonlyMap<string, readonly Alarm[]> {
    const found = new Map<string, Alarm[]>();
    for (const alarm of alarms) {
      const id = this.#ofAlarm.get(alarm.alarmId);
      if (id === undefined) continue;
      const list = found.get(id);
      if (list === undefined) found.set(id, [alarm]);
      else list.push(alarm);
    }
    return found;
  }

  #track(turn: IncidentTurn, incidentId: string, tracked: Tracked, dueAt = 0): void {
    this.#tracked.set(incidentId, tracked);
    this.#dueAt.set(incidentId, dueAt);
    turn.track(incidentId, tracked);
  }

  #put(incident: Incident): void {
    this.#stirred = true;
    this.#all.set(incident.incidentId, incident);
    this.#dueAt.set(incident.incidentId, 0);
    this.#numbered(incident.number);
    if (!isGone(incident)) for (const alarmId of incident.alarmIds) this.#ofAlarm.set(alarmId, incident.incidentId);
  }

  #numbered(number: string): void {
    if (number.localeCompare(this.#lastNumber, 'en', { numeric: true }) > 0) this.#lastNumber = number;
  }

  #forget(incidentId: string): void {
    this.#stirred = true;
    const incident = this.#all.get(incidentId);
    for (const alarmId of incident?.alarmIds ?? []) if (this.#ofAlarm.get(alarmId) === incidentId) this.#ofAlarm.delete(alarmId);
    this.#all.delete(incidentId);
    this.#tracked.delete(incidentId);
    this.#dueAt.delete(incidentId);
  }

  #trim(turn: IncidentTurn): void {
    if (this.#all.size <= incidentLimits.over) return;
    const over = [...this.#all.values()].filter((one) => one.state === 'closed').toSorted((a, b) => a.openedAt - b.openedAt);
    for (const { incidentId } of over.slice(0, Math.max(0, over.length - incidentLimits.over))) {
      this.#forget(incidentId);
      turn.untrack(incidentId);
    }
  }
}

const devicesOf = ({ devices, subject }: Alarm): readonly string[] =>
  devices.length > 0 ? devices : subject.kind === 'device' ? [subject.id] : [];

const classesOf = (alarm: Alarm, world: World): readonly string[] => [
  ...new Set(devicesOf(alarm).flatMap((id) => world.devices.get(id)?.profile ?? [])),
];
