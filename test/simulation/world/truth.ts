/** What really happened at the terminals: the oracle of every custody check. */
import type { RecordKind } from '@cardwatch/contracts';
import { turnoverFen } from '@cardwatch/contracts';
import { contentHash } from './content-hash.ts';

export interface TruthRecord {
  readonly device: string;
  /** Life of the terminal's record store, from 1. */
  readonly storeLife: number;
  readonly serial: number;
  readonly raw: Uint8Array;
  readonly contentHash: string;
  readonly kind: RecordKind;
  readonly amountFen: number;
  readonly turnoverFen: number;
  readonly madeAtMs: number;
  /** Its check sum is wrong in the terminal's own memory: it can only become a dead letter. */
  readonly spoiled: boolean;
  /** The terminal was told that it is collected. */
  confirmed: boolean;
  /** What the one who confirms it last was given of it. */
  confirmedAs: 'itself' | 'misread' | undefined;
  /** Hashes of damaged copies that were handed over in its place. */
  readonly misreadHashes: string[];
  /** Overwritten, or gone with its store, before it was confirmed. */
  overwritten: boolean;
  /** No longer to be had from the terminal at all. */
  gone: boolean;
}

export class Truth {
  readonly records: TruthRecord[] = [];
  readonly byHash = new Map<string, TruthRecord>();
  /** Numbers of all cards that were ever used. */
  readonly cards = new Set<string>();
  /** `device/storeLife` of the stores that were initialised since. */
  readonly endedLives = new Set<string>();
  /** Told of every record that a terminal was told to forget. */
  confirmed: (record: TruthRecord) => void = () => {};

  add(
    made: Pick<TruthRecord, 'device' | 'storeLife' | 'serial' | 'raw' | 'kind' | 'amountFen' | 'madeAtMs' | 'spoiled'>,
  ): TruthRecord {
    const record: TruthRecord = {
      ...made,
      contentHash: this.hash(made.raw),
      misreadHashes: [],
      turnoverFen: turnoverFen(made.kind, made.amountFen),
      confirmed: false,
      confirmedAs: undefined,
      overwritten: false,
      gone: false,
    };
    this.records.push(record);
    this.byHash.set(record.contentHash, record);
    return record;
  }

  hash(raw: Uint8Array): string {
    return contentHash(raw);
  }

  confirm(record: TruthRecord): void {
    if (record.confirmed) return;
    record.confirmed = true;
    this.confirmed(record);
  }
}
