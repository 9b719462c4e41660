import type { DriverIo } from '../contract.ts';
import type { Random } from '@cardwatch/kernel';
import { Line } from './line.ts';

/** A share in a line. `release` may be called twice; the last release closes the line. */
export interface LineShare {
  readonly line: Line;
  release(): Promise<void>;
}

/** The lines of a program by key: protocols that meet on one serial port or serial server share its arbiter. */
export class LinePool {
  readonly #random: Random;
  readonly #lines = new Map<string, { readonly line: Line; shares: number }>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether a device of ours is on this line now. */
  holds(key: string): boolean {
    return this.#lines.has(key);
  }

  share(key: string, io: DriverIo): LineShare {
    const held = this.#lines.get(key) ?? this.#add(key, io);
    held.shares++;
    let released = false;
    return {
      line: held.line,
      release: async () => {
        if (released) return;
        released = true;
        held.shares--;
        if (held.shares > 0) return;
        this.#lines.delete(key);
        await held.line.close();
      },
    };
  }

  #add(key: string, io: DriverIo): { readonly line: Line; shares: number } {
    const ports = { clock: io.clock, log: io.log.child({ line: key }), random: this.#random };
    const held = { line: new Line(key, ports), shares: 0 };
    this.#lines.set(key, held);
    return held;
  }
}
