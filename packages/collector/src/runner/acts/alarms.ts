/** People's moves on alarms: those that burn by the book, those that are over by their row. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, ok } from '@cardwatch/kernel';
import { handleAlarm, handleBook } from '../../core/alarm/book-handle.core.ts';
import type { Book } from '../../core/alarm/book.core.ts';
import type { HandlingMove } from '../../core/alarm/handling.step.ts';
import type { Transition } from '../../core/alarm/transition.core.ts';
import type { AlarmMove } from '../../core/watch/act.core.ts';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { ActOf, Worked } from './work.ts';

/** `stored`: rows of alarms that are not in the book, by id. */
export function handleAlarms(
  book: Book,
  stored: ReadonlyMap<string, Alarm>,
  { alarmIds, move, note, by }: ActOf<'handleAlarms'>,
  now: EpochMs,
): Worked {
  const work = new Moves(book, stored, now);
  for (const alarmId of alarmIds) work.make(alarmId, moveOf(move, { by, note }, now));
  return ok(work.result());
}

const moveOf = (move: AlarmMove, who: { readonly by: string; readonly note: string }, now: EpochMs): HandlingMove => {
  if (move.type === 'acknowledge') return { ...who, type: 'acknowledge', until: epochMs(now + move.forMs) };
  return move.type === 'close' ? { ...who, type: 'close', burning: true } : { ...who, ...move };
};

class Moves {
  #book: Book;
  readonly #stored: ReadonlyMap<string, Alarm>;
  readonly #now: EpochMs;
  readonly #alarms: Alarm[] = [];
  readonly #transitions: Transition[] = [];
  readonly #history: HistoryRow[] = [];
  readonly #machines: MachineRow[] = [];
  readonly #refused: { readonly id: string; readonly why: string }[] = [];

  constructor(book: Book, stored: ReadonlyMap<string, Alarm>, now: EpochMs) {
    this.#book = book;
    this.#stored = stored;
    this.#now = now;
  }

  make(alarmId: Alarm['alarmId'], move: HandlingMove): void {
    const handled = handleBook(this.#book, { alarmId, move }, this.#now);
    if (!handled.ok) {
      if (handled.error.kind === 'notOpen') this.#makeStored(alarmId, move);
      else this.#refused.push({ id: alarmId, why: handled.error.kind });
      return;
    }
    const { book, alarms, transitions, history, machines } = handled.value;
    this.#book = book;
    this.#alarms.push(...alarms);
    this.#transitions.push(...transitions);
    this.#history.push(...history);
    this.#machines.push(...machines);
  }

  #makeStored(alarmId: string, move: HandlingMove): void {
    const alarm = this.#stored.get(alarmId);
    if (alarm === undefined) return void this.#refused.push({ id: alarmId, why: 'notFound' });
    const handled = handleAlarm(alarm, move, this.#now);
    if (!handled.ok) return void this.#refused.push({ id: alarmId, why: handled.error.kind });
    this.#alarms.push(handled.value.alarm);
    this.#history.push(handled.value.history);
  }

  result(): Extract<Worked, { ok: true }>['value'] {
    return {
      done: { ids: this.#alarms.map(({ alarmId }) => alarmId), refused: this.#refused },
      book: this.#book,
      change: { alarms: this.#alarms, history: this.#history, machines: this.#machines },
      transitions: this.#transitions,
    };
  }
}
