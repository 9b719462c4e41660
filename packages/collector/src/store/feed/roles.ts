/**
 * What the watch reads of the custody store: facts in commit order, by cursors that it keeps itself. It never asks ingest to wait, and a question of a
 * person never makes it wait: it has a connection of its own.
 */
import type { FlowSlot } from '../../core/metrics/day-sums.core.ts';
import type { AgentFact, DeviceFact, EventFact, MoneyFact } from '../../core/world/world.core.ts';
import type { OutboxRow, OutboxSpan } from '../read/roles.ts';

export const feedLimits = {
  /** Records or events of one step: a backlog that drains is followed in slices, so that a step stays short. */
  factRows: 2_000,
} as const;

/** A device without its ways up: those belong to the topology, which the watch keeps; `parents` is what its agent's configuration says. */
export interface FedDevice {
  readonly fact: Omit<DeviceFact, 'upstream'>;
  readonly parents: readonly string[];
}

export interface FedPoint {
  readonly deviceId: string;
  readonly point: string;
  readonly value: number | boolean | string | null;
  readonly quality: string;
  readonly observedAt: number;
}

export interface FedGap {
  readonly id: string;
  readonly agentId: string;
  readonly deviceId: string | null;
  readonly records: number;
  readonly estimateFen: number | null;
  readonly openedAt: number;
}

/** A fact with its place in the store, the cursor behind it. */
export interface Placed<T> {
  readonly id: number;
  readonly fact: T;
}

export interface CustodyFeed {
  /** All of them when no ids are given. */
  devices(deviceIds?: readonly string[]): Promise<FedDevice[]>;
  agents(agentIds?: readonly string[]): Promise<AgentFact[]>;
  points(deviceIds?: readonly string[]): Promise<FedPoint[]>;
  openGaps(): Promise<FedGap[]>;
  /** Open dead letters by agent. */
  openDeadLetters(): Promise<ReadonlyMap<string, number>>;
  outboxSpan(): Promise<OutboxSpan>;
  outboxAfter(position: number): Promise<OutboxRow[]>;
  /** At most `feedLimits.factRows`, in commit order. */
  recordsAfter(id: number): Promise<Placed<MoneyFact>[]>;
  eventsAfter(id: number): Promise<Placed<EventFact>[]>;
  /** The highest id whose facts were all ingested before `at`: where a look back begins. */
  recordBefore(at: number): Promise<number>;
  eventBefore(at: number): Promise<number>;
  /** Sums of five-minute slots of device time in `[from, to)`, which begin and end with a slot; at most an hour. */
  flowOf(from: number, to: number): Promise<FlowSlot[]>;
  /** First minute that has records or passes; null: there is none. */
  flowFrom(): Promise<number | null>;
  /** When the oldest record or event that is kept was ingested; null: there is none. */
  keptFrom(): Promise<number | null>;
  close(): Promise<void>;
}
