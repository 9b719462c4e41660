import type { CancelTimer, Clock } from '@cardwatch/kernel';

/** A frame may trickle, but not for longer than this many times the pause that is allowed within it. */
const pausesMax = 12;

export interface Waits {
  readonly frameTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Watches the pauses of a connection: within a frame, over a whole frame, and between frames. Tells once. */
export class FrameWatch {
  readonly #clock: Clock;
  readonly #waits: Waits;
  readonly #late: (what: 'frame' | 'idle') => void;
  #cancelPause: CancelTimer = () => {};
  #cancelFrame: CancelTimer | undefined;

  constructor(clock: Clock, waits: Waits, late: (what: 'frame' | 'idle') => void) {
    this.#clock = clock;
    this.#waits = waits;
    this.#late = late;
    this.heard(false);
  }

  /** Called with each piece that came. `within`: a frame has begun and is not complete. */
  heard(within: boolean): void {
    const { frameTimeoutMs, idleTimeoutMs } = this.#waits;
    this.#cancelPause();
    this.#cancelPause = this.#clock.after(within ? frameTimeoutMs : idleTimeoutMs, () => this.#tell(within ? 'frame' : 'idle'));
    if (!within) this.#cancelFrame?.();
    this.#cancelFrame = within
      ? (this.#cancelFrame ?? this.#clock.after(pausesMax * frameTimeoutMs, () => this.#tell('frame')))
      : undefined;
  }

  stop(): void {
    this.#cancelPause();
    this.#cancelFrame?.();
  }

  #tell(what: 'frame' | 'idle'): void {
    this.stop();
    this.#late(what);
  }
}
