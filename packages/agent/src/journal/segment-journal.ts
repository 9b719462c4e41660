import { type EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { type CancelTimer, err, exponential, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { AckedStore } from './acked.ts';
import type { Appended } from './commit-queue.ts';
import { loadEpoch, storeEpoch } from './epoch-file.ts';
import type { Journal, JournalFailure, JournalHealth, JournalSlice, StreamState } from './journal.ts';
import { emptyLife, firstSeq, type Life, lifeBytes, oldestUnackedAt, type Segment } from './life.ts';
import type { JournalParts } from './parts.ts';
import { quarantineFolder } from './quarantine.ts';
import { StreamReader } from './reader.ts';
import { type RecoveredLife, recoverStream } from './recovery.ts';
import { saltOf } from './segment-file.ts';
import { Scrub } from './scrub.ts';
import type { ReadLimits } from './slice-walk.ts';
import { Space } from './space.ts';
import type { AckedEntry } from './state.core.ts';
import { SyncTimes } from './sync-times.ts';
import { Tail } from './tail.ts';
import { StreamWriter } from './writer.ts';

/** One stream: its lives, oldest first, its writer and its reader. */
interface Lane {
  readonly lives: Life[];
  readonly writer: StreamWriter;
  readonly reader: StreamReader;
}

export class SegmentJournal implements Journal {
  readonly #parts: JournalParts;
  readonly #acked: AckedStore;
  readonly #space: Space;
  readonly #scrub: Scrub;
  readonly #lanes: Readonly<Record<Stream, Lane>>;
  readonly #syncTimes = new SyncTimes();
  readonly #listeners: ((stream: Stream) => void)[] = [];
  #epoch: { readonly no: EpochNo; readonly uuid: string } | undefined;
  /** Why the folders cannot be read; undefined once recovery is through. */
  #unread: DiskFailure | undefined = { kind: 'io', detail: 'not read yet' };
  #attempts = 0;
  #cancelStart: CancelTimer | undefined;
  #opening: Promise<unknown> | undefined;
  #closed = false;

  constructor(parts: JournalParts, budgetBytes: number | undefined) {
    this.#parts = parts;
    this.#acked = new AckedStore(parts, () => this.#ackedEntries());
    this.#space = new Space(parts, {
      lives: (stream) => this.#lanes[stream].lives,
      // Before the writers begin the epoch alone says which life it is.
      current: (stream) =>
        this.#lanes[stream].writer.tail?.life ?? this.#lanes[stream].lives.find(({ epoch }) => epoch === this.#epoch?.no),
      flushAcked: () => this.#acked.flush(true),
      budgetBytes,
    });
    this.#scrub = new Scrub(parts, {
      lives: () => this.#allLives(),
      isBusy: () => streams.some((stream) => this.#lanes[stream].writer.busy),
    });
    this.#lanes = { money: this.#newLane('money'), event: this.#newLane('event'), health: this.#newLane('health') };
  }

  /** Recovers what is on the disk; when the disk cannot be read now, again and again until it can. */
  async start(): Promise<void> {
    const recovered = await this.#recover();
    if (recovered.ok) {
      this.#unread = undefined;
      this.#scrub.schedule();
      return;
    }
    this.#unread = recovered.error;
    this.#parts.log.log('error', 'journal.unreadable', { kind: recovered.error.kind });
    this.#cancelStart = this.#parts.clock.after(exponential(this.#parts.limits.probe, this.#attempts++), () => {
      if (!this.#closed) void this.start();
    });
  }

  epoch(): { readonly no: EpochNo; readonly uuid: string } | undefined {
    return this.#epoch;
  }

  async openEpoch(no: EpochNo, uuid: string): Promise<Result<void, JournalFailure>> {
    while (this.#opening !== undefined) await this.#opening;
    const opening = this.#openEpoch(no, uuid);
    this.#opening = opening;
    const opened = await opening;
    this.#opening = undefined;
    return opened;
  }

  hurry(stream: Stream): void {
    this.#lanes[stream].writer.hurry();
  }

  append(stream: Stream, lines: readonly Uint8Array[]): Promise<Appended> {
    if (this.#unread !== undefined) return Promise.resolve(err({ kind: 'storageFailed', cause: this.#unread }));
    return this.#lanes[stream].writer.append(lines);
  }

  states(stream: Stream): readonly StreamState[] {
    const lives = this.#lanes[stream].lives.filter((life) => life.epoch === this.#epoch?.no || life.acked < life.durable);
    return lives.map((life) => ({
      epoch: life.epoch,
      first: firstSeq(life),
      last: life.durable,
      acked: life.acked,
      bytes: lifeBytes(life),
      oldestUnackedAt: oldestUnackedAt(life),
    }));
  }

  async read(
    stream: Stream,
    epoch: EpochNo,
    fromSeq: number,
    limits: ReadLimits,
  ): Promise<Result<JournalSlice | undefined, JournalFailure>> {
    if (this.#closed) return err({ kind: 'closed' });
    if (this.#unread !== undefined) return err({ kind: 'storageFailed', cause: this.#unread });
    const life = this.#lanes[stream].lives.find((candidate) => candidate.epoch === epoch);
    return life === undefined ? ok(undefined) : this.#lanes[stream].reader.read(life, Math.max(1, fromSeq), limits);
  }

  acknowledge(stream: Stream, epoch: EpochNo, upto: number): Promise<void> {
    const life = this.#lanes[stream].lives.find((candidate) => candidate.epoch === epoch);
    const acked = Math.min(upto, life?.durable ?? 0);
    if (life !== undefined && acked > life.acked) {
      life.acked = acked;
      this.#acked.changed();
      this.#space.tend();
    }
    return Promise.resolve();
  }

  onDurable(listener: (stream: Stream) => void): void {
    this.#listeners.push(listener);
  }

  health(): JournalHealth {
    const lives = this.#allLives();
    const holes = lives.reduce((sum, life) => sum + life.holes.filter((hole) => hole.last > life.acked).length, 0);
    return { storage: this.#isFailed() ? 'failed' : this.#space.state(), ...this.#syncTimes.percentiles(), holes };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelStart?.();
    await this.#scrub.close();
    await this.#space.close();
    for (const stream of streams) {
      await this.#lanes[stream].writer.close();
      await this.#lanes[stream].reader.close();
    }
    await this.#acked.close();
  }

  #newLane(stream: Stream): Lane {
    const writer = new StreamWriter(this.#parts, {
      stream,
      makeRoom: (wanting, bytes) => this.#space.makeRoom(wanting, bytes),
      onDurable: (durable) => {
        for (const listener of this.#listeners) listener(durable);
      },
    });
    const release = async (segment: Segment): Promise<void> => {
      if (writer.tail?.isWriting(segment) === true) await writer.alone(async () => writer.tail?.retire());
    };
    const syncs = (): number | undefined => (this.#isFailed() ? undefined : this.#syncTimes.total);
    return { lives: [], writer, reader: new StreamReader(this.#parts, { release, syncs }) };
  }

  #isFailed(): boolean {
    return this.#unread !== undefined || streams.some((stream) => this.#lanes[stream].writer.failed !== undefined);
  }

  #allLives(): Life[] {
    return streams.flatMap((stream) => this.#lanes[stream].lives);
  }

  #ackedEntries(): AckedEntry[] {
    return this.#allLives()
      .toSorted((a, b) => b.epoch - a.epoch)
      .map(({ stream, epoch, acked, gone }) => ({ stream, epoch, acked, gone }));
  }

  async #recover(): Promise<Result<void, DiskFailure>> {
    const { disk } = this.#parts;
    for (const folder of [...streams, quarantineFolder]) {
      const made = await disk.makeFolder(folder);
      if (!made.ok && made.error.kind !== 'readOnly') return made;
    }
    await disk.syncFolder('');
    const acked = await this.#acked.load();
    const found: Partial<Record<Stream, readonly RecoveredLife[]>> = {};
    for (const stream of streams) {
      const lives = await recoverStream(this.#parts, stream, acked, this.#attempts < this.#parts.limits.patientStarts);
      if (!lives.ok) return lives;
      found[stream] = lives.value;
    }
    const newest = Math.max(0, ...streams.flatMap((stream) => found[stream] ?? []).map(({ life }) => life.epoch));
    const epoch = await loadEpoch(this.#parts, newest);
    if (!epoch.ok) return epoch;
    this.#epoch = epoch.value;
    for (const stream of streams) this.#lanes[stream].lives.push(...(found[stream] ?? []).map(({ life }) => life));
    await this.#space.load();
    for (const stream of streams) await this.#take(stream, found[stream] ?? []);
    return ok(undefined);
  }

  async #take(stream: Stream, found: readonly RecoveredLife[]): Promise<void> {
    const lane = this.#lanes[stream];
    const no = this.#epoch?.no;
    if (no === undefined) return;
    const current = found.find(({ life }) => life.epoch === no);
    if (current === undefined) return lane.writer.use(this.#newTail(this.#newLife(stream, no)));
    const segment = current.continues ? current.life.segments.at(-1) : undefined;
    const file = segment === undefined ? undefined : await this.#parts.disk.open(segment.path, 'readWrite');
    const open =
      segment !== undefined && file?.ok === true
        ? { segment, file: file.value, salt: saltOf(segment.key), fileHash: undefined }
        : undefined;
    lane.writer.use(this.#newTail(current.life, open));
  }

  #newLife(stream: Stream, epoch: EpochNo): Life {
    const life = emptyLife(stream, epoch);
    this.#lanes[stream].lives.push(life);
    return life;
  }

  #newTail(life: Life, open?: ConstructorParameters<typeof Tail>[2]['open']): Tail {
    return new Tail(this.#parts, life, {
      open,
      segmentBytes: this.#space.segmentBytes(life.stream),
      pressure: { pressed: () => this.#space.pressed(life.stream) },
      onSync: (tookMs) => this.#syncTimes.add(tookMs),
    });
  }

  async #openEpoch(no: EpochNo, uuid: string): Promise<Result<void, JournalFailure>> {
    if (this.#closed) return err({ kind: 'closed' });
    if (this.#unread !== undefined) return err({ kind: 'storageFailed', cause: this.#unread });
    if (this.#epoch?.no === no && this.#epoch.uuid === uuid) return ok(undefined);
    const lives = this.#allLives();
    const newest = Math.max(this.#epoch?.no ?? 0, ...lives.map((life) => life.epoch));
    if (no <= newest) return err({ kind: 'epochTaken', newest });
    const written = await storeEpoch(this.#parts, no, uuid);
    if (!written.ok) return err({ kind: 'storageFailed', cause: written.error });
    for (const stream of streams) {
      const { writer } = this.#lanes[stream];
      await writer.alone(async () => {
        await writer.retire();
        writer.use(this.#newTail(this.#newLife(stream, no)));
      });
    }
    this.#epoch = { no, uuid };
    // The file must be there before the disk is full: it then takes what was dropped.
    await this.#acked.flush(true);
    return ok(undefined);
  }
}
