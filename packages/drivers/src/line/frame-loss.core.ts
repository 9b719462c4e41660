/**
 * How much of its talk a line loses, told from stations that live: a question without an answer counts as lost when the station answers soon
 * after it. What a dead station does not answer is never counted.
 */

export const frameLossLimits = {
  /** Over about so many exchanges: what the line is like, and what it is like just now. */
  slowExchanges: 512,
  fastExchanges: 64,
  /** A station that was silent for longer, or for more questions, was away: no frame of it was lost. */
  awayMs: 10_000,
  awayQuestions: 12,
} as const;

class Fading {
  readonly #keep: number;
  #asked = 0;
  #lost = 0;

  constructor(exchanges: number) {
    this.#keep = 1 - 1 / exchanges;
  }

  note(lost: number): void {
    const keep = this.#keep ** (lost + 1);
    this.#asked = this.#asked * keep + lost + 1;
    this.#lost = this.#lost * keep + lost;
  }

  get asked(): number {
    return this.#asked;
  }

  get share(): number {
    return this.#asked === 0 ? 0 : this.#lost / this.#asked;
  }
}

export class FrameLoss {
  readonly #slow = new Fading(frameLossLimits.slowExchanges);
  readonly #fast = new Fading(frameLossLimits.fastExchanges);

  /** A station answered; `lost`: questions before, that it left without an answer, the first of them `sinceMs` ago. */
  answered(lost: number, sinceMs: number): void {
    const away = sinceMs > frameLossLimits.awayMs || lost > frameLossLimits.awayQuestions;
    for (const each of [this.#slow, this.#fast]) each.note(away ? 0 : lost);
  }

  /** Share of exchanges that are lost, 0 to 1; what is true just now with its spread added, because a few losses are soon many. */
  get share(): number {
    const { share, asked } = this.#fast;
    const spread = asked === 0 ? 0 : Math.sqrt((share * (1 - share)) / asked);
    return Math.min(1, Math.max(this.#slow.share, share + spread));
  }
}
