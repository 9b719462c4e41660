/** Stored facts of a time in the order in which they were booked, and the world as it stood when it began. */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { eventAgain, moneyAgain, type ReplayFact } from '../core/replay/replay.core.ts';
import type { AgentFact, DeviceFact, World } from '../core/world/world.core.ts';
import type { CustodyFeed, Placed } from '../store/feed/roles.ts';
import type { StateRow, WatchStore } from '../store/watch/roles.ts';

export const replayFactLimits = {
  /** Changes of state of all devices and agents in one replay. */
  states: 200_000,
} as const;

export type FactFeed = Pick<CustodyFeed, 'recordsAfter' | 'eventsAfter' | 'recordBefore' | 'eventBefore'>;
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface StoredStates {
  /** Everything that there is now, as it stood at the beginning. */
  readonly devices: readonly DeviceFact[];
  readonly agents: readonly AgentFact[];
  /** Oldest first. */
  readonly changes: readonly ReplayFact[];
  /** Since when changes are known; null: none was ever stored. */
  readonly knownFrom: EpochMs | null;
}

/** null: more changes than `replayFactLimits.states`. `breathe` is awaited after each thing. */
export async function storedStates(
  world: Pick<World, 'devices' | 'agents'>,
  states: WatchStore['states'],
  { from, to }: Span,
  breathe: () => Promise<void>,
): Promise<StoredStates | null> {
  const changes: ReplayFact[] = [];
  const [devices, agents]: [DeviceFact[], AgentFact[]] = [[], []];
  let knownFrom = Number.POSITIVE_INFINITY;
  const rowsOf = async (subjectId: string): Promise<readonly StateRow[]> => {
    const rows = await states({ subjectId, from, to });
    knownFrom = Math.min(knownFrom, rows[0]?.at ?? knownFrom);
    changes.push(...rows.filter(({ at }) => at >= from).map(changeOf));
    await breathe();
    return rows;
  };
  for (const device of world.devices.values()) devices.push(deviceThen(device, await rowsOf(device.deviceId), from));
  for (const agent of world.agents.values()) agents.push(agentThen(agent, await rowsOf(agent.agentId), from));
  if (changes.length > replayFactLimits.states) return null;
  const known = knownFrom === Number.POSITIVE_INFINITY ? null : epochMs(knownFrom);
  return { devices, agents, changes: changes.toSorted((a, b) => a.at - b.at), knownFrom: known };
}

const changeOf = ({ subjectKind, subjectId, at, state, cause }: StateRow): ReplayFact =>
  subjectKind === 'device'
    ? {
        type: 'deviceState',
        at: epochMs(at),
        deviceId: subjectId,
        state: state as DeviceFact['state'],
        cause: cause as DeviceFact['cause'],
      }
    : { type: 'agentState', at: epochMs(at), agentId: subjectId, state: state as AgentFact['state'] };

/** Measures of today say nothing of then. A state that nobody wrote down is unknown, unless it is the one that still holds. */
function deviceThen(device: DeviceFact, rows: readonly StateRow[], from: EpochMs): DeviceFact {
  const before = rows.find(({ at }) => at < from);
  const then = { ...device, lastRecordAt: null, uncollected: null, freeRecords: null, driftMs: null, busErrors: null };
  if (before !== undefined)
    return {
      ...then,
      state: before.state as DeviceFact['state'],
      cause: before.cause as DeviceFact['cause'],
      since: epochMs(before.at),
    };
  return device.since <= from ? then : { ...then, state: 'unknown', cause: null, since: from };
}

/** Of an agent whose state nobody wrote down it is taken that it was there. */
function agentThen(agent: AgentFact, rows: readonly StateRow[], from: EpochMs): AgentFact {
  const before = rows.find(({ at }) => at < from);
  const then: AgentFact = { ...agent, backlogRecords: 0, backlogOldestAt: null, lines: [] };
  if (before !== undefined) return { ...then, state: before.state as AgentFact['state'], since: epochMs(before.at) };
  return agent.since <= from ? then : { ...then, state: 'online', since: from };
}

/** Records, events and changes of `[from, to)` by the time at which the collector knew them. */
export async function* storedFacts(
  feed: FactFeed,
  changes: readonly ReplayFact[],
  { from, to }: Span,
): AsyncGenerator<ReplayFact> {
  const heads = [
    slices(await feed.recordBefore(from), (id) => feed.recordsAfter(id), moneyAgain),
    slices(await feed.eventBefore(from), (id) => feed.eventsAfter(id), eventAgain),
    changes.values(),
  ];
  const next = await Promise.all(heads.map(async (head) => (await head.next()).value as ReplayFact | undefined));
  for (;;) {
    let first = -1;
    for (const [at, fact] of next.entries())
      if (fact !== undefined && fact.at < to && (first < 0 || fact.at < (next[first]?.at ?? 0))) first = at;
    const fact = next[first];
    if (fact === undefined) return;
    yield fact;
    next[first] = (await heads[first]?.next())?.value as ReplayFact | undefined;
  }
}

async function* slices<T>(
  start: number,
  after: (id: number) => Promise<Placed<T>[]>,
  again: (fact: T) => ReplayFact,
): AsyncGenerator<ReplayFact, undefined> {
  for (let id = start; ; ) {
    const slice = await after(id);
    if (slice.length === 0) return undefined;
    for (const { fact } of slice) yield again(fact);
    id = slice.at(-1)?.id ?? id;
  }
}
