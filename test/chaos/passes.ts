/** Compares the passes that really happened at the simulated gates with those that the collector booked. */
import { DatabaseSync } from 'node:sqlite';

export interface PassRow {
  readonly deviceId: string;
  readonly granted: number;
  readonly denied: number;
  /** The device's own event numbers, where its protocol has them. */
  readonly numbers: readonly (readonly [number, number])[];
}

export interface PassComparison {
  readonly gates: number;
  readonly truth: number;
  readonly booked: number;
  /** Passes at gates without numbers and without a memory of their own that nobody could fetch while their agent was down. */
  readonly unfetchable: number;
  readonly differing: readonly string[];
}

interface Booked {
  readonly granted: number;
  readonly denied: number;
  readonly other: number;
  readonly numbers: ReadonlySet<number>;
}

function bookedOf(db: DatabaseSync, deviceId: string): Booked {
  const select = db.prepare("SELECT result, event_no FROM event WHERE type = 'pass' AND device_id = ?");
  const rows = select.all(deviceId) as unknown as readonly { readonly result: string; readonly event_no: number | null }[];
  const count = (wanted: (result: string) => boolean): number => rows.filter(({ result }) => wanted(result)).length;
  return {
    granted: count((result) => result === 'granted' || result === 'taken'),
    denied: count((result) => result === 'denied'),
    other: count((result) => !['granted', 'taken', 'denied'].includes(result)),
    numbers: new Set(rows.flatMap(({ event_no }) => (event_no === null ? [] : [event_no]))),
  };
}

export function comparePasses(truth: readonly PassRow[], file: string): PassComparison {
  const db = new DatabaseSync(file, { readOnly: true });
  const differing: string[] = [];
  let [made, booked, unfetchable] = [0, 0, 0];
  for (const row of truth) {
    const mine = bookedOf(db, row.deviceId);
    made += row.granted + row.denied;
    booked += mine.granted + mine.denied + mine.other;
    // A pull point replays nothing: what happens while nobody pulls is lost to all but the device, and told as a possible gap.
    const forgets = row.numbers.length === 0;
    const missed = row.granted - mine.granted + row.denied - mine.denied;
    const fits = (made: number, found: number): boolean => (forgets ? found <= made : found === made);
    if (forgets) unfetchable += missed;
    if (!fits(row.granted, mine.granted) || !fits(row.denied, mine.denied) || mine.other > 0)
      differing.push(
        `${row.deviceId}: truth ${row.granted} granted ${row.denied} denied, booked ${mine.granted} granted ${mine.denied} denied ${mine.other} other`,
      );
    const missing = row.numbers.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((number) => !mine.numbers.has(number)),
    );
    if (missing.length > 0) differing.push(`${row.deviceId}: passes ${missing.slice(0, 5).join(', ')} are missing`);
  }
  db.close();
  return { gates: truth.length, truth: made, booked, unfetchable, differing };
}
