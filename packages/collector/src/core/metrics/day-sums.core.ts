/** One day as the store has it, device by device in slots of five minutes: what each thing had, for the nightly lesson. */
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import type { Metric } from '../world/world.core.ts';
import { metrics } from './baseline-text.core.ts';
import type { MerchantOf } from './bindings.core.ts';
import { entitiesOf, entityOf, type Home } from './entity.core.ts';
import type { PlaceOf } from './learn-day.core.ts';
import { type SlotLength, slotsLimits, slotsOfDay } from './slots.core.ts';

/** Sums of one device in one slot, by device time. `passes`: granted ones. */
export interface FlowSlot {
  readonly deviceId: string;
  /** When the slot begins. */
  readonly at: EpochMs;
  readonly records: number;
  readonly amountFen: number;
  readonly passes: number;
}

const slotMinutes: SlotLength = 5;
const slotMs = slotMinutes * minuteMs;

export interface DaySumsParts {
  readonly home: (deviceId: string) => Home | null;
  readonly merchantOf: MerchantOf;
}

export class DaySums {
  readonly #start: EpochMs;
  readonly #parts: DaySumsParts;
  readonly #sums = new Map<string, Map<Metric, Float32Array>>();
  readonly #places = new Map<string, Home>();
  /** Slots of things beyond `slotsLimits.entities`. */
  refused = 0;

  /** `start`: 00:00 of the day. */
  constructor(start: EpochMs, parts: DaySumsParts) {
    this.#start = start;
    this.#parts = parts;
  }

  /** A slot outside of the day is not counted. */
  add(slot: FlowSlot): void {
    const { deviceId, at } = slot;
    const no = Math.floor((at - this.#start) / slotMs);
    if (no < 0 || no >= slotsOfDay) return;
    const home = this.#parts.home(deviceId);
    for (const entity of entitiesOf(deviceId, home, this.#parts.merchantOf(deviceId, at))) {
      const sums = this.#of(entity);
      if (sums === undefined) continue;
      if (home !== null) this.#places.set(entity, entity === entityOf.campus(home.campus) ? { ...home, area: null } : home);
      for (const metric of metrics) raise(sums, metric, no, slot[metric]);
    }
  }

  /** Where a thing stood on that day; a merchant where one of its terminals did. */
  readonly placeOf: PlaceOf = (entity) => this.#places.get(entity) ?? null;

  entities(): readonly string[] {
    return [...this.#sums.keys()];
  }

  day(entity: string, metric: Metric): Float32Array {
    return this.#sums.get(entity)?.get(metric) ?? new Float32Array(slotsOfDay);
  }

  /** Things that did nothing on this day and have a normal: it counts as a day of nothing. */
  addQuiet(entity: string, home: Home | null): void {
    if (this.#sums.has(entity) || this.#of(entity) === undefined) return;
    if (home !== null) this.#places.set(entity, home);
  }

  #of(entity: string): Map<Metric, Float32Array> | undefined {
    const known = this.#sums.get(entity);
    if (known !== undefined) return known;
    if (this.#sums.size >= slotsLimits.entities) {
      this.refused++;
      return undefined;
    }
    const made = new Map<Metric, Float32Array>();
    this.#sums.set(entity, made);
    return made;
  }
}

function raise(sums: Map<Metric, Float32Array>, metric: Metric, no: number, by: number): void {
  if (by === 0) return;
  const values = sums.get(metric) ?? new Float32Array(slotsOfDay);
  sums.set(metric, values);
  values[no] = (values[no] ?? 0) + by;
}
