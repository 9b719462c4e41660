/**
 * A folder on an ext4 file system of its own, in a loop mount, and its power cuts. What the file system has not yet written to the image when the
 * power goes is gone: the image is copied as it is, without a flush, and the copy is mounted in its place, which replays ext4's own journal.
 */
import { chmodSync, closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { run, sleep } from './command.ts';

const mebi = 1024 * 1024;
const blockBytes = 4_096;
const copyTriesMax = 50;
const unmountTriesMax = 100;
const unmountEveryMs = 50;
/** Larger images are not compared block by block. */
const comparedBytesMax = 128 * mebi;

export class Volume {
  readonly folder: string;
  readonly #image: string;
  #mounted = false;

  private constructor(folder: string, image: string) {
    this.folder = folder;
    this.#image = image;
  }

  /** Sparse: an image takes the room of what was written. Throws when it cannot be made. */
  static async make(folder: string, image: string, sizeMib: number): Promise<Volume> {
    mkdirSync(folder, { recursive: true });
    await run('truncate', '-s', `${sizeMib}M`, image);
    await run('mkfs.ext4', '-q', '-F', '-m', '0', image);
    const volume = new Volume(folder, image);
    await volume.#mount();
    chmodSync(folder, 0o700);
    return volume;
  }

  /** Nobody may have a file of the folder open any more. Resolves with the blocks that had not reached the image; undefined: too many to compare. */
  async cutPower(): Promise<number | undefined> {
    const copy = `${this.#image}.cut`;
    await copyAtOnce(this.#image, copy);
    await this.release();
    const lost = statSync(copy).size <= comparedBytesMax ? differingBlocks(this.#image, copy) : undefined;
    renameSync(copy, this.#image);
    await this.#mount();
    return lost;
  }

  /** Unmounts and gives the loop device back. May be called twice. */
  async release(): Promise<void> {
    let tries = 0;
    while (this.#mounted) {
      try {
        await run('umount', this.folder);
        this.#mounted = false;
      } catch (failure) {
        // a process that was just killed may still be on its way out
        if (++tries >= unmountTriesMax) throw failure;
        await sleep(unmountEveryMs);
      }
    }
  }

  async #mount(): Promise<void> {
    await run('mount', '-t', 'ext4', '-o', 'loop', this.#image, this.folder);
    this.#mounted = true;
  }
}

/** A power cut is one moment: a copy during which the kernel wrote to the image is thrown away. */
async function copyAtOnce(image: string, copy: string): Promise<void> {
  for (let tries = 1; tries <= copyTriesMax; tries++) {
    const before = statSync(image, { bigint: true });
    await run('cp', '--sparse=always', image, copy);
    const after = statSync(image, { bigint: true });
    if (before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && before.blocks === after.blocks) return;
    rmSync(copy);
  }
  throw new Error(`${image} is written all the time: no moment to cut the power at`);
}

function differingBlocks(one: string, other: string): number {
  const [a, b] = [openSync(one, 'r'), openSync(other, 'r')];
  const [left, right] = [Buffer.alloc(mebi), Buffer.alloc(mebi)];
  let blocks = 0;
  for (let at = 0; ; at += mebi) {
    const length = readSync(a, left, 0, mebi, at);
    if (length === 0) break;
    readSync(b, right, 0, mebi, at);
    if (left.equals(right)) continue;
    for (let from = 0; from < length; from += blockBytes)
      if (left.compare(right, from, from + blockBytes, from, from + blockBytes) !== 0) blocks++;
  }
  closeSync(a);
  closeSync(b);
  return blocks;
}
