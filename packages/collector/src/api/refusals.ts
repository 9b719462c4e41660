import { auditRefusal } from '../services/audit/refusal.ts';
import type { Caller } from '../services/caller.ts';
import type { Services } from '../services/services.ts';
import { apiLimits } from './limits.ts';

/** Refusals of signed-in callers go into the trail, each caller and verb once a minute: a console in a loop must not fill it. */
export class Refusals {
  readonly #last = new Map<string, number>();

  async note(services: Services, caller: Caller, refused: { readonly verb: string; readonly why: string }): Promise<void> {
    if (caller.actor === '-') return;
    const key = `${caller.actor} ${refused.verb} ${refused.why}`;
    const now = services.clock.mono();
    const last = this.#last.get(key);
    if (last !== undefined && now - last < apiLimits.refusalMs) return;
    if (this.#last.size >= apiLimits.refusalsKept) this.#last.clear();
    this.#last.set(key, now);
    await auditRefusal(services, caller, refused.verb, refused.why);
  }
}
