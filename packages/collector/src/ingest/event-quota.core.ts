/** Events of each agent in the present hour. Changes in place: it is asked once a batch. */
import { hourMs } from '@cardwatch/kernel';

interface Hour {
  readonly from: number;
  events: number;
}

export class EventQuota {
  readonly #perHour: number;
  /** One entry an agent: agents are known and few. */
  readonly #hours = new Map<string, Hour>();

  constructor(perHour: number) {
    this.#perHour = perHour;
  }

  /** How long until there is room again; 0 when there is. What was under way when the hour filled up is still booked. */
  waitMs(agent: string, now: number): number {
    const hour = this.#hours.get(agent);
    if (hour === undefined || hour.events < this.#perHour) return 0;
    return Math.max(0, hour.from + hourMs - now);
  }

  /** These were booked. Duplicates do not count: what comes again costs no room. */
  booked(agent: string, events: number, now: number): void {
    const hour = this.#hours.get(agent);
    if (hour === undefined || now - hour.from >= hourMs || now < hour.from) this.#hours.set(agent, { from: now, events });
    else hour.events += events;
  }
}
