/**
 * Checks at the moment of each promise: when a terminal is told to forget a record (I5), when the collector acknowledges (I4, I6), when the agent lets a
 * number go (I1). What the agent wrote under which number is learnt from its journal's answers, not from what anybody claims later.
 */
import { addRange, inRanges, type RangeSet } from '@cardwatch/kernel';
import type { Truth, TruthRecord } from '../world/truth.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import type { Violations } from './violation.ts';

interface Numbers {
  /** Content hashes that were journaled under a number; more than one after a clone or a restored image. */
  readonly lines: Map<number, string[]>;
  /** Numbers that stand in this epoch and in no other: an epoch that is being opened leaves it open which one an answer speaks of. */
  certain: RangeSet;
  /** Numbers that an agent declared lost. */
  lost: RangeSet;
  /** Acknowledged, and checked, up to here. */
  ackedUpto: number;
}

/** What one machine's own journal holds: a clone and a restored card have another line under the same number. */
export class OwnJournal {
  /** By epoch, then by number. */
  readonly #lines = new Map<number, Map<number, string>>();
  readonly #trimmed = new Map<number, number>();
  isCopy = false;

  wrote(epoch: number, firstSeq: number, lines: readonly Uint8Array[]): void {
    const own = this.#lines.get(epoch) ?? new Map<number, string>();
    this.#lines.set(epoch, own);
    for (const [index, line] of lines.entries()) own.set(firstSeq + index, hashOf(line));
  }

  /** The hashes that this journal holds of the numbers that it has not let go before. */
  letGo(epoch: number, upto: number): readonly { readonly seq: number; readonly hash: string | undefined }[] {
    const from = (this.#trimmed.get(epoch) ?? 0) + 1;
    if (upto < from) return [];
    this.#trimmed.set(epoch, upto);
    return Array.from({ length: upto - from + 1 }, (_, index) => {
      const seq = from + index;
      return { seq, hash: this.#lines.get(epoch)?.get(seq) };
    });
  }

  /**
   * Another card, or another state of it. A copy gives numbers again that the collector knows with other lines, and the collector's word
   * cannot tell the two apart: what such a journal lets go is counted, not condemned; the verdict still wants it seen as a gap.
   */
  replaced(how: 'empty' | 'copy'): void {
    this.#lines.clear();
    this.#trimmed.clear();
    this.isCopy = how === 'copy';
  }
}

const hashMark = Buffer.from('"contentHash":"');

/** Content hash that a journal line names; `none` when it names none. */
function hashOf(line: Uint8Array): string {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length);
  const at = text.indexOf(hashMark);
  return at < 0 ? 'none' : text.toString('latin1', at + hashMark.length, at + hashMark.length + 32);
}

const hashDigits = 32;

export class CustodyWatch {
  readonly #ledger: LedgerWatch;
  readonly #violations: Violations;
  /** Lines that a cloned or restored journal let go although they are not in the ledger. */
  readonly letGoByCopies = new Set<string>();
  /** `agent/epoch` of journals that were written from a copy: their numbers stand twice. */
  readonly writtenTwice = new Set<string>();
  readonly #durable = new Set<string>();
  readonly #numbers = new Map<string, Numbers>();
  /** `agent/epoch/seq` of each content hash that was ever journaled. */
  readonly places = new Map<string, { readonly agent: string; readonly epoch: number; readonly seq: number }[]>();

  constructor(truth: Truth, ledger: LedgerWatch, violations: Violations) {
    this.#ledger = ledger;
    this.#violations = violations;
    truth.confirmed = (record) => this.#confirmed(record);
  }

  /** A stretch of some agent's file became durable. */
  becameDurable(image: Uint8Array, from: number): void {
    const bytes = Buffer.from(image.buffer, image.byteOffset, image.length);
    const before = hashMark.length + hashDigits;
    for (let at = bytes.indexOf(hashMark, Math.max(0, from - before)); at >= 0; at = bytes.indexOf(hashMark, at + before)) {
      const end = at + before;
      if (end <= bytes.length) this.#durable.add(bytes.toString('latin1', at + hashMark.length, end));
    }
  }

  /** These lines stand under these numbers: the journal answered so, or they went out in a batch. */
  wrote(agent: string, epoch: number, firstSeq: number, lines: readonly Uint8Array[], certain: boolean): void {
    const numbers = this.#of(agent, epoch);
    if (certain && lines.length > 0) numbers.certain = addRange(numbers.certain, firstSeq, firstSeq + lines.length - 1);
    for (const [index, line] of lines.entries()) {
      const hash = hashOf(line);
      const seq = firstSeq + index;
      const known = numbers.lines.get(seq);
      if (known?.includes(hash) === true) continue;
      if (known === undefined) numbers.lines.set(seq, [hash]);
      else known.push(hash);
      const places = this.places.get(hash);
      if (places === undefined) this.places.set(hash, [{ agent, epoch, seq }]);
      else places.push({ agent, epoch, seq });
    }
  }

  declaredLost(agent: string, epoch: number, first: number, last: number): void {
    const numbers = this.#of(agent, epoch);
    numbers.lost = addRange(numbers.lost, first, last);
  }

  /** The collector says that all money numbers up to `upto` are committed or declared lost. */
  acked(agent: string, epoch: number, upto: number): void {
    const numbers = this.#of(agent, epoch);
    numbers.ackedUpto = this.#check(numbers, numbers.ackedUpto, upto, `${agent} epoch ${epoch}: acknowledged`);
  }

  /** The agent's journal is told that it may reclaim up to `upto`: every line that this very journal holds there must be committed. */
  trimmed(agent: string, own: OwnJournal, epoch: number, upto: number): void {
    const { lost } = this.#of(agent, epoch);
    for (const { seq, hash } of own.letGo(epoch, upto)) {
      if (hash === undefined || hash === 'none' || inRanges(lost, seq) || this.#isCommitted(hash)) continue;
      if (own.isCopy) this.letGoByCopies.add(hash);
      else this.#violations.add('I1', `${agent} epoch ${epoch}: let go ${seq}, which is not committed`);
    }
  }

  /** What certainly stood in each journal life, those left out that two machines wrote. */
  *lives(): Iterable<{ readonly agent: string; readonly epoch: number; readonly written: RangeSet; readonly lost: RangeSet }> {
    for (const [key, { certain, lost }] of this.#numbers) {
      const [agent = '', epoch = ''] = key.split('/');
      if (!this.writtenTwice.has(key)) yield { agent, epoch: Number(epoch), written: certain, lost };
    }
  }

  isDurable(hash: string): boolean {
    return this.#durable.has(hash);
  }

  /** Some line that stood under this number is in the ledger or among the dead letters. */
  isAnyCommitted(agent: string, epoch: number, seq: number): boolean {
    return (
      this.#of(agent, epoch)
        .lines.get(seq)
        ?.some((hash) => this.#isCommitted(hash)) === true
    );
  }

  isLostDeclared(agent: string, epoch: number, seq: number): boolean {
    return inRanges(this.#of(agent, epoch).lost, seq);
  }

  #check(numbers: Numbers, from: number, upto: number, what: string): number {
    for (let seq = from + 1; seq <= upto && !this.#violations.any; seq++) {
      if (inRanges(numbers.lost, seq)) continue;
      const hashes = numbers.lines.get(seq);
      if (hashes === undefined) this.#violations.add('I6', `${what} ${seq}, which nobody wrote`);
      else if (!hashes.some((hash) => this.#isCommitted(hash)))
        this.#violations.add('I4', `${what} ${seq}, which is not committed`);
    }
    return Math.max(from, upto);
  }

  #isCommitted(hash: string): boolean {
    return this.#ledger.booked.has(hash) || this.#ledger.letters.has(hash);
  }

  #confirmed(record: TruthRecord): void {
    // A damaged copy counts for whoever was given nothing better.
    const known = record.confirmedAs === 'itself' ? [record.contentHash] : [record.contentHash, ...record.misreadHashes];
    if (known.some((hash) => this.#durable.has(hash) || this.#isCommitted(hash))) return;
    this.#violations.add(
      'I5',
      `${record.device} number ${record.serial}: confirmed to the terminal, not durable anywhere (${record.amountFen} fen)`,
    );
  }

  #of(agent: string, epoch: number): Numbers {
    const key = `${agent}/${epoch}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const fresh: Numbers = { lines: new Map(), certain: [], lost: [], ackedUpto: 0 };
    this.#numbers.set(key, fresh);
    return fresh;
  }
}
