import { err, ok, type Result } from '@cardwatch/kernel';
import type { CursorFailure, CursorStore } from '../ports.ts';
import { type CursorDocument, cursorLimits, type DeviceCursor, emptyCursors } from './cursor.ts';
import { adopt, type TheirCursor } from './adopt.core.ts';

/** The cursors of all devices in memory and on disk. Several lines that persist at once share one save. */
export class CursorKeeper {
  readonly #store: CursorStore;
  readonly #devices: Map<string, DeviceCursor>;
  readonly #identities: Map<string, string>;
  readonly #operations: Map<string, number>;
  readonly #welcomed = new Set<string>();
  #running: Promise<Result<void, CursorFailure>> | undefined;
  #queued: Promise<Result<void, CursorFailure>> | undefined;

  private constructor(store: CursorStore, document: CursorDocument) {
    this.#store = store;
    this.#devices = new Map(Object.entries(document.devices));
    this.#identities = new Map(Object.entries(document.identities ?? {}));
    this.#operations = new Map(Object.entries(document.operations ?? {}));
  }

  /** A damaged document is the same as none: the collector's welcome tells where its ledger stands. */
  static async load(store: CursorStore): Promise<{ readonly keeper: CursorKeeper; readonly failure: CursorFailure | undefined }> {
    const loaded = await store.load();
    const keeper = new CursorKeeper(store, loaded.ok ? loaded.value : emptyCursors);
    return { keeper, failure: loaded.ok ? undefined : loaded.error };
  }

  get(deviceId: string): DeviceCursor | undefined {
    return this.#devices.get(deviceId);
  }

  /** Whether it is known where collection stands: by a cursor of our own, or because the collector said what it has. */
  knows(deviceId: string): boolean {
    return this.#devices.has(deviceId) || this.#welcomed.has(deviceId);
  }

  put(deviceId: string, cursor: DeviceCursor): void {
    this.#devices.set(deviceId, cursor);
  }

  /** Serial number that the device was recognised by so far. */
  identityOf(deviceId: string): string | undefined {
    return this.#identities.get(deviceId);
  }

  /** Kept by the next save. */
  recognise(deviceId: string, serial: string): void {
    this.#identities.set(deviceId, serial);
  }

  /** False when an operation of this id was begun before, by this process or by an earlier one. */
  async beginOperation(id: string, expiresAt: number, now: number): Promise<Result<boolean, CursorFailure>> {
    if (this.#operations.has(id)) return ok(false);
    for (const [known, until] of this.#operations) if (until < now) this.#operations.delete(known);
    if (this.#operations.size >= cursorLimits.operations)
      return err({ kind: 'io', detail: `more than ${cursorLimits.operations} operations under way` });
    this.#operations.set(id, expiresAt);
    const saved = await this.persist();
    if (!saved.ok) this.#operations.delete(id);
    return saved.ok ? ok(true) : saved;
  }

  /** Resolves when all that was put before is durable. */
  async persist(): Promise<Result<void, CursorFailure>> {
    if (this.#running === undefined) return this.#save();
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.#save();
    });
    return this.#queued;
  }

  /**
   * Takes over what the collector's ledger holds of these devices. `fresh`: the journal has just begun a new life, so what stood in an
   * older one may be lost and the ledger alone counts.
   */
  async welcome(
    devices: readonly string[],
    theirs: readonly TheirCursor[],
    fresh: boolean,
  ): Promise<Result<void, CursorFailure>> {
    const byDevice = new Map(theirs.map((cursor) => [cursor.deviceId, cursor]));
    let changed = false;
    for (const deviceId of devices) {
      const mine = this.#devices.get(deviceId);
      const next = adopt(mine, byDevice.get(deviceId), fresh);
      if (next !== undefined && next !== mine) {
        this.#devices.set(deviceId, next);
        changed = true;
      }
    }
    const saved = changed ? await this.persist() : ok(undefined);
    if (saved.ok) for (const deviceId of devices) this.#welcomed.add(deviceId);
    return saved;
  }

  async #save(): Promise<Result<void, CursorFailure>> {
    const saving = this.#store.save(this.#document());
    this.#running = saving;
    const result = await saving;
    if (this.#running === saving) this.#running = undefined;
    return result;
  }

  #document(): CursorDocument {
    return {
      v: 1,
      devices: Object.fromEntries(this.#devices),
      ...(this.#identities.size === 0 ? {} : { identities: Object.fromEntries(this.#identities) }),
      ...(this.#operations.size === 0 ? {} : { operations: Object.fromEntries(this.#operations) }),
    };
  }
}
