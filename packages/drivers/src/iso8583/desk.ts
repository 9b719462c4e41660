/** One terminal as its session sees it: what was taken of its batches, and the way to the agent's custody. */
import type { RecordKind } from '@cardwatch/contracts';
import { type Clock, type EpochMs, type Logger, type Random, type Result, err } from '@cardwatch/kernel';
import type { DeviceSink, DriverFailure, NotTaken, ResumePoint } from '../contract.ts';
import type { DeviceFacts, RawDeviceAlarm, RawReading } from '../observation.ts';
import { type BatchBook, BatchShelf, type Sums, sumsEqual } from './batch-book.ts';
import { type MacVerdict, checkMac } from './mac.core.ts';
import type { AnswerMac } from './answer.core.ts';
import { withoutOriginal } from './business.core.ts';
import type { Coding } from './elements.core.ts';
import type { Message } from './message.core.ts';
import type { Iso8583Profile } from './model.ts';
import { type Told, observationOf, totalsAlarm } from './observed.core.ts';
import { RelayQueue } from './relay-queue.ts';
import { type Held, type MoneyRecord, isUntouched, lifeOf, moneyRecord, remarked } from './record.core.ts';

export const deskLimits = { shareOf: 100 } as const;

export interface DeskParts {
  readonly profile: Iso8583Profile;
  readonly terminal: string;
  readonly merchant: string | undefined;
  readonly coding: Coding;
  readonly mac: AnswerMac | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly now: () => EpochMs;
  readonly log: Logger;
  /** Bytes without secrets, as hex. */
  readonly trace: (way: 'sent' | 'received', hex: string) => void;
}

export class Desk {
  readonly parts: DeskParts;
  readonly shelf = new BatchShelf();
  /** Of a relay. */
  readonly queue: RelayQueue;
  /** A message whose MAC is wrong or missing counts like a wrong checksum on the line. */
  macFailures = 0;
  #sink: DeviceSink | undefined;
  #resume: () => ResumePoint | undefined = () => undefined;
  /** As it stood when the first message came. */
  #heldBefore: { readonly held: Held | undefined } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lastModes: boolean[] = [];
  /** undefined: an earlier life of the program may have said so. */
  #totalsDiffer: boolean | undefined;

  constructor(parts: DeskParts) {
    this.parts = parts;
    const { clock, random } = parts;
    this.queue = new RelayQueue({ clock, random, take: (told) => this.take(told), failed: (failure) => this.failed(failure) });
  }

  start(sink: DeviceSink, resume: () => ResumePoint | undefined): void {
    this.#sink = sink;
    this.#resume = resume;
  }

  stop(): void {
    this.#sink = undefined;
    this.queue.stop();
  }

  failed(failure: DriverFailure): void {
    this.#sink?.failed(failure);
  }

  /** One message after the other, over all connections of the terminal. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Gives it to the agent; `ok` when it is on disk. Records that were kept stand in their batch's book from then on. */
  async take(told: Told): Promise<Result<void, NotTaken>> {
    if (this.#sink === undefined) return err({ kind: 'notTaken', detail: 'the session is not listening' });
    const taken = await this.#sink.take(observationOf(told));
    if (taken.ok) for (const money of told.money ?? []) this.bookOf(money.key.batch).add(money, this.kindOf(money.mark));
    return taken;
  }

  kindOf(mark: number): RecordKind | undefined {
    return Object.entries(this.parts.profile.records.kinds).find(([key]) => Number(key) === mark)?.[1];
  }

  bookOf(batch: number): BatchBook {
    this.#heldBefore ??= { held: this.held() };
    return this.shelf.book(batch, isUntouched(batch, this.#heldBefore.held));
  }

  /** Where custody stands now. */
  held(): Held | undefined {
    const at = this.#resume();
    return at?.lastRecordNo === undefined ? undefined : { generation: at.generation, lastRecordNo: at.lastRecordNo };
  }

  /** The money record of a message: its number withheld when it belongs to an earlier life of the numbers than the newest. */
  moneyOf(message: Message): MoneyRecord {
    const { profile, terminal, merchant, now } = this.parts;
    const money = moneyRecord(message, profile.dialect, { terminal, merchant }, now());
    const card = money.cardNo ?? this.bookOf(money.key.batch).cardOf(money.recordNo - (money.key.reversal ? 1 : 0));
    const named = card === money.cardNo ? money : remarked(money, money.mark, card);
    const newest = this.shelf.current?.batch;
    if (newest === undefined || lifeOf(newest) !== named.storeLife + 1) return named;
    const problem = 'a batch of an earlier life of the numbers';
    return { ...named, record: { ...named.record, recordNo: undefined, check: 'absent', problem } };
  }

  /** The original of a reversal was kept, as far as this program and the cursor tell. */
  knowsOriginal({ key, recordNo }: MoneyRecord): boolean {
    return this.bookOf(key.batch).has(recordNo - 1) || this.held()?.lastRecordNo === recordNo - 1;
  }

  /** Money that did not move: a reversal of nothing, or a sale whose reversal came first. */
  asGrey(money: MoneyRecord): MoneyRecord {
    return remarked(money, withoutOriginal(money.mark), money.cardNo);
  }

  verdict(message: Message): MacVerdict | 'unchecked' {
    const { mac } = this.parts;
    return mac === undefined ? 'unchecked' : checkMac(message, mac.key, mac.algorithm, mac.cipher);
  }

  /** Holds a terminal's totals against what was kept. Undefined: not seen from the beginning of the batch. */
  compare(
    batch: number,
    theirs: Sums,
  ): { readonly agree: boolean | undefined; readonly alarms: readonly RawDeviceAlarm[]; readonly facts: DeviceFacts } {
    const book = this.bookOf(batch);
    if (!book.complete) return { agree: undefined, alarms: [], facts: {} };
    const agree = sumsEqual(book.sums, theirs);
    const said = this.#totalsDiffer ?? this.#heldBefore?.held !== undefined;
    const alarms = agree && !said ? [] : [totalsAlarm(batch, theirs, book.sums, !agree, this.parts.now())];
    this.#totalsDiffer = !agree;
    const missing = theirs.debitCount + theirs.creditCount - book.sums.debitCount - book.sums.creditCount;
    return { agree, alarms, facts: { uncollected: Math.max(0, missing) } };
  }

  noteMode(offline: boolean): void {
    this.#lastModes = [...this.#lastModes.slice(1 - deskLimits.shareOf), offline];
  }

  readings(): readonly RawReading[] {
    const book = this.shelf.current;
    const offline = this.#lastModes.filter(Boolean).length;
    return [
      ...(this.#lastModes.length === 0
        ? []
        : [{ point: 'offlineShare', raw: Math.round((100 * offline) / this.#lastModes.length) }]),
      ...(book === undefined
        ? []
        : [
            { point: 'batchNo', raw: book.batch },
            { point: 'batchRecords', raw: book.size },
            { point: 'batchDebitFen', raw: book.sums.debitFen },
            { point: 'batchCreditFen', raw: book.sums.creditFen },
          ]),
    ];
  }
}
