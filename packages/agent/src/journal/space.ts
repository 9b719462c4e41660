/** Keeps the journal within its budget: carries out what space.core.ts decides. */
import { type Stream, streams } from '@cardwatch/contracts';
import type { DiskFailure } from '../ports.ts';
import { Ballast, ballastOnDisk } from './ballast.ts';
import { holesPath, takeHole, writeHole } from './holes.ts';
import type { JournalHealth } from './journal.ts';
import { type Life, type Segment, segmentUpto } from './life.ts';
import { journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import { type ClassUse, nextSpaceStep, type SpaceStep, type SpaceUse, usedBytes, type Want } from './space.core.ts';

/** Assumed when nobody says and the disk cannot tell. */
const fallbackBudgetBytes = 256 * 1024 * 1024;
/** Part of a partition that is left to the file system itself. */
const partitionShare = 0.95;
const tightShare = 0.8;

export interface SpaceOptions {
  readonly lives: (stream: Stream) => Life[];
  /** The life that is being written: its last segment stays, so that its numbers are never given again. */
  readonly current: (stream: Stream) => Life | undefined;
  /** Makes the acknowledged positions durable; needed before a segment goes. */
  readonly flushAcked: () => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: DiskFailure }>;
  readonly budgetBytes: number | undefined;
}

export class Space {
  readonly #parts: JournalParts;
  readonly #options: SpaceOptions;
  #budgetBytes = fallbackBudgetBytes;
  #ballast: Ballast;
  /** Bytes written since the last count, so that a commit need not count. */
  #use: SpaceUse | undefined;
  readonly #since: Record<Stream, number> = { money: 0, event: 0, health: 0 };
  #dropped = false;
  /** One change of the disk's contents at a time. */
  #turn: Promise<unknown> | undefined;
  #tending: Promise<void> | undefined;
  #closed = false;

  constructor(parts: JournalParts, options: SpaceOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#ballast = new Ballast(parts, 0);
  }

  /** After recovery: learns the budget and looks for the ballast. */
  async load(): Promise<void> {
    this.#budgetBytes = this.#options.budgetBytes ?? (await this.#partitionBytes()) ?? fallbackBudgetBytes;
    const target = Math.min(journalBounds.ballastBytes, Math.floor(this.#budgetBytes * this.#parts.limits.ballastShare));
    this.#ballast = new Ballast(this.#parts, target);
    await this.#ballast.load();
    this.tend();
  }

  /** A segment is at most an eighth of its class, so that dropping the oldest drops little. */
  segmentBytes(stream: Stream): number {
    const { limits } = this.#parts;
    const share = { money: 0.5, event: limits.eventShare, health: limits.healthShare }[stream];
    const eighth = Math.floor((this.#budgetBytes * share) / 8);
    return Math.min(limits.segmentBytes, Math.max(journalBounds.smallestSegmentBytes, eighth));
  }

  state(): Exclude<JournalHealth['storage'], 'failed'> {
    const use = this.#count();
    if (use.ballastBytes === 0 && this.#ballast.targetBytes > 0 && usedBytes(use) > tightShare * this.#budgetBytes)
      return 'ballastUsed';
    return this.#dropped || usedBytes(use) > tightShare * (this.#budgetBytes - use.ballastBytes) ? 'tight' : 'ok';
  }

  /** True when `bytes` may be written for the stream; gives way to them by the order of the classes if it must. */
  makeRoom(stream: Stream, bytes: number): boolean | Promise<boolean> {
    this.#since[stream] += bytes;
    if (
      this.#use !== undefined &&
      nextSpaceStep(this.#estimate(this.#use), { stream, bytes: 0, pressed: false }).kind === 'enough'
    )
      return true;
    return this.#alone(() => this.#giveWay({ stream, bytes, pressed: false }));
  }

  /** The disk refused a write: frees something for the stream; false when nothing is left. */
  pressed(stream: Stream): Promise<boolean> {
    return this.#alone(() => {
      const step = nextSpaceStep(this.#count(), { stream, bytes: 0, pressed: true });
      return step.kind === 'refuse' || step.kind === 'enough' ? Promise.resolve(false) : this.#take(step);
    });
  }

  /** In the background: removes what is acknowledged beyond its retention, forgets finished lives, restores the ballast. */
  tend(): void {
    if (this.#closed || this.#tending !== undefined) return;
    this.#tending = this.#tend().then(() => {
      this.#tending = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ballast.close();
    await this.#tending;
  }

  async #alone<T>(change: () => Promise<T>): Promise<T> {
    while (this.#turn !== undefined) await this.#turn;
    const changing = change();
    this.#turn = changing;
    const result = await changing;
    this.#turn = undefined;
    return result;
  }

  /** What of the partition may be ours: free bytes and what we hold already. Undefined when the disk cannot tell. */
  async #partitionBytes(): Promise<number | undefined> {
    const space = await this.#parts.disk.space();
    const segments = streams.reduce((sum, stream) => sum + this.#classUse(stream).bytes, 0);
    const own = segments + (await ballastOnDisk(this.#parts.disk));
    return space.ok ? Math.floor((space.value.freeBytes + own) * partitionShare) : undefined;
  }

  /** Others may have taken the room when it was measured, and given it back since. True when there is more now. */
  async #hasGrown(): Promise<boolean> {
    if (this.#options.budgetBytes !== undefined) return false;
    const partition = (await this.#partitionBytes()) ?? 0;
    if (partition <= this.#budgetBytes) return false;
    this.#budgetBytes = partition;
    return true;
  }

  async #giveWay(want: Want): Promise<boolean> {
    for (;;) {
      const use = this.#count();
      const step = nextSpaceStep(use, want);
      if (step.kind === 'enough') {
        this.#since[want.stream] += want.bytes;
        return true;
      }
      if (await this.#hasGrown()) continue;
      if (step.kind === 'refuse' || !(await this.#take(step))) return false;
    }
  }

  #estimate(use: SpaceUse): SpaceUse {
    const grown = (stream: Stream): ClassUse => ({
      ...use.classes[stream],
      bytes: use.classes[stream].bytes + this.#since[stream],
    });
    return { ...use, classes: { money: grown('money'), event: grown('event'), health: grown('health') } };
  }

  #count(): SpaceUse {
    const { eventShare, healthShare } = this.#parts.limits;
    const classes = { money: this.#classUse('money'), event: this.#classUse('event'), health: this.#classUse('health') };
    for (const stream of streams) this.#since[stream] = 0;
    const ballastBytes = this.#ballast.standing ? this.#ballast.targetBytes : 0;
    this.#use = { budgetBytes: this.#budgetBytes, ballastBytes, shares: { event: eventShare, health: healthShare }, classes };
    return this.#use;
  }

  #classUse(stream: Stream): ClassUse {
    let bytes = 0;
    let ackedBytes = 0;
    let closedBytes = 0;
    for (const life of this.#options.lives(stream)) {
      for (const [index, segment] of life.segments.entries()) {
        bytes += segment.bytes;
        if (this.#isOpen(life, segment)) continue;
        if (segmentUpto(life, index) <= life.acked) ackedBytes += segment.bytes;
        else closedBytes += segment.bytes;
      }
    }
    return { bytes, ackedBytes, closedBytes };
  }

  #isOpen(life: Life, segment: Segment): boolean {
    return life === this.#options.current(life.stream) && segment === life.segments.at(-1);
  }

  async #take(step: Exclude<SpaceStep, { kind: 'enough' | 'refuse' }>): Promise<boolean> {
    if (step.kind === 'removeBallast') return this.#ballast.giveUp();
    return step.kind === 'drop' ? this.#dropOldest(step.stream) : this.#removeAcked(step.stream);
  }

  async #removeAcked(stream: Stream): Promise<boolean> {
    const found = this.#oldest(stream, (life, index) => segmentUpto(life, index) <= life.acked);
    if (found === undefined) return false;
    const flushed = await this.#options.flushAcked();
    // Without it a restart may take the missing numbers for damage and tell the collector, which has them: noise, no loss.
    if (!flushed.ok && flushed.error.kind !== 'noSpace') return false;
    return this.#removeSegment(found.life, found.segment);
  }

  /** The loss is durable before the segment goes: as a hole, or without room for one in the place that acked.state has for it. */
  async #dropOldest(stream: 'health' | 'event'): Promise<boolean> {
    const found = this.#oldest(stream, (life, index) => segmentUpto(life, index) > life.acked);
    if (found === undefined) return false;
    const { life, segment, upto } = found;
    const hole = { first: segment.key.base, last: upto, cause: 'dropped', prevHash: segment.prevHash } as const;
    const written = await writeHole(this.#parts, life, hole);
    if (!written.ok && !(written.error.kind === 'noSpace' && (await this.#noteGone(life, upto)))) return false;
    this.#dropped = true;
    takeHole(this.#parts, life, hole);
    return this.#removeSegment(life, segment);
  }

  async #noteGone(life: Life, upto: number): Promise<boolean> {
    const before = life.gone;
    life.gone = Math.max(before, upto);
    const noted = await this.#options.flushAcked();
    if (!noted.ok) life.gone = before;
    return noted.ok;
  }

  #oldest(
    stream: Stream,
    fits: (life: Life, index: number) => boolean,
  ): { readonly life: Life; readonly segment: Segment; readonly upto: number } | undefined {
    for (const life of this.#options.lives(stream)) {
      const index = life.segments.findIndex((segment, at) => !this.#isOpen(life, segment) && fits(life, at));
      const segment = life.segments[index];
      if (segment !== undefined) return { life, segment, upto: segmentUpto(life, index) };
    }
    return undefined;
  }

  async #removeSegment(life: Life, segment: Segment): Promise<boolean> {
    const index = life.segments.indexOf(segment);
    const removed = await this.#parts.disk.remove(segment.path);
    if (!removed.ok && removed.error.kind !== 'missing') return false;
    life.segments.splice(index, 1);
    await this.#parts.disk.syncFolder(life.stream);
    return true;
  }

  async #tend(): Promise<void> {
    for (const stream of streams) {
      while (!this.#closed && this.#classUse(stream).ackedBytes > this.#parts.limits.retainAckedBytes[stream]) {
        if (!(await this.#alone(() => this.#removeAcked(stream)))) break;
      }
      for (const life of this.#options.lives(stream).toReversed()) await this.#alone(() => this.#forget(life));
    }
    const use = this.#count();
    const { targetBytes } = this.#ballast;
    if (this.#closed || usedBytes(use) + targetBytes > tightShare * this.#budgetBytes) return;
    this.#dropped = false;
    await this.#ballast.fill();
  }

  /** Holes and lives that are over: acknowledged and with nothing on the disk. */
  async #forget(life: Life): Promise<void> {
    const base = life.segments[0]?.key.base ?? life.durable + 1;
    const open = life.holes.filter((hole) => hole.last > life.acked || hole.last >= base);
    life.holes.splice(0, life.holes.length, ...open);
    if (open.length === 0 && life.holesEnd > 0) {
      const removed = await this.#parts.disk.remove(holesPath(life));
      if (removed.ok) {
        life.holesEnd = 0;
        life.holesNamed = false;
      }
    }
    const over = life !== this.#options.current(life.stream) && life.segments.length === 0 && life.acked >= life.durable;
    const lives = this.#options.lives(life.stream);
    if (over && life.holesEnd === 0) lives.splice(lives.indexOf(life), 1);
  }
}
