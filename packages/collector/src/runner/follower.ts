/**
 * Follows the custody store and keeps the world that the rules read. Each pull takes what was committed since the last one: things that changed as they
 * stand now, records and events one by one in commit order, in slices, so that a backlog that drains never holds a look up.
 */
import type { DevicePlace, TopologyNode } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { homeOf } from '../core/register/home.core.ts';
import type { Learned } from '../core/world/learn.core.ts';
import type { AgentFact, DeviceFact, EventFact, MoneyFact } from '../core/world/world.core.ts';
import { type CustodyFeed, type FedDevice, feedLimits } from '../store/feed/roles.ts';
import type { OutboxRow } from '../store/read/roles.ts';
import { readLimits } from '../store/read/roles.ts';
import type { HistoryRow, StateRow, WatchCursors } from '../store/watch/roles.ts';
import type { StateLog } from './state-log.ts';
import { versionRows } from './versions.ts';

/** What came with one pull. */
export interface Pulled {
  readonly money: readonly MoneyFact[];
  readonly events: readonly EventFact[];
  readonly states: readonly StateRow[];
  /** What devices run by, as it changed. */
  readonly versions: readonly HistoryRow[];
  /** A device came, went or got other parents: the graph is to be built anew. */
  readonly reshaped: boolean;
  /** There is more to be had at once. */
  readonly more: boolean;
  /** When the oldest of what was taken last was written; null: nothing was taken. */
  readonly upto: number | null;
}

type Topology = ReadonlyMap<string, readonly (readonly string[])[]>;

/** What people keep of devices: ways up and places. */
interface Drawn {
  readonly topology: readonly TopologyNode[];
  readonly places: readonly DevicePlace[];
}

export interface FollowerParts {
  readonly feed: CustodyFeed;
  readonly world: Learned;
  readonly log: StateLog;
}

export class Follower {
  readonly #feed: CustodyFeed;
  readonly #world: Learned;
  readonly #log: StateLog;
  #cursors: WatchCursors;
  #topology: Topology = new Map();
  #places: ReadonlyMap<string, ReturnType<typeof homeOf>> = new Map();
  readonly #ways = new Map<string, string>();

  constructor({ feed, world, log }: FollowerParts, cursors: WatchCursors) {
    this.#feed = feed;
    this.#world = world;
    this.#log = log;
    this.#cursors = cursors;
  }

  get cursors(): WatchCursors {
    return this.#cursors;
  }

  /** Ways up and places of the register stand before those of the agents' configuration. A node that names a port alone says nothing of ways. */
  drawn({ topology, places }: Drawn): void {
    const ways = topology.filter(({ upstream }) => upstream.length > 0);
    this.#topology = new Map(ways.map(({ deviceId, upstream }) => [deviceId, upstream.map(({ parents }) => parents)]));
    this.#places = new Map(places.map((place) => [place.deviceId, homeOf(place)]));
  }

  /** A person drew while it runs. */
  async redraw(drawn: Drawn, now: EpochMs): Promise<void> {
    this.drawn(drawn);
    for (const device of await this.#feed.devices()) this.#device(device, now);
  }

  /** Everything as it stands now, and the states that nobody has written down yet: those that differ from the last row, or began after `seenAt`. */
  async begin(seenAt: number, now: EpochMs): Promise<readonly StateRow[]> {
    const span = await this.#feed.outboxSpan();
    const states: StateRow[] = [];
    const keep = async (row: StateRow): Promise<void> => {
      const missing = await this.#log.missing(row, seenAt, now);
      if (missing !== null) states.push(missing);
    };
    for (const device of await this.#feed.devices()) await keep(stateOf(this.#device(device, now)));
    for (const agent of await this.#feed.agents()) {
      this.#world.agent(agent);
      await keep(agentState(agent));
    }
    await this.#points(undefined);
    await this.#holes();
    this.#cursors = { ...this.#cursors, outbox: span.last };
    return states;
  }

  /** The facts of a look back in order, a slice at a time, up to where the cursors stand; from there on `pull` goes on. */
  async *past(since: number): AsyncGenerator<{ readonly money: readonly MoneyFact[]; readonly events: readonly EventFact[] }> {
    let { record, event } = { record: await this.#feed.recordBefore(since), event: await this.#feed.eventBefore(since) };
    const upto = this.#cursors;
    for (;;) {
      const records = (await this.#feed.recordsAfter(record)).filter(({ id }) => id <= upto.record);
      const events = (await this.#feed.eventsAfter(event)).filter(({ id }) => id <= upto.event);
      if (records.length === 0 && events.length === 0) return;
      record = records.at(-1)?.id ?? record;
      event = events.at(-1)?.id ?? event;
      const money = records.map(({ fact }) => fact);
      for (const fact of money) this.#world.money(fact);
      yield { money, events: this.#took(events.map(({ fact }) => fact)) };
    }
  }

  /** Cursors of a store that was never followed stand at its end: what lies before is past. */
  async standAtEnd(now: EpochMs): Promise<void> {
    const [record, event] = [await this.#feed.recordBefore(now + 1), await this.#feed.eventBefore(now + 1)];
    this.#cursors = { ...this.#cursors, record, event };
  }

  /**
   * Facts are read before the outbox and taken after it, and wait while there is more of it than a pull takes: the thing that they tell of was committed
   * before them, and a rule passes over what it does not know.
   */
  async pull(now: EpochMs): Promise<Pulled> {
    const { record, event, outbox } = this.#cursors;
    const facts = { records: await this.#feed.recordsAfter(record), events: await this.#feed.eventsAfter(event) };
    const rows = await this.#feed.outboxAfter(outbox);
    const changed = await this.#changes(rows, now);
    const behind = rows.length >= readLimits.outboxRows;
    const { records, events } = behind ? { records: [], events: [] } : facts;
    this.#cursors = {
      outbox: rows.at(-1)?.position ?? outbox,
      record: records.at(-1)?.id ?? record,
      event: events.at(-1)?.id ?? event,
    };
    const money = records.map(({ fact }) => fact);
    for (const fact of money) this.#world.money(fact);
    const more = behind || records.length >= feedLimits.factRows || events.length >= feedLimits.factRows;
    const ends = [rows.at(-1)?.at, records.at(-1)?.fact.ingestedAt, events.at(-1)?.fact.ingestedAt].filter(
      (at) => at !== undefined,
    );
    const upto = ends.length === 0 ? null : Math.min(...ends);
    return { money, events: this.#took(events.map(({ fact }) => fact)), more, upto, ...changed };
  }

  #took(events: readonly EventFact[]): readonly EventFact[] {
    for (const fact of events) this.#world.event(fact);
    return events;
  }

  async #changes(rows: readonly OutboxRow[], now: EpochMs): Promise<Pick<Pulled, 'states' | 'versions' | 'reshaped'>> {
    const keys = keysOf(rows);
    const states: StateRow[] = [];
    const versions: HistoryRow[] = [];
    let reshaped = false;
    const here = await this.#feed.devices(keys('device'));
    const declared = new Set(here.map(({ fact }) => fact.deviceId));
    for (const deviceId of keys('device')) {
      if (declared.has(deviceId) || !this.#world.devices.has(deviceId)) continue;
      this.#world.deviceGone(deviceId, now);
      this.#ways.delete(deviceId);
      reshaped = true;
    }
    for (const device of here) {
      const before = this.#world.devices.get(device.fact.deviceId);
      const way = this.#ways.get(device.fact.deviceId);
      const fact = this.#device(device, now);
      reshaped ||= before === undefined || way !== this.#ways.get(fact.deviceId);
      if (before?.state !== fact.state || before.cause !== fact.cause) states.push(this.#log.next(stateOf(fact), now));
      versions.push(...versionRows(before, fact, now));
    }
    for (const agent of await this.#feed.agents(keys('agent'))) {
      const before = this.#world.agents.get(agent.agentId);
      reshaped ||= before === undefined;
      if (before?.state !== agent.state) states.push(this.#log.next(agentState(agent), now));
      this.#world.agent(agent);
    }
    await this.#points(keys('readings'));
    if (rows.some(({ topic }) => topic === 'gap' || topic === 'deadLetter')) await this.#holes();
    return { states, versions, reshaped };
  }

  #device({ fact, parents }: FedDevice, now: EpochMs): DeviceFact {
    const drawn = this.#topology.get(fact.deviceId);
    const upstream = drawn ?? (parents.length === 0 ? [] : [parents]);
    const device: DeviceFact = { ...fact, ...this.#places.get(fact.deviceId), upstream };
    this.#ways.set(fact.deviceId, JSON.stringify([fact.agentId, upstream]));
    this.#world.device(device, now);
    return device;
  }

  async #points(deviceIds: readonly string[] | undefined): Promise<void> {
    for (const point of await this.#feed.points(deviceIds))
      this.#world.point({ ...point, observedAt: point.observedAt as EpochMs });
  }

  async #holes(): Promise<void> {
    const gaps = await this.#feed.openGaps();
    this.#world.gaps(gaps.map((gap) => ({ ...gap, openedAt: gap.openedAt as EpochMs })));
    this.#world.deadLetters(await this.#feed.openDeadLetters());
  }
}

function keysOf(rows: readonly OutboxRow[]): (topic: string) => readonly string[] {
  const byTopic = new Map<string, Set<string>>();
  for (const { topic, key } of rows) byTopic.set(topic, (byTopic.get(topic) ?? new Set<string>()).add(key));
  return (topic) => [...(byTopic.get(topic) ?? [])];
}

const stateOf = ({ deviceId, since, state, cause }: DeviceFact): StateRow => ({
  subjectKind: 'device',
  subjectId: deviceId,
  at: since,
  state,
  cause,
});

const agentState = ({ agentId, since, state }: AgentFact): StateRow => ({
  subjectKind: 'agent',
  subjectId: agentId,
  at: since,
  state,
  cause: null,
});
