/** What people and incidents do to alarms of the book: each gives what belongs into one commit. */
import type { Alarm, AlarmLevel } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { Book } from './book.core.ts';
import { alarmRow } from './book-rows.core.ts';
import type { Entry } from './entry.core.ts';
import { handOn } from './handed-on.core.ts';
import { type HandlingMove, type HandlingRefusal, handlingStep } from './handling.step.ts';
import type { Transition } from './transition.core.ts';

/** The alarm cleared or never was: a cleared one is handled by `handleAlarm` on its stored row. */
export interface NotOpen {
  readonly kind: 'notOpen';
}

export interface Edited {
  readonly book: Book;
  readonly alarms: readonly Alarm[];
  readonly transitions: readonly Transition[];
  readonly history: readonly HistoryRow[];
  readonly machines: readonly MachineRow[];
}

/** Makes a move on any alarm, open or cleared; `close.burning` is read from the alarm. */
export function handleAlarm(
  alarm: Alarm,
  asked: HandlingMove,
  now: EpochMs,
): Result<{ readonly alarm: Alarm; readonly history: HistoryRow; readonly acknowledged: boolean }, HandlingRefusal> {
  const move = asked.type === 'close' ? { ...asked, burning: alarm.condition !== 'cleared' } : asked;
  const { handling, handledAt, owner, acknowledgedUntil } = alarm;
  const moved = handlingStep({ handling, handledAt, owner, acknowledgedUntil }, move, now);
  if (!moved.ok) return moved;
  const [state, effects] = moved.value;
  const { type, by, ...rest } = move;
  const history: HistoryRow = {
    subjectId: alarm.alarmId,
    at: now,
    what: type,
    by,
    detail: JSON.stringify({ ...rest, from: alarm.handling }),
  };
  const acknowledged = effects.some((effect) => effect.type === 'acknowledged');
  return ok({ alarm: { ...alarm, ...state }, history, acknowledged });
}

/** Makes a move on an open alarm; an acknowledgement is a transition. */
export function handleBook(
  book: Book,
  { alarmId, move }: { readonly alarmId: Alarm['alarmId']; readonly move: HandlingMove },
  now: EpochMs,
): Result<Edited, HandlingRefusal | NotOpen> {
  const entry = book.open.get(book.keys.get(alarmId) ?? '');
  if (entry === undefined) return err({ kind: 'notOpen' });
  const handled = handleAlarm(entry.alarm, move, now);
  if (!handled.ok) return handled;
  const { alarm, history, acknowledged } = handled.value;
  const no = entry.machine.transitions + 1;
  const machine = acknowledged ? { ...entry.machine, transitions: no } : entry.machine;
  const transitions: readonly Transition[] = acknowledged ? [{ kind: 'acknowledged', no, alarm, at: now }] : [];
  return ok({ ...edited(book, [{ ...entry, alarm, machine }], [history]), transitions });
}

export interface PersonLevel {
  readonly alarmId: Alarm['alarmId'];
  /** Null: what the rule and the raises say. Never lowers below that. */
  readonly level: AlarmLevel | null;
  readonly by: string;
  readonly reason: string;
}

/** A person raises the level; it takes hold, and is told, with the next look. */
export function raiseByPerson(book: Book, { alarmId, level, by, reason }: PersonLevel, now: EpochMs): Result<Edited, NotOpen> {
  const entry = book.open.get(book.keys.get(alarmId) ?? '');
  if (entry === undefined) return err({ kind: 'notOpen' });
  const row = { subjectId: alarmId, at: now, what: 'personLevel', by, detail: JSON.stringify({ level, reason }) };
  return ok(edited(book, [{ ...entry, machine: { ...entry.machine, personLevel: level } }], [row]));
}

/** Ties open alarms to their incidents, or unties them, all at once; those that are not open are passed over. */
export function linkIncident(
  book: Book,
  {
    links,
    by,
  }: {
    readonly links: readonly { readonly alarmIds: readonly Alarm['alarmId'][]; readonly incidentId: string | null }[];
    readonly by: string;
  },
  now: EpochMs,
): Edited {
  const entries: Entry[] = [];
  const history: HistoryRow[] = [];
  for (const { alarmIds, incidentId } of links) {
    const detail = JSON.stringify({ incidentId });
    for (const alarmId of alarmIds) {
      const entry = book.open.get(book.keys.get(alarmId) ?? '');
      if (entry === undefined) continue;
      entries.push({ ...entry, alarm: { ...entry.alarm, incidentId } });
      history.push({ subjectId: alarmId, at: now, what: 'incident', by, detail });
    }
  }
  return edited(book, entries, history);
}

function edited(book: Book, entries: readonly Entry[], history: readonly HistoryRow[]): Edited {
  const keyed = entries.map((entry) => [book.keys.get(entry.alarm.alarmId) ?? '', entry] as const);
  return {
    book: keyed.length === 0 ? book : { ...book, open: handOn(book.open, keyed) },
    alarms: entries.map(({ alarm }) => alarm),
    transitions: [],
    history,
    machines: keyed.map(([key, entry]) => alarmRow(key, entry)),
  };
}
