import { lineLimits } from './transaction.ts';

/** Bytes received and not yet accounted for, at most `lineLimits.bufferBytesMax`; what is pushed out at the front is told as lost. */
export class RxBuffer {
  #store = new Uint8Array(lineLimits.bufferBytesMax);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#store.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Returns how many of the oldest bytes had to go. */
  append(bytes: Uint8Array): number {
    const kept = bytes.length > lineLimits.bufferBytesMax ? bytes.subarray(bytes.length - lineLimits.bufferBytesMax) : bytes;
    const lost = Math.max(0, this.#length + kept.length - lineLimits.bufferBytesMax);
    this.drop(lost);
    this.#store.set(kept, this.#length);
    this.#length += kept.length;
    return lost + bytes.length - kept.length;
  }

  drop(count: number): void {
    this.#store.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  clear(): number {
    const count = this.#length;
    this.#length = 0;
    return count;
  }
}
