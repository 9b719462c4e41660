/** The journal's part, as far as these tests need it: keeps each record once, notices when one number comes with two contents. */
import type { RawRecord } from '@cardwatch/drivers';
import { toHex } from '@cardwatch/kernel';

export class Ledger {
  readonly #records = new Map<number, { readonly hex: string; readonly fen: number }>();
  readonly conflicts: number[] = [];
  repeats = 0;

  /** Signed by its mark: reversals are taken off. */
  append(records: readonly RawRecord[]): void {
    for (const { recordNo, raw, fields, check } of records) {
      if (check !== 'ok' || recordNo === undefined || fields === undefined) throw new Error(`record ${recordNo} is ${check}`);
      const amount = Number(fields['amount']);
      const reversed = fields['kindMark'] === 0xfe || fields['kindMark'] === 0x56;
      const entry = { hex: toHex(raw), fen: reversed ? -amount : amount };
      const known = this.#records.get(recordNo);
      if (known === undefined) this.#records.set(recordNo, entry);
      else if (known.hex === entry.hex) this.repeats++;
      else this.conflicts.push(recordNo);
    }
  }

  get numbers(): readonly number[] {
    return [...this.#records.keys()].toSorted((a, b) => a - b);
  }

  get fen(): number {
    return [...this.#records.values()].reduce((sum, { fen }) => sum + fen, 0);
  }
}
