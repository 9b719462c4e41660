/**
 * Which waiting batches go into the next commit. Two lanes per agent, deficit round robin across agents in each lane, a share of every commit kept
 * for the live lane. Changes in place: it is asked once a batch.
 */
export type Lane = 'live' | 'backlog';

export interface Waiting {
  readonly agent: string;
  readonly lane: Lane;
  readonly records: number;
  readonly bytes: number;
}

/** Bytes that an agent may send a round before the next one has its turn. */
const quantumBytes = 256 * 1024;

interface AgentQueue<T> {
  readonly agent: string;
  items: T[];
  next: number;
  deficit: number;
}

/** One lane: agents in a ring, each with a first-in first-out queue. */
class LaneQueue<T extends Waiting> {
  readonly #queues = new Map<string, AgentQueue<T>>();
  #ring: AgentQueue<T>[] = [];
  records = 0;
  bytes = 0;

  add(item: T): void {
    let queue = this.#queues.get(item.agent);
    if (queue === undefined) {
      queue = { agent: item.agent, items: [], next: 0, deficit: 0 };
      this.#queues.set(item.agent, queue);
      this.#ring.push(queue);
    }
    queue.items.push(item);
    this.records += item.records;
    this.bytes += item.bytes;
  }

  /** Takes items in turn until they reach `records`; at least one when any waits. */
  take(records: number, into: T[]): number {
    let taken = 0;
    while (taken < records && this.#ring.length > 0) {
      const queue = this.#ring.shift() as AgentQueue<T>;
      queue.deficit += quantumBytes;
      taken += this.#serve(queue, records - taken, into);
      if (queue.next < queue.items.length) this.#ring.push(queue);
      else this.#queues.delete(queue.agent);
    }
    return taken;
  }

  #serve(queue: AgentQueue<T>, records: number, into: T[]): number {
    let taken = 0;
    while (queue.next < queue.items.length && taken < records) {
      const item = queue.items[queue.next] as T;
      if (item.bytes > queue.deficit) break;
      queue.deficit -= item.bytes;
      queue.next++;
      taken += Math.max(1, item.records);
      this.records -= item.records;
      this.bytes -= item.bytes;
      into.push(item);
    }
    if (queue.next > 1_024) {
      queue.items = queue.items.slice(queue.next);
      queue.next = 0;
    }
    return taken;
  }
}

export class Schedule<T extends Waiting> {
  readonly #live = new LaneQueue<T>();
  readonly #backlog = new LaneQueue<T>();
  readonly #liveShare: number;

  constructor(liveShare: number) {
    this.#liveShare = liveShare;
  }

  add(item: T): void {
    (item.lane === 'live' ? this.#live : this.#backlog).add(item);
  }

  get records(): number {
    return this.#live.records + this.#backlog.records;
  }

  get bytes(): number {
    return this.#live.bytes + this.#backlog.bytes;
  }

  get backlogBytes(): number {
    return this.#backlog.bytes;
  }

  /** Batches of one commit: about `records` records, live first up to its share, then backlog, then what fits of either. */
  take(records: number): T[] {
    const taken: T[] = [];
    let left = records - this.#live.take(Math.ceil(records * this.#liveShare), taken);
    left -= this.#backlog.take(left, taken);
    if (left > 0) this.#live.take(left, taken);
    return taken;
  }
}
