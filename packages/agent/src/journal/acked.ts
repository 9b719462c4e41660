/** `acked.state`: how far each life is acknowledged. Written in its own rhythm; losing it costs a re-send. */
import { type CancelTimer, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { readFile, writeAll } from './disk-io.ts';
import type { JournalParts } from './parts.ts';
import { ackedSlotBytes, type AckedEntry, decodeAcked, encodeAcked } from './state.core.ts';

const path = 'acked.state';

export class AckedStore {
  readonly #parts: JournalParts;
  readonly #entries: () => readonly AckedEntry[];
  #generation = 0;
  #dirty = false;
  #cancel: CancelTimer | undefined;
  #writing: Promise<Result<void, DiskFailure>> | undefined;

  /** `entries`: what is to be kept, newest life first. */
  constructor(parts: JournalParts, entries: () => readonly AckedEntry[]) {
    this.#parts = parts;
    this.#entries = entries;
  }

  async load(): Promise<readonly AckedEntry[]> {
    const bytes = await readFile(this.#parts.disk, path, 2 * ackedSlotBytes);
    const state = bytes.ok ? decodeAcked(bytes.value) : undefined;
    if (state === undefined) this.#parts.log.log('info', 'journal.ackedUnknown', { found: bytes.ok });
    this.#generation = state?.generation ?? 0;
    return state?.entries ?? [];
  }

  /** Something was acknowledged: writes it within the delay. */
  changed(): void {
    this.#dirty = true;
    this.#cancel ??= this.#parts.clock.after(this.#parts.limits.ackedDelayMs, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }

  /** Resolves when the present positions are durable, or cannot be made so now. `always`: also when no position is known to have changed. */
  async flush(always = false): Promise<Result<void, DiskFailure>> {
    while (this.#writing !== undefined) await this.#writing;
    if (!this.#dirty && !always) return ok(undefined);
    this.#dirty = false;
    this.#writing = this.#write();
    const written = await this.#writing;
    this.#writing = undefined;
    if (!written.ok) {
      this.#dirty = true;
      this.#parts.log.log('warn', 'journal.ackedNotWritten', { kind: written.error.kind });
    }
    return written;
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.flush();
  }

  async #write(): Promise<Result<void, DiskFailure>> {
    const { disk } = this.#parts;
    const known = await disk.open(path, 'readWrite');
    const fresh = !known.ok && known.error.kind === 'missing';
    const file = fresh ? await disk.open(path, 'create') : known;
    if (!file.ok) return file;
    const generation = this.#generation + 1;
    const slot = encodeAcked({ generation, entries: this.#entries() });
    // A new file gets the room of both slots, so that it can be written later when the disk is full.
    const written = fresh
      ? await writeAll(file.value, twoSlots(slot), 0)
      : await writeAll(file.value, slot, (generation % 2) * ackedSlotBytes);
    const synced = written.ok ? await file.value.sync() : written;
    await file.value.close();
    if (!synced.ok) return synced;
    this.#generation = generation;
    return fresh ? disk.syncFolder('') : ok(undefined);
  }
}

function twoSlots(slot: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 * ackedSlotBytes);
  bytes.set(slot, 0);
  bytes.set(slot, ackedSlotBytes);
  return bytes;
}
