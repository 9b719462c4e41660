/** Incidents on virtual time over a real watch store: each look is one commit, as the watch does it. */
import { createHash } from 'node:crypto';
import type { Alarm, ImportantEvent, Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import { emptyBook } from '../../../packages/collector/src/core/alarm/book.core.ts';
import { at, SampleWorld } from '../../../packages/collector/src/core/rules/sample-world.core.ts';
import type { IncidentAct } from '../../../packages/collector/src/core/watch/act.core.ts';
import { incidentWork } from '../../../packages/collector/src/runner/acts/incidents.ts';
import { type IncidentFacts, watchFacts } from '../../../packages/collector/src/runner/incident-facts.ts';
import type { IncidentsOut } from '../../../packages/collector/src/runner/incident-turn.ts';
import { Incidents } from '../../../packages/collector/src/runner/incidents.ts';
import { alarmRow, type Kept, keptStore, uuid } from '../store/rows.ts';

export { at, uuid };
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export class IncidentDesk {
  readonly kept: Kept = keptStore();
  readonly campus = new SampleWorld();
  readonly alarms = new Map<string, Alarm>();
  events: readonly ImportantEvent[] = [];
  facts: IncidentFacts | undefined;
  now: EpochMs;
  incidents: Incidents;
  #ids = 9_000;
  #keys = 0;

  constructor(clock: string) {
    this.now = at(clock);
    this.incidents = this.#fresh();
  }

  #fresh(): Incidents {
    return new Incidents({
      newId: () => uuid(this.#ids++),
      sha256,
      facts: (...ask) => (this.facts ?? watchFacts(this.kept.store))(...ask),
      titleOf: ({ rule }) => rule,
    });
  }

  /** An alarm that burns from now. */
  burns(n: number, change: Partial<Record<keyof Alarm, unknown>> = {}): Alarm {
    const times = { since: this.now, foundAt: this.now, raisedAt: this.now };
    const alarm = alarmRow(n, { ...times, devices: ['pos-1'], campus: 'main', area: 'main/b3/canteen', ...change });
    this.alarms.set(alarm.alarmId, alarm);
    return alarm;
  }

  clears(...ns: readonly number[]): void {
    for (const n of ns) this.alarms.delete(uuid(n));
  }

  /** With the turn of the evidence packs after it. `moved`: as `IncidentsAsk` has it. */
  async look(moved = true): Promise<IncidentsOut> {
    const ask = {
      alarms: [...this.alarms.values()],
      moved,
      world: this.campus.world,
      importantEvents: this.events,
      calendars: [],
      contracts: [],
    };
    const out = this.incidents.look(ask, this.now);
    for (const { alarmIds, incidentId } of out.links)
      for (const alarmId of alarmIds) {
        const alarm = this.alarms.get(alarmId);
        if (alarm !== undefined) this.alarms.set(alarmId, { ...alarm, incidentId });
      }
    const { links: _, ...change } = out;
    await this.kept.store.commit({ ...change, alarms: [...this.alarms.values()] });
    if (!this.incidents.packDue) return out;
    const { links: __, ...packed } = await this.incidents.pack({ ...ask, alarms: [...this.alarms.values()] }, this.now);
    await this.kept.store.commit(packed);
    return { ...out, history: [...out.history, ...packed.history] };
  }

  /** Looks once a minute for so long. */
  async passes(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      this.now = epochMs(this.now + minuteMs);
      await this.look();
    }
  }

  /** Time goes by without looks. */
  skips(minutes: number): void {
    this.now = epochMs(this.now + minutes * minuteMs);
  }

  /** `ok`, or the code of the refusal. */
  async act(act: IncidentAct, by = 'li'): Promise<string> {
    const head = { by, at: this.now, idempotencyKey: uuid(500_000 + this.#keys++) };
    const ground = { incidents: this.incidents, book: emptyBook(this.now), store: this.kept.store };
    const worked = await incidentWork(ground, { ...act, ...head }, this.now);
    if (!worked.ok) return 'why' in worked.error ? worked.error.why : worked.error.kind;
    const { change = {} } = worked.value;
    await this.kept.store.commit(change);
    for (const alarm of change.alarms ?? []) if (this.alarms.has(alarm.alarmId)) this.alarms.set(alarm.alarmId, alarm);
    this.incidents.took(change.incidents ?? []);
    return 'ok';
  }

  /** The process dies and comes back with what was committed. */
  async restarts(): Promise<void> {
    const store = await this.kept.reopen();
    this.incidents = this.#fresh();
    this.incidents.restore(await store.load());
  }

  async rows(): Promise<readonly Incident[]> {
    const page = await this.kept.store.incidents({ limit: 100 });
    if (!page.ok) throw new Error(page.error.kind);
    return page.value.items.toSorted((a, b) => (a.number < b.number ? -1 : 1));
  }

  /** `what` of each line of its history, counted: `slaWarning 3`. */
  async told(incidentId: string): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const { what } of await this.kept.store.history(incidentId)) counts[what] = (counts[what] ?? 0) + 1;
    return counts;
  }

  async first(): Promise<Incident> {
    const [incident] = await this.rows();
    if (incident === undefined) throw new Error('no incident');
    return incident;
  }
}
