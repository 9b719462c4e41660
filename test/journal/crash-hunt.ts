/** Crash images by the thousand: runs that seeds make up, each killed at every byte of every write and cut off from power as often. */
import { pick, SeededRandom } from '@cardwatch/kernel';
import { countByteCuts, CrashPoint, everyByteCut } from './images.ts';
import { survives } from './judge.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { type Recording, recordAnyRun } from './recording.ts';

export interface CrashTally {
  runs: number;
  images: number;
  byteCuts: number;
  powerCuts: number;
  secondCrashes: number;
  recordsRead: number;
  holes: number;
  readonly failures: string[];
}

export const newTally = (): CrashTally => ({
  runs: 0,
  images: 0,
  byteCuts: 0,
  powerCuts: 0,
  secondCrashes: 0,
  recordsRead: 0,
  holes: 0,
  failures: [],
});

/** A crash point with this many things in the air is taken in every mixture. */
const exhaustiveUnits = 5;
/** One image in so many is crashed again while it recovers. */
const againEvery = 4;
const failuresMax = 20;
/** A run with more bytes than this is killed at every second, third... of them, so that many runs are met. */
const cutsMaxUsual = 6_000;

export interface HuntOptions {
  /** First run. */
  readonly seed: number;
  readonly images: number;
  readonly cutsMax?: number;
}

/** Runs of the seeds from `seed` on until `images` were judged, or too much has failed. */
export async function huntCrashes(
  { seed, images, cutsMax = cutsMaxUsual }: HuntOptions,
  told: (tally: CrashTally) => void = () => {},
): Promise<CrashTally> {
  const tally = newTally();
  for (let run = seed; tally.images < images && tally.failures.length < failuresMax; run++) {
    const hunt = new Hunt(await recordAnyRun(run), { seed: run, images, tally, cutsMax });
    tally.runs++;
    await hunt.killed();
    await hunt.cutOff();
    told(tally);
  }
  return tally;
}

class Hunt {
  readonly #recording: Recording;
  readonly #seed: number;
  readonly #images: number;
  readonly #tally: CrashTally;
  readonly #random: SeededRandom;
  readonly #cutsMax: number;
  #cuts = 0;

  constructor(recording: Recording, { seed, images, tally, cutsMax }: Required<HuntOptions> & { readonly tally: CrashTally }) {
    this.#cutsMax = cutsMax;
    this.#recording = recording;
    this.#seed = seed;
    this.#images = images;
    this.#tally = tally;
    this.#random = new SeededRandom(seed).fork(1);
  }

  async killed(): Promise<void> {
    const step = Math.ceil(countByteCuts(this.#recording) / this.#cutsMax);
    const look = async (
      image: MemoryDisk,
      { change, byte }: { readonly change: number; readonly byte: number },
    ): Promise<boolean> => {
      this.#tally.byteCuts++;
      await this.#look(image, change, `killed at byte ${byte}`);
      return !this.#over;
    };
    this.#cuts = await everyByteCut(this.#recording, look, step);
  }

  /** As many power cuts as there were kills. */
  async cutOff(): Promise<void> {
    for (let left = this.#cuts; left > 0 && !this.#over; ) {
      for (let upto = 1; upto <= this.#recording.changes.length && left > 0 && !this.#over; upto++) {
        const point = new CrashPoint(this.#recording, upto, pick(this.#random, [512, 4_096]));
        const few = point.units.length <= exhaustiveUnits;
        const mixtures = few ? point.everyMixture() : [1, 2, 3, 4].map(() => point.anyMixture(this.#random));
        for (const image of mixtures) {
          this.#tally.powerCuts++;
          left--;
          await this.#look(image, upto, `power cut with ${point.units.length} in the air`);
        }
      }
    }
  }

  get #over(): boolean {
    return this.#tally.images >= this.#images || this.#tally.failures.length >= failuresMax;
  }

  async #look(image: MemoryDisk, upto: number, how: string): Promise<void> {
    const tally = this.#tally;
    const again = tally.images % againEvery === 0 ? this.#random.fork(tally.images) : undefined;
    try {
      const judged = await survives(this.#recording, image, upto, again);
      tally.images += judged.length;
      tally.secondCrashes += judged.length - 1;
      for (const { found, holes } of judged) {
        tally.recordsRead += found.length;
        tally.holes += holes;
      }
    } catch (cause) {
      tally.images++;
      const { op } = this.#recording.changes[upto] ?? { op: 'end' };
      tally.failures.push(
        `run ${this.#seed}, before change ${upto} (${op}), ${how}${again === undefined ? '' : ', second crash'}: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  }
}
