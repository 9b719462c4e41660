/** A source of randomness: seeded in simulation and tests, the system's in programs. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** sfc32, seeded through splitmix32: the same seed gives the same stream on every machine. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    let state = seed >>> 0;
    const splitmix = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) >>> 0;
    };
    this.#a = splitmix();
    this.#b = splitmix();
    this.#c = splitmix();
    for (let i = 0; i < 12; i++) this.#word();
  }

  next(): number {
    return this.#word() / 4_294_967_296;
  }

  /** An independent stream, so that one entity's draws never shift another's. */
  fork(label: number): SeededRandom {
    return new SeededRandom((this.#word() ^ Math.imul(label + 1, 0x9e3779b1)) >>> 0);
  }

  #word(): number {
    const sum = (((this.#a + this.#b) >>> 0) + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }
}

/** Integer in [low, high], both ends included. */
export const intBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor(random.next() * (high - low + 1));

export const chance = (random: Random, probability: number): boolean => random.next() < probability;

export function pick<T>(random: Random, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('pick from an empty list');
  return items[Math.floor(random.next() * items.length)] as T;
}

/** Standard normal by Box and Muller. */
export function normal(random: Random, mean: number, deviation: number): number {
  const u = 1 - random.next();
  const v = random.next();
  return mean + deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}
