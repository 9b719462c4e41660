import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, PointFailure, RawValue } from '../contract.ts';
import { bytesOf, decodeValue } from './decode.core.ts';
import { type Block, type Item, type ReadLimits, planReads, splitBlock } from './plan.core.ts';
import { malformed } from './pdu.core.ts';
import type { Reader } from './reader.ts';

export interface BlockRead {
  readonly values: ReadonlyMap<string, RawValue>;
  readonly failures: readonly PointFailure[];
}

/** Illegal data address: some register of the block does not exist. */
const illegalAddress = 2;

/** Reads the items of one task. A block that was split after exception 02 stays split as long as the session lives. */
export class BlockReader {
  readonly #reader: Reader;
  readonly #limits: ReadLimits;
  #blocks: readonly Block[];

  constructor(reader: Reader, items: readonly Item[], limits: ReadLimits) {
    this.#reader = reader;
    this.#limits = limits;
    this.#blocks = planReads(items, limits);
  }

  /** Fails only when no block at all was answered; then the rest of the blocks was not asked for. */
  async read(signal: AbortSignal): Promise<Result<BlockRead, DriverFailure>> {
    const values = new Map<string, RawValue>();
    const failures: PointFailure[] = [];
    const settled: Block[] = [];
    const waiting = [...this.#blocks];
    let dead: DriverFailure | undefined;
    let answered = 0;
    for (let block = waiting.shift(); block !== undefined; block = waiting.shift()) {
      const bytes = dead === undefined ? await this.#readBlock(block, signal) : err(dead);
      const split = bytes.ok ? [] : this.#splitAfter(block, bytes.error);
      waiting.unshift(...split);
      if (split.length > 0) continue;
      settled.push(block);
      if (bytes.ok || bytes.error.kind === 'refused') answered++;
      else dead ??= bytes.error;
      if (bytes.ok) decodeBlock(block, bytes.value, values, failures);
      else failures.push({ points: block.items.map((item) => item.name), failure: bytes.error });
    }
    this.#blocks = settled;
    return answered === 0 && dead !== undefined ? err(dead) : ok({ values, failures });
  }

  #splitAfter(block: Block, failure: DriverFailure): readonly Block[] {
    const fits = failure.kind === 'refused' && failure.deviceCode === illegalAddress;
    return fits ? splitBlock(block, this.#limits.maxBlock) : [];
  }

  async #readBlock(block: Block, signal: AbortSignal): Promise<Result<Uint8Array, DriverFailure>> {
    return this.#reader.registers({ table: block.table, address: block.address, quantity: block.registers }, signal);
  }
}

function decodeBlock(block: Block, bytes: Uint8Array, values: Map<string, RawValue>, failures: PointFailure[]): void {
  for (const { name, read } of block.items) {
    const start = 2 * (read.address - block.address);
    const own = bytes.subarray(start, start + (bytesOf(read) ?? 2));
    const decoded = decodeValue(read, own);
    if (decoded.ok) values.set(name, decoded.value);
    else failures.push({ points: [name], failure: malformed(decoded.error, own) });
  }
}
