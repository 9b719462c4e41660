import type { Clock } from '@cardwatch/kernel';
import { type SimulatedMessage, iso } from './soap-text.ts';

const queueMax = 20_000;

interface PullPoint {
  readonly id: string;
  queue: SimulatedMessage[];
  last: readonly SimulatedMessage[];
  endsMs: number;
  wake: (() => void) | undefined;
}

export interface Times {
  readonly current: string;
  readonly termination: string;
}

/** Subscriptions with their leases. Nothing is kept for a subscription that is not there. */
export class PullPoints {
  readonly #clock: Clock;
  readonly #deviceNow: () => number;
  readonly #points = new Map<string, PullPoint>();
  #count = 0;
  /** The next pull brings the last messages once more. */
  repeat = false;

  constructor(clock: Clock, deviceNow: () => number) {
    this.#clock = clock;
    this.#deviceNow = deviceNow;
  }

  get size(): number {
    this.#expire();
    return this.#points.size;
  }

  get created(): number {
    return this.#count;
  }

  create(leaseMs: number, state: readonly SimulatedMessage[]): { readonly id: string; readonly times: Times } {
    const id = `p${++this.#count}`;
    this.#points.set(id, { id, queue: [...state], last: [], endsMs: this.#clock.mono() + leaseMs, wake: undefined });
    return { id, times: this.#times(leaseMs) };
  }

  /** undefined: there is no such subscription. */
  renew(id: string, leaseMs: number): Times | undefined {
    const point = this.#find(id);
    if (point === undefined) return undefined;
    point.endsMs = this.#clock.mono() + leaseMs;
    return this.#times(leaseMs);
  }

  async pull(
    id: string,
    waitMs: number,
    max: number,
  ): Promise<{ readonly messages: readonly SimulatedMessage[]; readonly times: Times } | undefined> {
    const point = this.#find(id);
    if (point === undefined) return undefined;
    if (this.repeat && point.last.length > 0) {
      this.repeat = false;
      return { messages: point.last, times: this.#times(point.endsMs - this.#clock.mono()) };
    }
    if (point.queue.length === 0) await this.#wait(point, waitMs);
    if (this.#find(id) === undefined) return undefined;
    const messages = point.queue.splice(0, max);
    if (messages.length > 0) point.last = messages;
    return { messages, times: this.#times(point.endsMs - this.#clock.mono()) };
  }

  remove(id: string): void {
    this.#points.get(id)?.wake?.();
    this.#points.delete(id);
  }

  clear(): void {
    for (const id of this.#points.keys()) this.remove(id);
  }

  publish(message: SimulatedMessage): void {
    this.#expire();
    for (const point of this.#points.values()) {
      if (point.queue.length < queueMax) point.queue.push(message);
      point.wake?.();
    }
  }

  #wait(point: PullPoint, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        point.wake = undefined;
        resolve();
      };
      const cancel = this.#clock.after(waitMs, done);
      point.wake = done;
    });
  }

  #find(id: string): PullPoint | undefined {
    this.#expire();
    return this.#points.get(id);
  }

  #expire(): void {
    for (const [id, { endsMs }] of this.#points) if (endsMs < this.#clock.mono()) this.remove(id);
  }

  #times(leaseMs: number): Times {
    const now = this.#deviceNow();
    return { current: iso(now), termination: iso(now + Math.max(0, leaseMs)) };
  }
}
