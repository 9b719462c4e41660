import { err, ok, type Result } from '@cardwatch/kernel';

/** At most `running` tasks at once and `waiting` behind them; beyond that the caller is told to come again. */
export class Gate {
  readonly #limits: { readonly running: number; readonly waiting: number };
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limits: { readonly running: number; readonly waiting: number }) {
    this.#limits = limits;
  }

  async run<T>(task: () => Promise<T>): Promise<Result<T, { readonly kind: 'full' }>> {
    if (this.#running >= this.#limits.running) {
      if (this.#queue.length >= this.#limits.waiting) return err({ kind: 'full' });
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else this.#running += 1;
    try {
      return ok(await task());
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
