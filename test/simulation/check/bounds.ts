/** I8 on the wire: an agent sends no more than its window holds before it hears anything. I9 on a line: a terminal that answers is not left waiting for another. */
import { windowLimits } from '../../../packages/agent/src/uplink/window.core.ts';
import type { Violations } from './violation.ts';

/** A window of them; what is sent again after its time may be cut anew, and then begins at other numbers. */
const unheardMax = windowLimits.creditMax + 12;

/** Batches of one connection since the last word that came over it. */
export class InFlight {
  readonly #agent: string;
  readonly #violations: Violations;
  readonly #unheard = new Set<string>();

  constructor(agent: string, violations: Violations) {
    this.#agent = agent;
    this.#violations = violations;
  }

  sent(epoch: number, firstSeq: number): void {
    this.#unheard.add(`${epoch}/${firstSeq}`);
    if (this.#unheard.size === unheardMax + 1)
      this.#violations.add('I8', `${this.#agent} has ${unheardMax + 1} batches of money in the air and heard nothing since`);
  }

  heard(): void {
    this.#unheard.clear();
  }
}

/** Longest time between two questions to a terminal that answered the first one, that its card did not stall. */
export const patienceMs = 240_000;

/** Questions to one terminal over one session. */
export class Attention {
  readonly #device: string;
  readonly #card: { readonly stalledUntilMs: number };
  readonly #violations: Violations;
  /** Undefined when the last question was not answered: then it is the terminal that is waited for. */
  #answeredMs: number | undefined;

  /** `card`: of the agent that asks. */
  constructor(device: string, card: { readonly stalledUntilMs: number }, violations: Violations) {
    this.#device = device;
    this.#card = card;
    this.#violations = violations;
  }

  /** Returns how long the terminal was left alone. */
  asked(nowMs: number): number {
    const since = Math.max(this.#answeredMs ?? nowMs, this.#card.stalledUntilMs);
    const aloneMs = Math.max(0, nowMs - since);
    if (aloneMs > patienceMs)
      this.#violations.add('I9', `${this.#device} answers and was left alone for ${Math.round(aloneMs / 1_000)} s`);
    this.#answeredMs = undefined;
    return aloneMs;
  }

  answered(nowMs: number): void {
    this.#answeredMs = nowMs;
  }
}
