/** A book while a look is written into it: what changes is gathered, for its maps and for one commit. */
import type { Alarm } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { Book, Looked } from './book.core.ts';
import { alarmRow, clockRow, type MachineKey, machineKinds, restRow } from './book-rows.core.ts';
import { type Entry, keyOf, refreshedInTime, refreshMs, type Rested } from './entry.core.ts';
import { handOn, type MapChange } from './handed-on.core.ts';
import type { Noted, Settled } from './settle.core.ts';
import type { Steady } from './steady.core.ts';
import type { Transition } from './transition.core.ts';

export const bookLimits = {
  /**
   * Open alarms: one of each device of the largest register, and room for those of lines, causes and the collector itself. What is found beyond is counted
   * in `overflow` and taken in as soon as there is room.
   */
  open: 25_000,
  rested: 20_000,
  /** An occurrence within this long after the last names it. */
  restedMs: 86_400_000,
  clockRowMs: 30_000,
} as const;

/** An alarm that could be heard for longer than its cause hold was told. */
const heardAfterMs = 3_000;
const wasHeard = ({ machine }: Entry): boolean => machine.hush.unsuppressedMs > heardAfterMs;

export class Draft {
  readonly book: Book;
  readonly steady: Steady;
  readonly #alarms: Alarm[] = [];
  readonly #transitions: Transition[] = [];
  readonly #history: HistoryRow[] = [];
  readonly #machines: MachineRow[] = [];
  readonly #gone: MachineKey[] = [];
  readonly #open: MapChange<string, Entry>[] = [];
  readonly #keys: MapChange<Alarm['alarmId'], string>[] = [];
  readonly #rested: MapChange<string, Rested>[] = [];
  /** How much slower than `refreshMs` figures are told anew. */
  readonly #slower: number;
  #opened = 0;
  #overflow = 0;

  constructor(book: Book, steady: Steady) {
    this.book = book;
    this.steady = steady;
    this.#slower = Math.max(1, Math.ceil(book.open.size / refreshedInTime));
  }

  /** Takes a place for a new alarm; counts it as overflow where there is none. */
  hasRoom(): boolean {
    const room = this.book.open.size + this.#opened < bookLimits.open;
    if (room) this.#opened++;
    else this.#overflow++;
    return room;
  }

  /** Whether figures of this alarm are due between the last look and this one. */
  refreshes({ phaseMs }: Entry): boolean {
    const slot = (steadyMs: number): number => Math.floor((steadyMs / this.#slower + phaseMs) / refreshMs);
    return slot(this.steady.steadyMs) !== slot(this.book.steady.steadyMs);
  }

  /** Writes what became of one alarm. */
  keep({ entry, tell, notes }: Settled, now: EpochMs): void {
    const { alarm } = entry;
    const key = keyOf(alarm.rule, alarm.subject);
    const before = this.book.open.get(key);
    if (before === entry && tell.length === 0 && notes.length === 0) return;
    const machine =
      tell.length === 0 ? entry.machine : { ...entry.machine, transitions: entry.machine.transitions + tell.length };
    const next: Entry = { ...entry, machine };
    tell.forEach((kind, index) => {
      const transition = { kind, no: entry.machine.transitions + index + 1, alarm, at: now };
      this.#transitions.push(kind === 'released' && wasHeard(entry) ? { ...transition, again: true } : transition);
    });
    this.#note(alarm.alarmId, notes, now);
    if (alarm !== before?.alarm) this.#alarms.push(alarm);
    if (alarm.condition === 'cleared') this.#rest(key, next);
    else this.#put(key, next, before);
  }

  finish(kept: Pick<Book, 'covered' | 'rests' | 'names'>): Looked {
    const rested = this.#forget();
    const changed = this.#machines.length + this.#gone.length > 0;
    const due = this.steady.steadyMs - this.book.clockKept >= bookLimits.clockRowMs;
    if (changed || due) this.#machines.push(clockRow(this.steady));
    return {
      book: {
        steady: this.steady,
        clockKept: changed || due ? this.steady.steadyMs : this.book.clockKept,
        open: handOn(this.book.open, this.#open),
        keys: handOn(this.book.keys, this.#keys),
        rested,
        ...kept,
      },
      alarms: this.#alarms,
      transitions: this.#transitions,
      history: this.#history,
      machines: this.#machines,
      machinesGone: this.#gone,
      overflow: this.#overflow,
    };
  }

  #note(subjectId: string, notes: readonly Noted[], now: EpochMs): void {
    for (const { what, detail } of notes)
      this.#history.push({ subjectId, at: now, what, by: 'watch', detail: JSON.stringify(detail) });
  }

  #put(key: string, entry: Entry, before: Entry | undefined): void {
    this.#open.push([key, entry]);
    if (entry.machine !== before?.machine) this.#machines.push(alarmRow(key, entry));
    if (before !== undefined) return;
    this.#keys.push([entry.alarm.alarmId, key]);
    this.#unrest(key);
  }

  /** What was never raised is no occurrence: the one before it stays the last. */
  #rest(key: string, { alarm, machine }: Entry): void {
    this.#open.push([key, null]);
    this.#keys.push([alarm.alarmId, null]);
    this.#gone.push({ kind: machineKinds.alarm, key });
    const last = alarm.raisedAt === null ? alarm.previousId : alarm.alarmId;
    if (last === null) return;
    const rested: Rested = { alarmId: last, condition: machine.condition, clearedAt: this.steady.steadyMs };
    this.#rested.push([key, null], [key, rested]);
    this.#machines.push(restRow(key, rested));
  }

  #unrest(key: string): void {
    if (!this.book.rested.has(key)) return;
    this.#rested.push([key, null]);
    this.#gone.push({ kind: machineKinds.rested, key });
  }

  /** Drops last occurrences that are too old, or too many. They stand oldest first, so that the look stops at the first that stays. */
  #forget(): Book['rested'] {
    const rested = handOn(this.book.rested, this.#rested);
    const gone: MapChange<string, Rested>[] = [];
    for (const [key, { clearedAt }] of rested) {
      const tooMany = rested.size - gone.length > bookLimits.rested;
      if (!tooMany && this.steady.steadyMs - clearedAt < bookLimits.restedMs) break;
      gone.push([key, null]);
      this.#gone.push({ kind: machineKinds.rested, key });
    }
    return handOn(rested, gone);
  }
}
