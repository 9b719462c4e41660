import { turnoverFen, type RecordKind } from '@cardwatch/contracts';
import { epochMs, type Clock, type EpochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { PosTerminal, Sale, TruthSink } from '../cluster.ts';
import { DeviceClock } from '../device/device-clock.core.ts';
import type { PosFace, PosModel } from './model.ts';
import { KeptStoreShape, PosStore } from './store.core.ts';

export interface PosOptions {
  readonly deviceId: string;
  readonly model: PosModel;
  readonly address: number;
  readonly capacity?: number;
  /** A full store gives up the oldest uncollected record instead of refusing to sell. Default false. */
  readonly overwrites?: boolean;
  /** Number of the last record that it wrote before this life began. Default 0. */
  readonly newestNo?: number;
}

const KeptPos = z.strictObject({
  store: KeptStoreShape,
  bootCounter: z.int(),
  clockOffsetMs: z.number().nullable(),
  blacklistVersion: z.int(),
  parameterVersion: z.int(),
});
export type KeptPos = z.infer<typeof KeptPos>;
export { KeptPos as KeptPosShape };

/** Card of the sales that a fault writes. */
const testCard = '6225000000000014';

/** One simulated terminal: sells, keeps its records, shows its face to whoever asks over the line. */
export class FramedPos implements PosTerminal, PosFace {
  readonly device = 'pos';
  readonly deviceId: string;
  readonly model: PosModel;
  readonly address: number;
  readonly store: PosStore;
  readonly #overwrites: boolean;
  readonly #clock: Clock;
  readonly #truth: TruthSink;
  readonly #rtc = new DeviceClock();
  #bootCounter = 1;
  blacklistVersion = 20_261_101;
  parameterVersion = 12;
  sellingOffline = false;
  coverOpen = false;

  constructor(options: PosOptions, { clock, truth }: { readonly clock: Clock; readonly truth: TruthSink }) {
    const { deviceId, model, address, capacity, overwrites, newestNo } = options;
    this.deviceId = deviceId;
    this.model = model;
    this.address = address;
    this.#overwrites = overwrites ?? false;
    this.store = new PosStore({ ...model.shape, capacity: capacity ?? model.shape.capacity }, newestNo);
    this.#clock = clock;
    this.#truth = truth;
  }

  get serial(): string {
    return String(this.address).padStart(12, '2026');
  }

  get bootCounter(): number {
    return this.#bootCounter & 0xffff;
  }

  clock(now: EpochMs): EpochMs | undefined {
    return this.#rtc.read(now);
  }

  sell(sale: Sale): 'sold' | 'declined' | 'storeFull' {
    if (sale.amountFen > sale.balanceBeforeFen) return 'declined';
    return this.#write('consume', sale, sale.balanceBeforeFen - sale.amountFen) ? 'sold' : 'storeFull';
  }

  /** Takes a sale back 冲正. */
  reverse(sale: Sale): 'sold' | 'storeFull' {
    return this.#write('reversal', sale, sale.balanceBeforeFen + sale.amountFen) ? 'sold' : 'storeFull';
  }

  reboot(): void {
    this.#bootCounter++;
  }

  stepClock(deltaMs: number): void {
    this.#rtc.step(deltaMs);
  }

  /** Sales of a test card, until so many were written or the store is full; a terminal that overwrites goes on. */
  sellTest(records: number, evenFull: boolean): void {
    for (let i = 0; i < records; i++) {
      const sale = { card: testCard, amountFen: 100 + (i % 7), balanceBeforeFen: 10_000, cardCounter: i & 0xffff };
      if (!this.#write('consume', sale, sale.balanceBeforeFen - sale.amountFen, evenFull)) return;
    }
  }

  keep(): KeptPos {
    return {
      store: this.store.keep(),
      bootCounter: this.#bootCounter,
      clockOffsetMs: this.#rtc.offsetMs ?? null,
      blacklistVersion: this.blacklistVersion,
      parameterVersion: this.parameterVersion,
    };
  }

  /** Power comes back after `keep`. */
  restore(kept: KeptPos): void {
    this.store.restore(kept.store);
    this.#bootCounter = kept.bootCounter + 1;
    this.#rtc.restore(kept.clockOffsetMs ?? undefined);
    this.blacklistVersion = kept.blacklistVersion;
    this.parameterVersion = kept.parameterVersion;
  }

  /** The truth knows a record before anybody can read it. */
  #write(kind: RecordKind, sale: Sale, afterFen: number, evenFull = this.#overwrites): boolean {
    if (this.store.room <= 0 && !evenFull) return false;
    const { nextNo, wouldOverwrite, nextGeneration } = this.store;
    const raw = this.model.record({
      recordNo: nextNo,
      kind,
      card: sale.card,
      amountFen: sale.amountFen,
      beforeFen: sale.balanceBeforeFen,
      afterFen,
      cardCounter: sale.cardCounter,
      at: this.clock(epochMs(this.#clock.now())),
      terminalNo: this.address,
    });
    this.#truth.record({
      deviceId: this.deviceId,
      generation: nextGeneration,
      recordNo: nextNo,
      kind,
      amountFen: sale.amountFen,
      ...(wouldOverwrite === undefined ? {} : { overwroteNo: wouldOverwrite }),
    });
    this.store.append(raw, turnoverFen(kind, sale.amountFen));
    return true;
  }
}
