/**
 * I8 on the wire: an agent sends no more than its window holds before it hears anything. I14 on the wire: what nobody acknowledges is sent again. I9 on a line: a
 * terminal that answers is not left waiting for another.
 */
import { windowLimits } from '../../../packages/agent/src/uplink/window.core.ts';
import type { Violations } from './violation.ts';

/** A window of them; what is sent again after its time may be cut anew, and then begins at other numbers. */
const unheardMax = windowLimits.creditMax + 12;

/** Longest time until the lowest number that is not acknowledged goes out again over a connection on which words come in; its own limit is a minute. */
export const againMs = 240_000;

/** How far one epoch is on one connection. */
interface Way {
  acked: number;
  sentUpto: number;
  /** When the number behind `acked` was sent last, or became the lowest. */
  sinceMs: number;
}

/** Batches of money of one connection: since the last word that came over it, and those that wait for their acknowledgement. */
export class InFlight {
  readonly #agent: string;
  readonly #violations: Violations;
  readonly #unheard = new Set<string>();
  readonly #ways = new Map<number, Way>();

  constructor(agent: string, violations: Violations) {
    this.#agent = agent;
    this.#violations = violations;
  }

  /** `acked`: what the journal holds for acknowledged. */
  sent({ epoch, firstSeq, lastSeq }: { epoch: number; firstSeq: number; lastSeq: number }, acked: number, nowMs: number): void {
    const way = this.#ways.get(epoch) ?? { acked, sentUpto: 0, sinceMs: nowMs };
    this.#ways.set(epoch, way);
    if (firstSeq <= way.acked + 1 && way.acked < lastSeq) way.sinceMs = nowMs;
    way.sentUpto = Math.max(way.sentUpto, lastSeq);
    this.#unheard.add(`${epoch}/${firstSeq}`);
    if (this.#unheard.size === unheardMax + 1)
      this.#violations.add('I8', `${this.#agent} has ${unheardMax + 1} batches of money in the air and heard nothing since`);
  }

  acknowledged(epoch: number, upto: number, nowMs: number): void {
    const way = this.#ways.get(epoch);
    if (way === undefined || upto <= way.acked) return;
    way.acked = upto;
    way.sinceMs = nowMs;
  }

  /** `sound`: the card can be read, so that anything can be sent. */
  heard(sound: boolean, nowMs: number): void {
    this.#unheard.clear();
    for (const [epoch, way] of this.#ways) {
      if (!sound) way.sinceMs = nowMs;
      if (way.sentUpto > way.acked && nowMs - way.sinceMs > againMs)
        this.#violations.add(
          'I14',
          `${this.#agent} epoch ${epoch}: ${way.acked + 1} is not acknowledged and was not sent again for ${Math.round((nowMs - way.sinceMs) / 1_000)} s`,
        );
    }
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
