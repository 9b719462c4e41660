/** The open alarms of a book as others ask for them, without walking all of them again for each question. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { type Book, openAlarm } from '../core/alarm/book.core.ts';
import type { DeskView } from '../core/notify/desk.core.ts';

export class OpenAlarms {
  #of: Book['open'] | undefined;
  #list: readonly Alarm[] = [];

  /** Listed once for each state of the book. */
  list({ open }: Book): readonly Alarm[] {
    if (open === this.#of) return this.#list;
    const list: Alarm[] = [];
    open.forEach(({ alarm }) => list.push(alarm));
    this.#of = open;
    this.#list = list;
    return list;
  }
}

/** By id; `beside`: one that stands beside the book. */
export const alarmsOf = (book: Book, beside: Alarm | null): DeskView['alarms'] => ({
  get: (alarmId) => (alarmId === beside?.alarmId ? beside : openAlarm(book, alarmId as Alarm['alarmId'])),
});
