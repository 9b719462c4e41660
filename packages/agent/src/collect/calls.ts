/** Calls under way, each with a signal of its own that follows an outer one. An outer one is listened to once, not once a call. */
export class Calls {
  readonly #running = new WeakMap<AbortSignal, Set<AbortController>>();

  /** Whatever `call` does ends with `outer` too. */
  async run<T>(outer: AbortSignal, call: (own: AbortController) => Promise<T>): Promise<T> {
    const running = this.#under(outer);
    const own = new AbortController();
    running.add(own);
    try {
      return await call(own);
    } finally {
      running.delete(own);
    }
  }

  #under(outer: AbortSignal): Set<AbortController> {
    const known = this.#running.get(outer);
    if (known !== undefined) return known;
    const fresh = new Set<AbortController>();
    this.#running.set(outer, fresh);
    const stop = (): void => {
      for (const call of fresh) call.abort();
    };
    outer.addEventListener('abort', stop, { once: true });
    return fresh;
  }
}
