/** A file of zeros that holds a share of the budget, so that money still finds room when everything else is full. */
import type { Disk } from '../ports.ts';
import { writeAll } from './disk-io.ts';
import type { JournalParts } from './parts.ts';

const path = 'ballast';
const chunkBytes = 256 * 1024;

export class Ballast {
  readonly #parts: JournalParts;
  readonly targetBytes: number;
  #standing = false;
  #busy = false;
  #givenUp = false;
  #closed = false;

  constructor(parts: JournalParts, targetBytes: number) {
    this.#parts = parts;
    this.targetBytes = targetBytes;
  }

  /** It stands in full. */
  get standing(): boolean {
    return this.#standing;
  }

  async load(): Promise<void> {
    this.#standing = (await ballastOnDisk(this.#parts.disk)) >= this.targetBytes;
  }

  /** Writes it in the background when it is not there and the disk has room for it twice. */
  async fill(): Promise<void> {
    if (this.#standing || this.#busy || this.targetBytes === 0) return;
    this.#busy = true;
    this.#givenUp = false;
    const written = (await this.#hasRoom()) && (await this.#write());
    this.#standing = written && !this.#givenUp;
    this.#busy = false;
  }

  /** Gives its space to money. False when it cannot be removed. */
  async giveUp(): Promise<boolean> {
    this.#standing = false;
    this.#givenUp = true;
    const removed = await this.#parts.disk.remove(path);
    this.#parts.log.log('error', 'journal.ballastUsed', { removed: removed.ok });
    return removed.ok;
  }

  close(): void {
    this.#closed = true;
  }

  async #hasRoom(): Promise<boolean> {
    const space = await this.#parts.disk.space();
    return space.ok && space.value.freeBytes >= 2 * this.targetBytes;
  }

  async #write(): Promise<boolean> {
    const file = await this.#parts.disk.open(path, 'create');
    if (!file.ok) return false;
    const zeros = new Uint8Array(Math.min(chunkBytes, this.targetBytes));
    let at = 0;
    while (at < this.targetBytes && !this.#closed && !this.#givenUp) {
      const part = zeros.subarray(0, Math.min(zeros.length, this.targetBytes - at));
      const written = await writeAll(file.value, part, at);
      if (!written.ok) break;
      at += part.length;
    }
    const synced = at >= this.targetBytes && (await file.value.sync()).ok;
    await file.value.close();
    if (!synced && !this.#closed) await this.#parts.disk.remove(path);
    return synced;
  }
}

/** Bytes of the file that an earlier run left. */
export async function ballastOnDisk(disk: Disk): Promise<number> {
  const file = await disk.open(path, 'read');
  if (!file.ok) return 0;
  const size = await file.value.size();
  await file.value.close();
  return size.ok ? size.value : 0;
}
