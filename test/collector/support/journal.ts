/** A journal in memory: lines with their numbers and chain, cut into batches as an agent cuts them. */
import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { AgentId, type BatchHead, chainInput, encodeBatch, EpochNo, InstanceId, Seq, type Stream } from '@cardwatch/contracts';

const zero = new Uint8Array(32);
const encoder = new TextEncoder();

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export interface JournalOptions {
  readonly agent: string;
  readonly epoch?: number;
  readonly stream?: Stream;
  readonly instance?: string;
}

export class FakeJournal {
  readonly lines: Uint8Array[] = [];
  /** h(0) .. h(n) */
  readonly hashes: Uint8Array[] = [zero];
  readonly #options: Required<JournalOptions>;

  constructor(options: JournalOptions) {
    this.#options = { epoch: 1, stream: 'money', instance: 'a'.repeat(32), ...options };
  }

  get last(): number {
    return this.lines.length;
  }

  /** Appends; strings are taken as lines, everything else as JSON. */
  append(...entries: readonly unknown[]): this {
    for (const entry of entries) this.#chain(encoder.encode(typeof entry === 'string' ? entry : JSON.stringify(entry)));
    return this;
  }

  /** Numbers that were lost: chained with empty lines. */
  lose(count: number): this {
    for (let i = 0; i < count; i++) this.#chain(new Uint8Array(0));
    return this;
  }

  #chain(line: Uint8Array): void {
    const previous = this.hashes[this.lines.length] ?? zero;
    this.lines.push(line);
    this.hashes.push(sha256(chainInput(previous, this.lines.length, line)));
  }

  head(first: number, last: number, more: Partial<BatchHead> = {}): BatchHead {
    const { agent, epoch, stream, instance } = this.#options;
    return {
      v: 1,
      agent: AgentId.parse(agent),
      epoch: EpochNo.parse(epoch),
      stream,
      firstSeq: Seq.parse(first),
      lastSeq: Seq.parse(last),
      instance: InstanceId.parse(instance),
      prevHash: hex(this.hashes[first - 1] ?? zero),
      endHash: hex(this.hashes[last] ?? zero),
      lane: 'live',
      ...more,
    };
  }

  body(first: number, last: number, more: Partial<BatchHead> = {}): Uint8Array {
    const head = this.head(first, last, more);
    return encodeBatch(head, head.lost === undefined ? this.lines.slice(first - 1, last) : []);
  }

  batch(first: number, last: number, more: Partial<BatchHead> = {}): Uint8Array {
    return zstdCompressSync(this.body(first, last, more));
  }
}
