import { createHash, type Hash } from 'node:crypto';
import { type RecordKind, turnoverFen } from '@cardwatch/contracts';
import { addRange, assert, type Range, type RangeSet } from '@cardwatch/kernel';
import type { TruePass, TrueRecord } from '../cluster.ts';
import { readBack } from '../device/record.core.ts';
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
  readonly kind: RecordKind;
  readonly amountFen: number;
}

/** What happened at one gate: passes by result, and the device's own event numbers where the protocol has them. */
export interface PassRow {
  readonly deviceId: string;
  readonly granted: number;
  readonly denied: number;
  readonly numbers: RangeSet;
}

interface PassSum extends PassRow {
  granted: number;
  denied: number;
  numbers: RangeSet;
}

interface Life {
  readonly deviceId: string;
  readonly generation: number;
  readonly series: Series;
  hash: Hash;
  /** Records that the hash holds already. */
  hashed: number;
  amountFen: number;
  overwritten: RangeSet;
  overwrittenFen: number;
  overwrittenCount: number;
}

/** The oracle: remembers every record that a simulated terminal ever wrote. */
export class Truth {
  readonly #lives = new Map<string, Map<number, Life>>();
  readonly #passes = new Map<string, PassSum>();
  #records = 0;

  get recordCount(): number {
    return this.#records;
  }

  /** A record of a shower controller: their numbers have no holes. */
  add(entry: Extract<DeviceEntry, { kind: 'record' }>): void {
    const { recordNo, kind, amountFen } = readBack(entry.raw);
    const { deviceId, generation, overwroteNo } = entry;
    const last = this.#lives.get(deviceId)?.get(generation)?.series.lastRecordNo;
    assert(last === undefined || recordNo === last + 1, `record ${recordNo} follows ${last}`);
    this.take({ deviceId, generation, recordNo, kind, amountFen, ...(overwroteNo === undefined ? {} : { overwroteNo }) });
  }

  /**
   * A record of any terminal, by ascending number within its life. The same number again takes the place of the last one: it was logged, and the device died
   * before it could keep it.
   */
  take(record: TrueRecord): void {
    const life = this.#life(record.deviceId, record.generation);
    if (life.series.count > 0 && life.series.lastRecordNo === record.recordNo) this.#takeBack(life);
    life.series.add(record);
    life.amountFen += turnoverFen(record.kind, record.amountFen);
    this.#records++;
    if (record.overwroteNo !== undefined) markOverwritten(life, record.overwroteNo);
  }

  #takeBack(life: Life): void {
    const dropped = life.series.dropLast();
    if (dropped === undefined) return;
    life.amountFen -= turnoverFen(dropped.kind, dropped.amountFen);
    this.#records--;
    if (life.hashed <= life.series.count) return;
    life.hash = createHash('sha256');
    life.hashed = 0;
  }

  pass(pass: TruePass): void {
    const row = this.#passes.get(pass.deviceId) ?? { deviceId: pass.deviceId, granted: 0, denied: 0, numbers: [] };
    this.#passes.set(pass.deviceId, row);
    row[pass.result]++;
    if (pass.eventNo !== undefined) row.numbers = addRange(row.numbers, pass.eventNo, pass.eventNo);
  }

  /** One row per gate, by device id. */
  passes(): readonly PassRow[] {
    return [...this.#passes.values()].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
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
      let index = generation === from.generation ? series.indexFrom(from.recordNo) : 0;
      for (let record = series.nth(index); record !== undefined && found.length < limit; record = series.nth(++index))
        found.push({ generation, ...record });
    }
    return found;
  }

  #life(deviceId: string, generation: number): Life {
    const lives = this.#lives.get(deviceId) ?? new Map<number, Life>();
    this.#lives.set(deviceId, lives);
    const known = lives.get(generation);
    if (known !== undefined) return known;
    const life: Life = {
      deviceId,
      generation,
      series: new Series(),
      hash: createHash('sha256'),
      hashed: 0,
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
  for (let record = life.series.nth(life.hashed); record !== undefined; record = life.series.nth(++life.hashed))
    life.hash.update(`${record.recordNo}:${record.kind}:${record.amountFen}\n`);
  return life.hash.copy().digest('hex');
}
