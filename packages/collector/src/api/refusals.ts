import { auditRefusal } from '../services/audit/refusal.ts';
import { Seldom } from '../services/audit/seldom.ts';
import type { Caller } from '../services/caller.ts';
import type { Services } from '../services/services.ts';

/** Refusals of signed-in callers go into the trail, each caller and verb once a minute. Nobody's are counted in the metrics alone. */
export class Refusals {
  readonly #services: Services;
  readonly #seldom: Seldom;

  constructor(services: Services) {
    this.#services = services;
    this.#seldom = new Seldom(services.clock);
  }

  async note(caller: Caller, verb: string, why: string): Promise<void> {
    if (caller.actor === '-' || !this.#seldom.pass(`${caller.actor} ${verb} ${why}`)) return;
    await auditRefusal(this.#services, caller, verb, why);
  }
}
