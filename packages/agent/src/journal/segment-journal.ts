import { type EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { err, exponential, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { AckedStore } from './acked.ts';
import { readFile, replaceFile } from './disk-io.ts';
import type { Journal, JournalFailure, JournalHealth, JournalSlice, StreamState } from './journal.ts';
import { firstSeq, type Life, lifeBytes, oldestUnackedAt, type Segment } from './life.ts';
import type { JournalParts } from './parts.ts';
import { quarantineFolder } from './quarantine.ts';
import { type ReadLimits, StreamReader } from './reader.ts';
import { emptyLife, type RecoveredLife, recoverStream } from './recovery.ts';
import { type AckedEntry, decodeEpoch, encodeEpoch } from './state.core.ts';
import { SyncTimes } from './sync-times.ts';
import { Tail } from './tail.ts';
import { type Appended, StreamWriter } from './writer.ts';

const epochPath = 'epoch.state';
const epochBytesMax = 4_096;

/** One stream: its lives, oldest first, its writer and its reader. */
interface Lane {
  readonly lives: Life[];
  readonly writer: StreamWriter;
  readonly reader: StreamReader;
}

export class SegmentJournal implements Journal {
  readonly #parts: JournalParts;
  readonly #acked: AckedStore;
  readonly #lanes: Readonly<Record<Stream, Lane>>;
  readonly #syncTimes = new SyncTimes();
  readonly #listeners: ((stream: Stream) => void)[] = [];
  #epoch: { readonly no: EpochNo; readonly uuid: string } | undefined;
  /** Why the folders cannot be read; undefined once recovery is through. */
  #unread: DiskFailure | undefined = { kind: 'io', detail: 'not read yet' };
  #attempts = 0;
  #opening: Promise<unknown> | undefined;
  #closed = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#acked = new AckedStore(parts, () => this.#ackedEntries());
    this.#lanes = { money: this.#newLane('money'), event: this.#newLane('event'), health: this.#newLane('health') };
  }

  /** Recovers what is on the disk; when the disk cannot be read now, again and again until it can. */
  async start(): Promise<void> {
    const recovered = await this.#recover();
    if (recovered.ok) {
      this.#unread = undefined;
      return;
    }
    this.#unread = recovered.error;
    this.#parts.log.log('error', 'journal.unreadable', { kind: recovered.error.kind });
    this.#parts.clock.after(exponential(this.#parts.limits.probe, this.#attempts++), () => {
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
    }
    return Promise.resolve();
  }

  onDurable(listener: (stream: Stream) => void): void {
    this.#listeners.push(listener);
  }

  health(): JournalHealth {
    const failed = this.#unread !== undefined || streams.some((stream) => this.#lanes[stream].writer.failed !== undefined);
    const lives = streams.flatMap((stream) => this.#lanes[stream].lives);
    const holes = lives.reduce((sum, life) => sum + life.holes.filter((hole) => hole.last > life.acked).length, 0);
    return { storage: failed ? 'failed' : 'ok', ...this.#syncTimes.percentiles(), holes };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of streams) {
      await this.#lanes[stream].writer.close();
      await this.#lanes[stream].reader.close();
    }
    await this.#acked.close();
  }

  #newLane(stream: Stream): Lane {
    const writer = new StreamWriter(this.#parts, {
      stream,
      makeRoom: () => true,
      onDurable: (durable) => {
        for (const listener of this.#listeners) listener(durable);
      },
    });
    const release = async (segment: Segment): Promise<void> => {
      if (!segment.sealed) await writer.alone(async () => writer.tail?.retire());
    };
    return { lives: [], writer, reader: new StreamReader(this.#parts, release) };
  }

  #ackedEntries(): AckedEntry[] {
    const lives = streams.flatMap((stream) => this.#lanes[stream].lives);
    return lives.toSorted((a, b) => b.epoch - a.epoch).map(({ stream, epoch, acked }) => ({ stream, epoch, acked }));
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
      const lives = await recoverStream(this.#parts, stream, acked);
      if (!lives.ok) return lives;
      found[stream] = lives.value;
    }
    const epoch = await this.#loadEpoch(streams.flatMap((stream) => found[stream] ?? []));
    if (!epoch.ok) return epoch;
    for (const stream of streams) await this.#take(stream, found[stream] ?? []);
    return ok(undefined);
  }

  /** The life that goes on; none when its file is lost, another agent's, or older than what is on the disk: a new one is asked for. */
  async #loadEpoch(found: readonly RecoveredLife[]): Promise<Result<void, DiskFailure>> {
    const bytes = await readFile(this.#parts.disk, epochPath, epochBytesMax);
    if (!bytes.ok && bytes.error.kind !== 'missing') return bytes;
    const state = bytes.ok ? decodeEpoch(bytes.value) : undefined;
    const newest = Math.max(0, ...found.map(({ life }) => life.epoch));
    const usable = state !== undefined && state.agent === this.#parts.agent && state.no >= newest;
    if (usable) this.#epoch = { no: state.no, uuid: state.uuid };
    else if (bytes.ok || newest > 0) this.#parts.log.log('error', 'journal.epochLost', { newest });
    return ok(undefined);
  }

  async #take(stream: Stream, found: readonly RecoveredLife[]): Promise<void> {
    const lane = this.#lanes[stream];
    lane.lives.push(...found.map(({ life }) => life));
    const no = this.#epoch?.no;
    if (no === undefined) return;
    const current = found.find(({ life }) => life.epoch === no);
    if (current === undefined) return lane.writer.use(this.#newTail(this.#newLife(stream, no)));
    const segment = current.continues ? current.life.segments.at(-1) : undefined;
    const file = segment === undefined ? undefined : await this.#parts.disk.open(segment.path, 'readWrite');
    const open = segment !== undefined && file?.ok === true ? { segment, file: file.value } : undefined;
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
      segmentBytes: this.#parts.limits.segmentBytes,
      pressure: { pressed: () => Promise.resolve(false) },
      onSync: (tookMs) => this.#syncTimes.add(tookMs),
    });
  }

  async #openEpoch(no: EpochNo, uuid: string): Promise<Result<void, JournalFailure>> {
    if (this.#closed) return err({ kind: 'closed' });
    if (this.#unread !== undefined) return err({ kind: 'storageFailed', cause: this.#unread });
    if (this.#epoch?.no === no && this.#epoch.uuid === uuid) return ok(undefined);
    const lives = streams.flatMap((stream) => this.#lanes[stream].lives);
    const newest = Math.max(this.#epoch?.no ?? 0, ...lives.map((life) => life.epoch));
    if (no <= newest) return err({ kind: 'epochTaken', newest });
    const written = await replaceFile(this.#parts.disk, epochPath, encodeEpoch({ no, uuid, agent: this.#parts.agent }));
    if (!written.ok) return err({ kind: 'storageFailed', cause: written.error });
    for (const stream of streams) {
      const { writer } = this.#lanes[stream];
      await writer.alone(async () => {
        await writer.retire();
        writer.use(this.#newTail(this.#newLife(stream, no)));
      });
    }
    this.#epoch = { no, uuid };
    return ok(undefined);
  }
}
