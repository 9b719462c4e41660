import { type Clock, type EpochMs, epochMs, type Random } from '@cardwatch/kernel';
import type { PosTerminal, Sale, TruthSink } from '../cluster.ts';
import { Dialer, type Heard } from './dialer.ts';
import {
  type Draft,
  type Identity,
  itemsPerUpload,
  type NetworkCode,
  networkDraft,
  recordDraft,
  settleDraft,
  uploadDraft,
} from './forms.core.ts';
import { FaultBox } from './pos-faults.ts';
import { clockDigits, dayNumber, lifeOf, newStore, numberOf, PosStore, type StoredRecord, storeLimits } from './store.core.ts';
import { bodyOf, frameOf, glue, type WireMessage } from './wire.core.ts';
import { retailMac, unionpayMac } from './wire-mac.ts';

export interface PosOptions extends Identity {
  readonly deviceId: string;
  readonly target: { readonly host: string; readonly port: number };
  readonly macKey: Uint8Array | undefined;
  readonly replyTimeoutMs: number;
  readonly echoMs: number;
  /** Settles by itself after so many sales of a batch. */
  readonly settleEvery: number;
  /**
   * `handIn`: the card decides and every record is handed in until it is answered. `online`: the host decides each sale, and one
   * without an answer is taken back.
   */
  readonly way: 'handIn' | 'online';
}

export interface PosParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly truth: TruthSink;
}

const retryMs = 400;
const rebootMs = 300;
const tpdu = '6000030000';
const header = '602200000000';

/** One POS on a real socket. What it sold stands in its store before a byte of it is sent. */
export class SimulatedPos implements PosTerminal {
  readonly device = 'pos';
  readonly deviceId: string;
  readonly faults: FaultBox;
  readonly #options: PosOptions;
  readonly #parts: PosParts;
  readonly #dialer: Dialer;
  #store: PosStore = newStore();
  #signedOn = false;
  #settling = false;
  #asked = false;
  #working = false;
  #closed = false;
  #cancelNext: () => void = () => {};
  #lastSale: StoredRecord | undefined;
  /** Replies by DE 39, and how often a batch was settled by result. */
  readonly seen = { acknowledged: 0, repeats: 0, refused: 0, agreed: 0, differed: 0, echoes: 0, signOns: 0, lost: 0 };

  constructor(options: PosOptions, parts: PosParts) {
    this.deviceId = options.deviceId;
    this.#options = options;
    this.#parts = parts;
    this.#dialer = new Dialer(options.target, parts.clock);
    this.faults = new FaultBox(parts.random);
  }

  get waiting(): number {
    return this.#store.waiting.length;
  }

  get online(): boolean {
    return this.#dialer.connected;
  }

  get batch(): number {
    return this.#store.batch;
  }

  start(): void {
    this.#soon(0);
  }

  sell(sale: Sale): 'sold' | 'declined' | 'storeFull' {
    if (this.#closed || sale.amountFen > sale.balanceBeforeFen) return 'declined';
    if (this.#store.waiting.length >= storeLimits.records - 1 || this.#store.items.length >= storeLimits.items)
      return 'storeFull';
    const at = this.#now();
    // Where days count records, a clock that went back to a day before would name new sales like old ones.
    if (this.#options.form === 'network' && dayNumber(at) < this.#store.day) return 'declined';
    this.#store.day = dayNumber(at);
    const trace = this.#nextTrace();
    const stored: StoredRecord = {
      what: this.#options.way === 'online' || (this.#dialer.connected && this.#store.waiting.length === 0) ? 'sale' : 'advice',
      trace,
      batch: this.#options.form === 'network' ? dayNumber(at) : this.#store.batch,
      ...clockDigits(at),
      card: sale.card,
      amountFen: sale.amountFen,
      balanceBeforeFen: sale.balanceBeforeFen,
      cardCounter: sale.cardCounter,
      sent: 0,
    };
    if (this.#options.way === 'handIn') this.#write(stored);
    this.#store.waiting.push(stored);
    this.#lastSale = stored;
    if (this.faults.spend('reversalFirst')) this.takeBack(true);
    this.#soon(0);
    return 'sold';
  }

  /** The last sale is taken back (card pulled in the middle). `first`: its reversal is sent before it. */
  takeBack(first = false): void {
    const original = this.#lastSale;
    if (original === undefined || this.#options.way === 'online') return;
    this.#lastSale = undefined;
    const { time, date } = original;
    const mti = original.what === 'sale' ? '0200' : '0220';
    const reversal: StoredRecord = { ...original, what: 'reversal', sent: 0, original: { mti, time, date } };
    this.#write(reversal);
    this.#store.items = this.#store.items.filter(({ trace }) => trace !== original.trace);
    const at = first ? this.#store.waiting.findIndex(({ trace }) => trace === original.trace) : -1;
    if (at >= 0) this.#store.waiting.splice(at, 0, reversal);
    else this.#store.waiting.push(reversal);
    this.#soon(0);
  }

  /** Closes the batch once all is handed in. */
  settle(): void {
    this.#settling = true;
    this.#soon(0);
  }

  stepClock(deltaMs: number): void {
    this.#store.clockOffsetMs += Math.trunc(deltaMs);
  }

  /** What was in memory is gone, what was in flash stays. */
  powerCut(): void {
    this.#dialer.hangUp();
    this.restore(this.snapshot());
    this.#signedOn = false;
    this.#lastSale = undefined;
    this.#soon(rebootMs);
  }

  snapshot(): PosStore {
    return structuredClone(this.#store);
  }

  restore(store: PosStore): void {
    this.#store = PosStore.parse(store);
  }

  close(): void {
    this.#closed = true;
    this.#cancelNext();
    this.#dialer.hangUp();
  }

  #write(record: StoredRecord): void {
    const kind = record.what === 'reversal' ? 'reversal' : 'consume';
    const { deviceId } = this;
    const generation = lifeOf(record.batch);
    this.#parts.truth.record({ deviceId, generation, recordNo: numberOf(record), kind, amountFen: record.amountFen });
    if (kind === 'consume') this.#store.items.push({ trace: record.trace, card: record.card, amountFen: record.amountFen });
  }

  #now(): EpochMs {
    return epochMs(this.#parts.clock.now() + this.#store.clockOffsetMs);
  }

  // A trace number that begins anew would meet its namesake in the same batch: the batch goes on with it.
  #nextTrace(): number {
    if (this.#store.trace >= 999_999) {
      this.#store.trace = 0;
      this.#store.batch = this.#store.batch >= 999_999 ? 1 : this.#store.batch + 1;
      this.#store.items = [];
    }
    return ++this.#store.trace;
  }

  #soon(delayMs: number): void {
    if (this.#closed || this.#working) {
      this.#asked = true;
      return;
    }
    this.#cancelNext();
    this.#cancelNext = this.#parts.clock.after(delayMs, () => void this.#work());
  }

  async #work(): Promise<void> {
    if (this.#working || this.#closed) return;
    this.#working = true;
    this.#asked = false;
    const calm = await this.#turn();
    this.#working = false;
    if (this.#closed) return;
    const next = calm ? (this.#store.waiting.length > 0 || this.#asked || this.#settling ? 0 : this.#options.echoMs) : retryMs;
    this.#soon(next);
  }

  /** One exchange; false: it failed and is tried again later. */
  async #turn(): Promise<boolean> {
    if (this.faults.lasts('offline')) {
      this.#dialer.hangUp();
      return false;
    }
    if (!(await this.#dialer.open())) return false;
    if (this.faults.spend('garbage')) return this.#babble();
    if (!this.#signedOn) return this.#signOn();
    const record = this.#store.waiting[0];
    if (record !== undefined) return this.#options.way === 'online' ? this.#askHost(record) : this.#handIn(record);
    const full = this.#options.form === 'terminal' && this.#store.items.length >= this.#options.settleEvery;
    if (this.#settling || full) return this.#settleBatch();
    return this.#sign();
  }

  async #babble(): Promise<boolean> {
    this.#dialer.send(this.faults.noise(200));
    await this.#dialer.hear(() => false, 200);
    this.#dialer.hangUp();
    return false;
  }

  async #signOn(): Promise<boolean> {
    const reply = await this.#network('001');
    if (reply === undefined) return false;
    this.#signedOn = true;
    this.seen.signOns++;
    const batch = Number(reply.fields[60]?.slice(2, 8) ?? '0');
    if (this.#options.way === 'handIn' && batch > this.#store.batch) {
      this.#store.batch = batch;
      this.#store.items = [];
    }
    return true;
  }

  async #sign(): Promise<boolean> {
    const reply = await this.#network('301');
    if (reply === undefined) return false;
    this.seen.echoes++;
    const wantsState = reply.header[5] === '2' || this.seen.echoes % 5 === 1;
    return !wantsState || this.#options.form === 'network' || (await this.#network('362')) !== undefined;
  }

  async #network(code: NetworkCode): Promise<WireMessage | undefined> {
    const { batch, waiting, blacklistVersion, parameterVersion } = this.#store;
    const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
    const state =
      pad(waiting.length, 6) + pad(storeLimits.records - waiting.length, 6) + pad(blacklistVersion, 8) + pad(parameterVersion, 8);
    const part = { code, trace: this.#nextTrace(), batch, ...(code === '362' ? { state } : {}) };
    return this.#exchange(networkDraft(part, this.#options, this.#transmission()));
  }

  async #handIn(record: StoredRecord): Promise<boolean> {
    const reply = await this.#exchange(this.#sending(record));
    const code = reply?.fields[39];
    if (code === undefined) return false;
    const final = code === '00' || code === '94' || (record.what === 'reversal' && (code === '25' || code === '12'));
    if (!final) {
      this.seen.refused++;
      return false;
    }
    this.seen[code === '94' ? 'repeats' : 'acknowledged']++;
    this.#store.waiting = this.#store.waiting.filter(
      (each) => each.trace !== record.trace || each.what !== record.what || each.batch !== record.batch,
    );
    return true;
  }

  /** Online: approved, declined, or taken back with the same trace until the host has answered that. */
  async #askHost(record: StoredRecord): Promise<boolean> {
    const reply = await this.#exchange(this.#sending(record));
    const code = reply?.fields[39];
    if (record.what === 'reversal') {
      if (code !== '00' && code !== '25' && code !== '12') return false;
      this.#store.waiting.shift();
      return true;
    }
    if (code === undefined) {
      this.seen.lost++;
      const { time, date } = record;
      this.#store.waiting[0] = { ...record, what: 'reversal', sent: 0, original: { mti: '0200', time, date } };
      return false;
    }
    this.#store.waiting.shift();
    if (code !== '00') this.seen.refused++;
    else {
      this.seen.acknowledged++;
      this.#write(record);
    }
    return true;
  }

  #sending(record: StoredRecord): Draft {
    const at = this.#store.waiting.findIndex((each) => each.trace === record.trace && each.what === record.what);
    if (at >= 0) this.#store.waiting[at] = { ...record, sent: record.sent + 1 };
    return recordDraft(record, this.#options, this.#transmission());
  }

  async #settleBatch(): Promise<boolean> {
    const { items, batch } = this.#store;
    const extra = this.faults.spend('batchDiffers') ? 100 : 0;
    const totals = {
      debitFen: items.reduce((sum, { amountFen }) => sum + amountFen, extra),
      debitCount: items.length + (extra > 0 ? 1 : 0),
    };
    const reply = await this.#exchange(settleDraft(totals, this.#nextTrace(), batch, this.#options));
    const result = reply?.fields[48]?.[30];
    if (result !== '1' && result !== '2') return false;
    this.seen[result === '1' ? 'agreed' : 'differed']++;
    if (result === '2' && !(await this.#upload())) return false;
    this.#settling = false;
    this.#store.items = [];
    this.#store.batch = batch >= 999_999 ? 1 : batch + 1;
    return true;
  }

  async #upload(): Promise<boolean> {
    const { items, batch } = this.#store;
    for (let at = 0; at < items.length; at += itemsPerUpload) {
      const part = items.slice(at, at + itemsPerUpload);
      const reply = await this.#exchange(uploadDraft(part, part.length, this.#nextTrace(), batch, this.#options));
      if (reply?.fields[39] !== '00') return false;
    }
    const end = await this.#exchange(uploadDraft(undefined, items.length, this.#nextTrace(), batch, this.#options));
    return end?.fields[39] === '00';
  }

  /** Sends, and waits for the reply that belongs to it; without one it hangs up. */
  async #exchange(draft: Draft): Promise<WireMessage | undefined> {
    const frame = this.#frame(draft, this.faults.spend('wrongMac'));
    const reply = `${draft.mti.slice(0, 2)}${Number(draft.mti[2]) + 1}0`;
    const sent = await this.faults.send(frame, this.#dialer, this.#parts.clock);
    if (!sent) return undefined;
    const deaf = this.faults.spend('replyLost');
    const heard: Heard = await this.#dialer.hear(
      ({ mti, fields }) => !deaf && mti === reply && fields[11] === draft.fields[11] && fields[41] === draft.fields[41],
      deaf ? 300 : this.#options.replyTimeoutMs,
    );
    if (heard.kind === 'reply') return heard.message;
    this.#dialer.hangUp();
    return undefined;
  }

  #frame({ mti, fields, withMac }: Draft, damaged: boolean): Uint8Array {
    const { macKey, form } = this.#options;
    const whole = { tpdu, header, mti, fields };
    if (!withMac || macKey === undefined) return frameOf(whole, bodyOf(mti, fields));
    const element = form === 'network' ? 128 : 64;
    const body = bodyOf(mti, { ...fields, [element]: '0'.repeat(16) }).slice(0, -8);
    const mac = form === 'network' ? retailMac(body, macKey) : unionpayMac(body, macKey);
    const bytes = Buffer.from(mac, 'hex');
    if (damaged) bytes[0] = (bytes[0] ?? 0) ^ 1;
    return frameOf(whole, glue([body, bytes]));
  }

  #transmission(): string {
    const { time, date } = clockDigits(this.#now());
    return date + time;
  }
}
