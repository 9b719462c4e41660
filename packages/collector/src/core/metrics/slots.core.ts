/**
 * M-1: figures in slots of one and of five minutes, for each device, area, merchant and campus. A record counts in the slot of its own device time,
 * whenever it comes; one that comes late shows there as late. Every slot is the exact sum of the facts of its time.
 */
import { type RecordKind, turnoverFen } from '@cardwatch/contracts';
import { dayMs, type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import type { EventFact, Metric, MoneyFact, SlotFigures } from '../world/world.core.ts';
import type { MerchantOf } from './bindings.core.ts';
import { Distinct } from './distinct.core.ts';
import { entitiesOf, type Home } from './entity.core.ts';

export const slotsLimits = {
  /** How long slots are kept, by device time. */
  keepMinuteMs: 26 * hourMs,
  keepFiveMs: 3 * dayMs,
  /** Booked later than this after its device time, a record is late. */
  lateAfterMs: minuteMs,
  /** Device times further ahead than this belong to no slot. */
  aheadMs: hourMs,
  entities: 40_000,
} as const;

/** Minutes of one slot. */
export type SlotLength = 1 | 5;
/** `passes` counts granted passes, `failures` grey records and wrong codes. */
export type Slot = SlotFigures & { readonly from: EpochMs };

type Sums = Omit<SlotFigures, 'cards'>;
interface Kept extends Sums {
  readonly cards: Distinct;
}

export interface SlotsParts {
  /** Where a device stands; null: it counts for itself alone. */
  readonly home: (deviceId: string) => Home | null;
  readonly merchantOf: MerchantOf;
}

const sumNames = ['records', 'amountFen', 'offline', 'late', 'failures', 'passes', 'denied'] as const;
const nothing = (): Kept => ({
  records: 0,
  amountFen: 0,
  offline: 0,
  late: 0,
  failures: 0,
  passes: 0,
  denied: 0,
  cards: new Distinct(),
});

/** What one record adds. `amountFen` is turnover: refunds take off, top-ups add nothing. */
export const moneyRise = (fact: MoneyFact): Partial<Sums> => ({
  records: 1,
  amountFen: turnoverFen(fact.kind as RecordKind, fact.amountFen),
  offline: fact.offline ? 1 : 0,
  late: fact.ingestedAt - fact.observedAt > slotsLimits.lateAfterMs ? 1 : 0,
  failures: fact.grey || fact.tac === 'bad' ? 1 : 0,
});

export class BusinessSlots {
  readonly #parts: SlotsParts;
  /** By entity, then number of the slot since 1970. */
  readonly #minutes = new Map<string, Map<number, Kept>>();
  readonly #fives = new Map<string, Map<number, Kept>>();
  /** Facts outside of the kept time, or of things beyond the limit. */
  refused = 0;

  constructor(parts: SlotsParts) {
    this.#parts = parts;
  }

  money(fact: MoneyFact): void {
    this.#count(fact.deviceId, fact, moneyRise(fact), fact.cardRef);
  }

  /** Granted and denied passes; other events count nothing. */
  event(fact: EventFact): void {
    const { type, deviceId, line } = fact;
    if (type !== 'pass' || deviceId === null) return;
    const result = line['result'];
    if (result === 'granted' || result === 'taken') this.#count(deviceId, fact, { passes: 1 });
    else if (result === 'denied') this.#count(deviceId, fact, { denied: 1 });
  }

  /** Slots of `[from, to)` in which something happened, oldest first. */
  slots(entity: string, length: SlotLength, from: EpochMs, to: EpochMs): readonly Slot[] {
    const ms = length * minuteMs;
    const kept = this.#of(length).get(entity);
    const found: Slot[] = [];
    for (let no = Math.floor(from / ms); no * ms < to; no++) {
      const slot = kept?.get(no);
      if (slot !== undefined) found.push({ from: epochMs(no * ms), ...shown(slot) });
    }
    return found;
  }

  /** Sum over the whole minutes that `[from, to)` touches; cards are counted once over all of them. */
  figures(entity: string, from: EpochMs, to: EpochMs): SlotFigures {
    const sum = nothing();
    const kept = this.#minutes.get(entity);
    for (let no = Math.floor(from / minuteMs); no * minuteMs < to; no++) addKept(sum, kept?.get(no));
    return shown(sum);
  }

  /** Everything that is counted for. */
  entities(): readonly string[] {
    return [...this.#fives.keys()];
  }

  /** The 288 five-minute figures of the Shanghai day that begins at `dayStart`. */
  day(entity: string, metric: Metric, dayStart: EpochMs): Float32Array {
    const values = new Float32Array(slotsOfDay);
    const first = Math.floor(dayStart / (5 * minuteMs));
    const kept = this.#fives.get(entity);
    for (let slot = 0; slot < slotsOfDay; slot++) values[slot] = kept?.get(first + slot)?.[metric] ?? 0;
    return values;
  }

  /** Forgets what is older than is kept. Call it once a minute or less. */
  forget(now: EpochMs): void {
    forgetBefore(this.#minutes, Math.floor((now - slotsLimits.keepMinuteMs) / minuteMs));
    forgetBefore(this.#fives, Math.floor((now - slotsLimits.keepFiveMs) / (5 * minuteMs)));
  }

  #of(length: SlotLength): Map<string, Map<number, Kept>> {
    return length === 1 ? this.#minutes : this.#fives;
  }

  #count(deviceId: string, when: Pick<MoneyFact, 'observedAt' | 'ingestedAt'>, rise: Partial<Sums>, card?: string): void {
    const { observedAt, ingestedAt } = when;
    if (observedAt > ingestedAt + slotsLimits.aheadMs || observedAt < ingestedAt - slotsLimits.keepFiveMs) {
      this.refused++;
      return;
    }
    const entities = entitiesOf(deviceId, this.#parts.home(deviceId), this.#parts.merchantOf(deviceId, observedAt));
    const recent = observedAt >= ingestedAt - slotsLimits.keepMinuteMs;
    for (const entity of entities) {
      this.#raise(this.#fives, entity, Math.floor(observedAt / (5 * minuteMs)), rise, card);
      if (recent) this.#raise(this.#minutes, entity, Math.floor(observedAt / minuteMs), rise, card);
    }
  }

  #raise(slots: Map<string, Map<number, Kept>>, entity: string, no: number, rise: Partial<Sums>, card?: string): void {
    const ofEntity = slots.get(entity) ?? new Map<number, Kept>();
    if (ofEntity.size === 0 && slots.size >= slotsLimits.entities) {
      this.refused++;
      return;
    }
    slots.set(entity, ofEntity);
    const slot = ofEntity.get(no) ?? nothing();
    ofEntity.set(no, slot);
    for (const name of sumNames) slot[name] += rise[name] ?? 0;
    if (card !== undefined) slot.cards.add(card);
  }
}

/** Five-minute slots of a day. */
export const slotsOfDay = 288;

function addKept(sum: Kept, slot: Kept | undefined): void {
  if (slot === undefined) return;
  for (const name of sumNames) sum[name] += slot[name];
  sum.cards.merge(slot.cards);
}

const shown = ({ cards, ...sums }: Kept): SlotFigures => ({ ...sums, cards: cards.count() });

function forgetBefore(slots: Map<string, Map<number, Kept>>, first: number): void {
  for (const [entity, ofEntity] of slots) {
    for (const no of ofEntity.keys()) if (no < first) ofEntity.delete(no);
    if (ofEntity.size === 0) slots.delete(entity);
  }
}
