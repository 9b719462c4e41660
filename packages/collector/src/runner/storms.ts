/** The storm step at work: what it opens, folds in and ends, beside the book of alarms. */
import type { Alarm } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Transition } from '../core/alarm/transition.core.ts';
import {
  noStorm,
  type StormEvent,
  stormDueAt,
  stormFromRow,
  stormMachineKind,
  stormOf,
  stormRow,
  type StormState,
  stormStep,
} from '../core/notify/storm.step.ts';
import type { MachineRow } from '../store/watch/roles.ts';

/** What one piece of the storm's work leaves: rows, transitions of its own alarm, alarms that are folded into digests. */
export interface Stormed {
  readonly alarms: readonly Alarm[];
  readonly transitions: readonly Transition[];
  readonly folded: readonly string[];
  readonly machines: readonly MachineRow[];
}

export class Storms {
  readonly #newId: () => string;
  #state: StormState = noStorm;
  #kept = '';
  /** Of `#kept`. */
  #written: StormState = noStorm;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  restore(machines: readonly MachineRow[]): void {
    const row = machines.find(({ kind }) => kind === stormMachineKind);
    if (row === undefined) return;
    this.#state = stormFromRow(row);
    this.#written = this.#state;
    this.#kept = row.state;
  }

  /** Its own alarm, which no rule finds; null while there is no storm. */
  get alarm(): Alarm | null {
    return this.#state.storm?.alarm ?? null;
  }

  /** What `SuppressionAsk.storm` asks. */
  holds(alarmId: string): { readonly by: string; readonly since: EpochMs } | null {
    return stormOf(this.#state, alarmId);
  }

  look(transitions: readonly Transition[], now: EpochMs): Stormed {
    const taken = this.#step({ kind: 'transitions', transitions, newId: this.#newId() }, now);
    return this.#together(taken, this.#step({ kind: 'ticked' }, now));
  }

  /** Somebody handled its alarm, which now reads like this. */
  handled(alarm: Alarm, now: EpochMs): Stormed {
    return this.#together(this.#step({ kind: 'handled', alarm }, now));
  }

  #step(event: StormEvent, now: EpochMs): Omit<Stormed, 'machines'> {
    const [state, effects] = stormStep(this.#state, event, now);
    this.#state = state;
    return {
      alarms: effects.flatMap((effect) => (effect.kind === 'alarm' ? [effect.alarm] : [])),
      transitions: effects.flatMap((effect) => (effect.kind === 'transition' ? [effect.transition] : [])),
      folded: effects.flatMap((effect) => (effect.kind === 'fold' ? effect.alarmIds : [])),
    };
  }

  #together(...works: readonly Omit<Stormed, 'machines'>[]): Stormed {
    return {
      alarms: works.flatMap(({ alarms }) => alarms),
      transitions: works.flatMap(({ transitions }) => transitions),
      folded: works.flatMap(({ folded }) => folded),
      machines: this.#changed(),
    };
  }

  /** The step's memory, where it is another than the store has. */
  #changed(): readonly MachineRow[] {
    if (this.#state === this.#written) return [];
    this.#written = this.#state;
    const state = stormRow(this.#state);
    if (state === this.#kept || (this.#state === noStorm && this.#kept === '')) return [];
    this.#kept = state;
    return [{ kind: stormMachineKind, key: '', state, dueAt: stormDueAt(this.#state) }];
  }
}
