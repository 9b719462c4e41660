/** From what a look found to messages on their way: storms, the notification desk, the guard over it, and the sender that carries out what was kept. */
import type { Alarm, ChannelKind, Notice } from '@cardwatch/contracts/watch';
import type { Clock, EpochMs, Logger, Random } from '@cardwatch/kernel';
import type { Channel, ChannelMessage } from '../channels/channel.ts';
import type { Looked } from '../core/alarm/book.core.ts';
import type { Transition } from '../core/alarm/transition.core.ts';
import { type DeskView, NotifyDesk } from '../core/notify/desk.core.ts';
import type { DeskOut, SendOrder } from '../core/notify/desk-rows.core.ts';
import type { MachineRow } from '../store/watch/roles.ts';
import type { Part } from './change.ts';
import { Guard, type GuardPorts } from './guard.ts';
import { Sender, type SenderParts } from './sender.ts';
import { Storms } from './storms.ts';

export interface TellingParts {
  readonly channels: ReadonlyMap<ChannelKind, Channel>;
  readonly compose: (order: SendOrder, limits: Channel['limits']) => Promise<ChannelMessage>;
  /** In a turn of the watch of its own: keeps what `work` comes to, and acts on it. False: there was nothing to keep, or the watch is over. */
  readonly inTurn: (work: (view: DeskView, now: EpochMs) => Told | null) => Promise<boolean>;
  readonly guard: Omit<GuardPorts, 'clock' | 'log' | 'newId'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly log: Logger;
}

/** Rows for one commit; `act` after they are kept. */
export interface Told {
  readonly parts: readonly Part[];
  /** Alarms that no rule finds: of storms and of tests. */
  readonly alarms: readonly Alarm[];
  act(): void;
}

export class Telling {
  readonly #parts: TellingParts;
  readonly desk: NotifyDesk;
  readonly guard: Guard;
  readonly #storms: Storms;
  readonly #sender: Sender;

  constructor(parts: TellingParts, now: EpochMs) {
    const { channels, compose, guard, clock, random, newId, log } = parts;
    this.#parts = parts;
    this.#storms = new Storms(newId);
    this.desk = new NotifyDesk({ newId, random, limitsOf: (channel) => channels.get(channel)?.limits });
    this.guard = new Guard({ ...guard, clock, log, newId }, now);
    this.#sender = new Sender({ channels, compose, clock, log, answered: this.#answered, handingOver: this.#handingOver });
  }

  /** The storm's own alarm, which stands beside the book; null while there is none. */
  get stormAlarm(): Alarm | null {
    return this.#storms.alarm;
  }

  /** What `SuppressionAsk.storm` asks. */
  readonly storm = ({ alarmId }: Alarm): ReturnType<Storms['holds']> => this.#storms.holds(alarmId);

  /** Once, before the first look: what was being sent is taken up again. */
  restore(
    rows: { readonly machines: readonly MachineRow[]; readonly notices: readonly Notice[] },
    view: () => DeskView,
    now: EpochMs,
  ): Told {
    this.#storms.restore(rows.machines);
    this.guard.restore(rows.machines, now);
    return this.#told([this.desk.restore(rows, view(), now)], [], []);
  }

  /** The alarms of one look and with them the storm's, to whom it concerns. `open`: all alarms of the book. */
  async look(
    { alarms, transitions, overflow }: Pick<Looked, 'alarms' | 'transitions' | 'overflow'>,
    { view, open }: { readonly view: () => DeskView; readonly open: () => Iterable<Alarm> },
    now: EpochMs,
  ): Promise<Told> {
    const stormed = this.#storms.look(transitions, now);
    const seen = view();
    const spoken = new Set(transitions.map(({ alarm }) => alarm.alarmId));
    const silent = alarms.filter(({ alarmId }) => !spoken.has(alarmId));
    const outs = [
      this.desk.transitions([...transitions, ...stormed.transitions], seen, now),
      this.desk.fold(stormed.folded, seen, now),
      this.desk.seen(silent, seen, now),
      this.desk.tick(seen, now),
    ];
    const guarded = await this.guard.tick({ desk: this.desk, view: seen, alarms: open(), overflow }, now);
    const own = [...stormed.alarms, ...guarded.flatMap((change) => change.alarms ?? [])];
    return this.#told(outs, [stormed, ...guarded], own);
  }

  /** What people did: rows of alarms and their transitions. The storm's own alarm stands beside the book: its transitions are the storm's to make. */
  handled(
    { alarms, transitions }: { readonly alarms: readonly Alarm[]; readonly transitions: readonly Transition[] },
    view: DeskView,
    now: EpochMs,
  ): Told {
    const own = alarms.find(({ alarmId }) => alarmId === this.stormAlarm?.alarmId);
    if (own === undefined) return this.#told([this.desk.transitions(transitions, view, now)], [], []);
    const stormed = this.#storms.handled(own, now);
    const out = this.desk.transitions([...transitions, ...stormed.transitions], view, now);
    return this.#told([out], [stormed], stormed.alarms);
  }

  readonly #answered: SenderParts['answered'] = (noticeId, answer) =>
    void this.#parts.inTurn((view, now) => this.#told([this.desk.answered(noticeId, answer, view, now)], [], []));

  readonly #handingOver: SenderParts['handingOver'] = (noticeId) =>
    this.#parts.inTurn((view, now) => {
      const out = this.desk.handingOver(noticeId, view, now);
      return out === null ? null : this.#told([out], [], []);
    });

  /** What is under way is cut off and taken up by the next start. May be called twice. */
  async close(): Promise<void> {
    await Promise.all([this.#sender.close(), this.guard.close()]);
  }

  #told(outs: readonly DeskOut[], parts: readonly Part[], alarms: readonly Alarm[]): Told {
    return { parts: [...parts, ...outs.map(({ change }) => change)], alarms, act: () => outs.forEach((out) => this.#act(out)) };
  }

  #act({ sends, dead, findings }: DeskOut): void {
    for (const { notice, why } of dead) this.#parts.log.log('error', 'watch.notTold', { notice: notice.noticeId, why });
    this.guard.routed(findings);
    this.#sender.send(sends);
  }
}
