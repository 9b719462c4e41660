import type { Socket } from 'node:net';
import type { CancelTimer, Clock } from '@cardwatch/kernel';
import { Allowance } from './allowance.core.ts';
import { FrameGuard, type FrameViolation } from './frame-guard.core.ts';
import type { BrokerLimits } from './limits.ts';

interface GuardParts {
  readonly limits: BrokerLimits;
  readonly clock: Pick<Clock, 'mono' | 'after'>;
  readonly refused: (violation: FrameViolation) => void;
  /** Its allowance is used up: nothing is read for a while. */
  readonly throttled: () => void;
  /** Bytes came, also those of a frame that is not whole yet. */
  readonly received: () => void;
}

/**
 * Puts frame guard and allowance before whoever reads the socket. Aedes reads with `read()` on `readable`, so each chunk is looked at on its way out of
 * it: no stream of its own, no copy. After a violation the socket is destroyed and gives nothing more; one that sends too fast is not read until its
 * debt is gone, and the system holds the sender meanwhile: nothing is lost.
 */
export function guardFrames(socket: Socket, { limits, clock, refused, throttled, received }: GuardParts): void {
  const guard = new FrameGuard(limits);
  const pace = new Pace(limits, clock.mono());
  const read = socket.read.bind(socket);
  let ended = false;
  let resume: CancelTimer | undefined;
  socket.once('close', () => resume?.());
  socket.read = (size?: number): Buffer | null => {
    if (ended || resume !== undefined) return null;
    const waitMs = pace.waitMs(clock.mono());
    if (waitMs > 0) {
      throttled();
      resume = clock.after(waitMs, () => {
        resume = undefined;
        socket.emit('readable');
      });
      return null;
    }
    const chunk = read(size) as Buffer | null;
    if (chunk === null) return null;
    received();
    const violation = guard.inspect(chunk);
    pace.spend(chunk.length, guard.packets, clock.mono());
    if (violation === undefined) return chunk;
    ended = true;
    refused(violation);
    socket.destroy();
    return null;
  };
}

/** Bytes and messages of one connection. */
class Pace {
  readonly #bytes: Allowance;
  readonly #messages: Allowance;
  #packets = 0;

  constructor(limits: BrokerLimits, now: number) {
    this.#bytes = new Allowance({ perSecond: limits.clientBytesPerSecond, burst: limits.clientBytesBurst }, now);
    this.#messages = new Allowance({ perSecond: limits.clientMessagesPerSecond, burst: limits.clientMessagesBurst }, now);
  }

  spend(bytes: number, packets: number, now: number): void {
    this.#bytes.spend(bytes, now);
    this.#messages.spend(packets - this.#packets, now);
    this.#packets = packets;
  }

  waitMs(now: number): number {
    return Math.max(this.#bytes.waitMs(now), this.#messages.waitMs(now));
  }
}
