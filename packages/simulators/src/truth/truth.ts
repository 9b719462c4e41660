import { createHash, type Hash } from 'node:crypto';
import { turnoverFen } from '@cardwatch/contracts';
import { addRange, type Range, type RangeSet } from '@cardwatch/kernel';
import { readBack, type WaterKind } from '../device/record.core.ts';
import type { DeviceEntry } from '../device/shower.ts';
import { Series } from './series.core.ts';

/** What one life of one terminal wrote. `generation` is the terminal's store life; `amountFen` is net turnover. */
export interface TruthRow {
  readonly deviceId: string;
  readonly generation: number;
  readonly count: number;
  readonly amountFen: number;
  readonly firstRecordNo: number;
  readonly lastRecordNo: number;
  /** SHA-256, hex, over `recordNo:kind:amountFen\n` by ascending record number. */
  readonly hash: string;
}

/** Records that the ring overwrote before they were acknowledged: these may be missing from the ledger, nothing else may. */
export interface OverwrittenRow {
  readonly deviceId: string;
  readonly generation: number;
  readonly count: number;
  readonly amountFen: number;
  readonly ranges: readonly Range[];
}

export interface TruthRecord {
  readonly generation: number;
  readonly recordNo: number;
  readonly kind: WaterKind;
  readonly amountFen: number;
}

interface Life {
  readonly deviceId: string;
  readonly generation: number;
  readonly series: Series;
  readonly hash: Hash;
  hashedUpto: number;
  amountFen: number;
  overwritten: RangeSet;
  overwrittenFen: number;
  overwrittenCount: number;
}

/** The oracle: remembers every record that a simulated terminal ever wrote. */
export class Truth {
  readonly #lives = new Map<string, Map<number, Life>>();
  #records = 0;

  get recordCount(): number {
    return this.#records;
  }

  add(entry: Extract<DeviceEntry, { kind: 'record' }>): void {
    const { recordNo, kind, amountFen } = readBack(entry.raw);
    const life = this.#life(entry.deviceId, entry.generation, recordNo);
    life.series.add(recordNo, kind, amountFen);
    life.amountFen += turnoverFen(kind, amountFen);
    this.#records++;
    if (entry.overwroteNo !== undefined) markOverwritten(life, entry.overwroteNo);
  }

  /** One row per terminal and life, by device id and generation. Hashing is incremental: asking often is cheap. */
  rows(): readonly TruthRow[] {
    return this.#sorted().map((life) => ({
      deviceId: life.deviceId,
      generation: life.generation,
      count: life.series.count,
      amountFen: life.amountFen,
      firstRecordNo: life.series.firstRecordNo,
      lastRecordNo: life.series.lastRecordNo,
      hash: hashOf(life),
    }));
  }

  overwritten(): readonly OverwrittenRow[] {
    return this.#sorted()
      .filter((life) => life.overwrittenCount > 0)
      .map((life) => ({
        deviceId: life.deviceId,
        generation: life.generation,
        count: life.overwrittenCount,
        amountFen: life.overwrittenFen,
        ranges: life.overwritten,
      }));
  }

  /** Records of one terminal in order, at most `limit`, from (generation, recordNo) on. */
  records(
    deviceId: string,
    from: { readonly generation: number; readonly recordNo: number },
    limit: number,
  ): readonly TruthRecord[] {
    const found: TruthRecord[] = [];
    const lives = [...(this.#lives.get(deviceId)?.values() ?? [])].sort((a, b) => a.generation - b.generation);
    for (const { generation, series } of lives) {
      if (generation < from.generation) continue;
      const first = generation === from.generation ? Math.max(from.recordNo, series.firstRecordNo) : series.firstRecordNo;
      for (let recordNo = first; recordNo <= series.lastRecordNo && found.length < limit; recordNo++) {
        const record = series.at(recordNo);
        if (record !== undefined) found.push({ generation, ...record });
      }
    }
    return found;
  }

  #life(deviceId: string, generation: number, recordNo: number): Life {
    const lives = this.#lives.get(deviceId) ?? new Map<number, Life>();
    this.#lives.set(deviceId, lives);
    const known = lives.get(generation);
    if (known !== undefined) return known;
    const life: Life = {
      deviceId,
      generation,
      series: new Series(recordNo),
      hash: createHash('sha256'),
      hashedUpto: recordNo - 1,
      amountFen: 0,
      overwritten: [],
      overwrittenFen: 0,
      overwrittenCount: 0,
    };
    lives.set(generation, life);
    return life;
  }

  #sorted(): readonly Life[] {
    return [...this.#lives.values()]
      .flatMap((lives) => [...lives.values()])
      .sort((a, b) => (a.deviceId < b.deviceId ? -1 : a.deviceId > b.deviceId ? 1 : a.generation - b.generation));
  }
}

function markOverwritten(life: Life, recordNo: number): void {
  const lost = life.series.at(recordNo);
  if (lost === undefined) return;
  life.overwritten = addRange(life.overwritten, recordNo, recordNo);
  life.overwrittenFen += turnoverFen(lost.kind, lost.amountFen);
  life.overwrittenCount++;
}

function hashOf(life: Life): string {
  for (; life.hashedUpto < life.series.lastRecordNo; life.hashedUpto++) {
    const record = life.series.at(life.hashedUpto + 1);
    if (record !== undefined) life.hash.update(`${record.recordNo}:${record.kind}:${record.amountFen}\n`);
  }
  return life.hash.copy().digest('hex');
}
