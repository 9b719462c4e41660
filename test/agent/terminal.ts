/** A terminal with a ring of records, as a session of the driver contract: no bytes, only behaviour. */
import type { DriverFailure, Observation, RawRecord, Recollection, Session } from '@cardwatch/drivers';
import { type Clock, durationMs, err, ok, type Result } from '@cardwatch/kernel';

export interface TerminalOptions {
  readonly clock: Clock;
  /** Records of one observation. */
  readonly chunk?: number;
  readonly capacity?: number;
  readonly rttMs?: number;
  /** What the terminal tells besides its records. */
  readonly tells?: { readonly storeLife?: boolean; readonly totals?: boolean };
}

interface Stored {
  readonly recordNo: number;
  readonly amountFen: number;
  readonly bad: boolean;
}

/** Number, amount and store life make the raw bytes: the same record has the same bytes whenever it is read. */
function rawOf({ recordNo, amountFen }: Stored, life: number): Uint8Array {
  const raw = new Uint8Array(12);
  const view = new DataView(raw.buffer);
  view.setUint32(0, recordNo);
  view.setUint32(4, amountFen);
  view.setUint32(8, life);
  return raw;
}

export class Terminal {
  readonly trace: string[] = [];
  silent = false;
  refuseConfirm = false;
  storeLife = 1;
  totalRecords = 0;
  totalFen = 0;
  overwritten = 0;
  tail = 1;
  readonly #options: TerminalOptions;
  #stored: Stored[] = [];
  #newest = 0;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get newest(): number {
    return this.#newest;
  }

  sell(count: number, amountFen = 10, bad = false): void {
    for (let index = 0; index < count; index++) {
      this.#newest++;
      this.totalRecords++;
      this.totalFen += amountFen;
      this.#stored.push({ recordNo: this.#newest, amountFen, bad });
    }
    const oldest = this.#newest - (this.#options.capacity ?? 512) + 1;
    this.#stored = this.#stored.filter(({ recordNo }) => recordNo >= oldest);
    if (this.tail < oldest) {
      this.overwritten += oldest - this.tail;
      this.tail = oldest;
    }
  }

  /** A record that was stored broken is mended, as by a read that meets no noise. */
  mend(recordNo: number): void {
    this.#stored = this.#stored.map((record) => (record.recordNo === recordNo ? { ...record, bad: false } : record));
  }

  /** Skips numbers as if another master had acknowledged them. */
  skipTo(tail: number): void {
    this.tail = tail;
  }

  initialise(): void {
    this.storeLife++;
    this.totalRecords = 0;
    this.totalFen = 0;
    this.tail = 1;
    this.#newest = 0;
    this.#stored = [];
  }

  session(): Session {
    return {
      poll: {
        tasks: [
          { name: 'live', periodMs: 1_000, yields: 'readings' },
          { name: 'ring', periodMs: 2_000, yields: 'records' },
        ],
        run: (task, signal) => this.#run(task, signal),
        recollect: ({ from, to }) => this.#recollect(from, to),
      },
      close: () => {
        this.trace.push('closed');
        return Promise.resolve();
      },
    };
  }

  async #wait(signal?: AbortSignal): Promise<Result<void, DriverFailure>> {
    await new Promise<void>((resolve) => {
      this.#options.clock.after(this.silent ? 800 : (this.#options.rttMs ?? 20), resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    if (signal?.aborted === true) return err({ kind: 'closed' });
    return this.silent ? err({ kind: 'timeout', afterMs: 800 }) : ok(undefined);
  }

  async #run(task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    const answered = await this.#wait(signal);
    if (!answered.ok) return answered;
    const chunk = this.#options.chunk ?? 8;
    const waiting = this.#stored.filter(({ recordNo }) => recordNo >= this.tail);
    const records = task === 'ring' ? waiting.slice(0, chunk) : [];
    const last = records.at(-1);
    if (records.length > 0) this.trace.push(`read ${records[0]?.recordNo}-${last?.recordNo}`);
    const { storeLife, totals } = this.#options.tells ?? { storeLife: true, totals: true };
    return ok({
      readings: [{ point: 'flow', raw: 5 }],
      records: records.map((record) => this.#raw(record)),
      failures: [],
      facts: {
        newestRecordNo: this.#newest,
        uncollected: waiting.length,
        freeRecords: (this.#options.capacity ?? 512) - waiting.length,
        overwrittenRecords: this.overwritten,
        ...(storeLife === true ? { storeLife: this.storeLife } : {}),
        ...(totals === true ? { totalRecords: this.totalRecords, totalFen: this.totalFen } : {}),
      },
      rttMs: durationMs(this.#options.rttMs ?? 20),
      more: records.length > 0 && waiting.length > records.length,
      ...(last === undefined ? {} : { confirm: () => this.#confirm(last.recordNo) }),
    });
  }

  async #confirm(upto: number): Promise<Result<void, DriverFailure>> {
    await this.#wait();
    this.trace.push(`confirm ${upto}${this.refuseConfirm ? ' refused' : ''}`);
    if (this.refuseConfirm) return err({ kind: 'refused', deviceCode: 3, detail: 'tail' });
    this.tail = upto + 1;
    return ok(undefined);
  }

  async #recollect(from: number, to: number): Promise<Result<Recollection, DriverFailure>> {
    const answered = await this.#wait();
    if (!answered.ok) return answered;
    this.trace.push(`recollect ${from}-${to}`);
    const found = this.#stored.filter(({ recordNo }) => recordNo >= from && recordNo <= to);
    const oldest = this.#stored[0]?.recordNo ?? this.#newest + 1;
    const overwritten = from < oldest ? [[from, Math.min(to, oldest - 1)] as const] : [];
    return ok({ records: found.map((record) => this.#raw(record)), overwritten });
  }

  #raw(record: Stored): RawRecord {
    const raw = rawOf(record, this.storeLife);
    if (record.bad) return { recordNo: undefined, raw, fields: undefined, check: 'bad', problem: 'CRC' };
    const { recordNo, amountFen } = record;
    const fields = { recordNo, kindMark: 1, amount: amountFen, cardNo: '0000621200000001', observedText: '2026-11-23 12:00:00' };
    return { recordNo, raw, fields, check: 'ok' };
  }
}
