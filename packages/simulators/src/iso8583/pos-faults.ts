import { type Clock, intBetween, type Random } from '@cardwatch/kernel';
import type { Dialer } from './dialer.ts';

/** Faults that happen once, with the next thing they can strike. */
export const momentaryFaults = [
  'cutMidFrame',
  'garbage',
  'wrongMac',
  'duplicateSend',
  'reversalFirst',
  'batchDiffers',
  'slowDrip',
  'replyLost',
  'clockStep',
  'powerCut',
] as const;
/** Last until they are healed. */
export const lastingFaults = ['offline'] as const;

const dripMs = 4;

/** The faults of one POS. */
export class FaultBox {
  readonly #random: Random;
  readonly #set = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  order(type: string, times = 1): void {
    this.#set.set(type, (this.#set.get(type) ?? 0) + times);
  }

  heal(type: string): void {
    this.#set.delete(type);
  }

  lasts(type: string): boolean {
    return this.#set.has(type);
  }

  /** True once for each time that it was ordered. */
  spend(type: string): boolean {
    const left = this.#set.get(type) ?? 0;
    if (left > 1) this.#set.set(type, left - 1);
    else this.#set.delete(type);
    return left > 0;
  }

  noise(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => intBetween(this.#random, 0, 255));
  }

  /** False: the frame did not go out whole. */
  async send(frame: Uint8Array, dialer: Dialer, clock: Clock): Promise<boolean> {
    if (this.spend('cutMidFrame')) {
      dialer.send(frame.subarray(0, Math.floor(frame.length / 2)));
      await pause(clock, 30);
      dialer.hangUp();
      return false;
    }
    if (this.spend('slowDrip')) {
      for (const byte of frame) {
        dialer.send(Uint8Array.of(byte));
        await pause(clock, dripMs);
      }
      return true;
    }
    dialer.send(frame);
    if (this.spend('duplicateSend')) dialer.send(frame);
    return true;
  }
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
