/** One turn of the watch after the other, whoever asked for it: looks, what people do, answers of channels. */

export class Turns {
  readonly #failed: (why: string) => void;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  /** `failed` is called once: a turn that could not be kept is the last. */
  constructor(failed: (why: string) => void) {
    this.#failed = failed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Done when its turn is over, or would have come after the last. */
  take(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        this.#closed = true;
        this.#failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    });
    return this.#last;
  }

  /** What the work gave; `otherwise` when it had no turn any more, or failed. */
  async takeFor<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    let result = otherwise;
    await this.take(async () => {
      result = await work();
    });
    return result;
  }

  /** No turn begins any more. */
  close(): void {
    this.#closed = true;
  }

  /** When those that had begun are over. */
  get over(): Promise<void> {
    return this.#last;
  }
}
