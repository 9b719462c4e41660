/** Reads sealed segments again in turn, so that damage is found while the terminals can still send the records again. */
import type { CancelTimer } from '@cardwatch/kernel';
import type { Life, Segment } from './life.ts';
import type { JournalParts } from './parts.ts';
import { examineSegment } from './repair.ts';

export interface ScrubOptions {
  readonly lives: () => readonly Life[];
  /** Lines wait or are being written: the scrub waits too. */
  readonly isBusy: () => boolean;
}

export class Scrub {
  readonly #parts: JournalParts;
  readonly #options: ScrubOptions;
  #round = new WeakSet<Segment>();
  #cancel: CancelTimer | undefined;
  #examining: Promise<void> | undefined;
  #closed = false;

  constructor(parts: JournalParts, options: ScrubOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** One segment a step; a step so often that each has its turn within the cycle. */
  schedule(): void {
    if (this.#closed) return;
    const { stepMs, cycleMs } = this.#parts.limits.scrub;
    const count = this.#options.lives().reduce((sum, life) => sum + life.segments.length, 0);
    this.#cancel = this.#parts.clock.after(Math.max(stepMs, Math.floor(cycleMs / Math.max(1, count))), () => {
      this.#examining = this.#step().then(() => this.schedule());
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#examining;
  }

  async #step(): Promise<void> {
    if (this.#options.isBusy()) return;
    const found = this.#next();
    if (found === undefined) {
      this.#round = new WeakSet();
      return;
    }
    const { life, segment } = found;
    this.#round.add(segment);
    const examined = await examineSegment(this.#parts, life, segment);
    const fields = { path: segment.path };
    if (!examined.ok) this.#parts.log.log('warn', 'journal.scrubFailed', { ...fields, kind: examined.error.kind });
    else if (!examined.value.sound) this.#parts.log.log('error', 'journal.scrubDamage', { ...fields, lost: examined.value.lost });
  }

  #next(): { readonly life: Life; readonly segment: Segment } | undefined {
    for (const life of this.#options.lives()) {
      const segment = life.segments.find((candidate) => candidate.sealed && !this.#round.has(candidate));
      if (segment !== undefined) return { life, segment };
    }
    return undefined;
  }
}
