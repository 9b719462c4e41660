/**
 * The world as it is learned: one mutable reducer over what the store gives in commit order. Memory is bounded: the latest fact of each thing, minute slots
 * of the last `keepMs` by device time, cards of a few minutes.
 */
import { type RecordKind, turnoverFen } from '@cardwatch/contracts';
import type { DayType } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { AreaType, BusinessTime } from './place.core.ts';
import { PublishedVersions } from './published.core.ts';
import { DeviceRoll } from './roll.core.ts';
import { DeviceSlots, noFigures } from './slots.core.ts';
import { inner, ToldByDevices, worldLimits } from './told.core.ts';
import { Touches } from './touches.core.ts';
import type {
  AgentFact,
  CollectorFact,
  DeviceFact,
  EventFact,
  Expectation,
  MerchantFact,
  Metric,
  MoneyFact,
  PointFact,
  SlotFigures,
  World,
} from './world.core.ts';

export interface LearnedParts {
  readonly dayType: (at: EpochMs) => DayType;
  readonly businessTime: (area: AreaType | null, at: EpochMs) => BusinessTime;
  /** Left out: nothing was learned yet. */
  readonly expected?: (id: string, metric: Metric, from: EpochMs, to: EpochMs) => Expectation | null;
  /** Left out: no terminal is bound to a merchant. */
  readonly merchantOf?: (deviceId: string, at: EpochMs) => MerchantFact | null;
  /** `worldLimits.keepMs` unless given. */
  readonly keepMs?: number;
}

export interface PointTaken {
  readonly deviceId: string;
  readonly point: string;
  readonly value: PointFact['value'];
  readonly quality: string;
  readonly observedAt: EpochMs;
}

export interface GapTaken {
  readonly agentId: string;
  readonly deviceId: string | null;
  readonly records: number;
  readonly estimateFen: number | null;
  readonly openedAt: EpochMs;
}

export { worldLimits };

/** A World and the ways by which it learns. Each takes the latest word on its thing; `now` is when the watch heard it. */
export interface Learned extends World {
  /** A device's whole fact replaces the one before. A device beyond `worldLimits.devices` is not taken and counted in `refused`. */
  device(fact: DeviceFact, now: EpochMs): void;
  deviceGone(deviceId: string, now: EpochMs): void;
  agent(fact: AgentFact): void;
  agentGone(agentId: string): void;
  /** `since` stays while the value does. One that is older than what is known is ignored. */
  point(taken: PointTaken): void;
  event(fact: EventFact): void;
  money(fact: MoneyFact): void;
  /** All open gaps: they replace those before, summed by device or agent. */
  gaps(open: readonly GapTaken[]): void;
  deadLetters(open: ReadonlyMap<string, number>): void;
  collectorSaid(fact: CollectorFact): void;
  /** For one reader: what changes from now on. */
  touches(): Touches;
  /** Forgets slots before `now - keepMs`. Call it once a minute or less. */
  forget(now: EpochMs): void;
  /** Facts that had no room: devices, points, alarms beyond the limits, records whose time lies outside the kept span. */
  readonly refused: { readonly devices: number; readonly points: number; readonly alarms: number; readonly slots: number };
}

export const createLearned = (parts: LearnedParts): Learned => new LearnedWorld(parts);

class LearnedWorld implements Learned {
  readonly devices = new Map<string, DeviceFact>();
  readonly roll = new DeviceRoll();
  readonly agents = new Map<string, AgentFact>();
  readonly points = new Map<string, Map<string, PointFact>>();
  readonly openGaps = new Map<
    string,
    { readonly records: number; readonly estimateFen: number | null; readonly openedAt: EpochMs }
  >();
  readonly openDeadLetters = new Map<string, number>();
  readonly refused = { devices: 0, points: 0, alarms: 0, slots: 0 };
  collector?: CollectorFact;
  readonly #told = new ToldByDevices();
  readonly #readers: Touches[] = [];
  readonly #slots = new Map<string, DeviceSlots>();
  readonly #published = new PublishedVersions();
  readonly #parts: LearnedParts;
  readonly #keepMs: number;

  constructor(parts: LearnedParts) {
    this.#parts = parts;
    this.#keepMs = parts.keepMs ?? worldLimits.keepMs;
  }

  get published(): ReadonlyMap<string, { readonly version: number; readonly since: EpochMs }> {
    return this.#published.latest;
  }

  get deviceAlarms(): World['deviceAlarms'] {
    return this.#told.alarms;
  }

  get doors(): World['doors'] {
    return this.#told.doors;
  }

  dayType(at: EpochMs): DayType {
    return this.#parts.dayType(at);
  }

  businessTime(area: AreaType | null, at: EpochMs): BusinessTime {
    return this.#parts.businessTime(area, at);
  }

  expected(id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null {
    return this.#parts.expected?.(id, metric, from, to) ?? null;
  }

  merchantOf(deviceId: string, at: EpochMs): MerchantFact | null {
    return this.#parts.merchantOf?.(deviceId, at) ?? null;
  }

  figures(deviceId: string, from: EpochMs, to: EpochMs): SlotFigures {
    return this.#slots.get(deviceId)?.sum(from, to) ?? noFigures();
  }

  device(fact: DeviceFact, now: EpochMs): void {
    const before = this.devices.get(fact.deviceId);
    if (before === undefined && this.devices.size >= worldLimits.devices) {
      this.refused.devices++;
      return;
    }
    this.#published.take(before, fact, now);
    this.roll.take(before, fact);
    this.devices.set(fact.deviceId, fact);
    for (const { devices } of this.#readers) devices.add(fact.deviceId);
  }

  deviceGone(deviceId: string, now: EpochMs): void {
    const before = this.devices.get(deviceId);
    this.#published.take(before, undefined, now);
    this.roll.take(before, undefined);
    for (const map of [this.devices, this.points, this.#slots]) map.delete(deviceId);
    this.#told.gone(deviceId);
    for (const { devices } of this.#readers) devices.add(deviceId);
  }

  agent(fact: AgentFact): void {
    this.agents.set(fact.agentId, fact);
    for (const { agents } of this.#readers) agents.add(fact.agentId);
  }

  agentGone(agentId: string): void {
    this.agents.delete(agentId);
    for (const { agents } of this.#readers) agents.add(agentId);
  }

  point({ deviceId, point, value, quality, observedAt }: PointTaken): void {
    const ofDevice = inner(this.points, deviceId);
    const before = ofDevice?.get(point);
    if (ofDevice === undefined || (before === undefined && ofDevice.size >= worldLimits.pointsPerDevice)) {
      this.refused.points++;
      return;
    }
    if (before !== undefined && observedAt < before.observedAt) return;
    const since = before !== undefined && before.value === value ? before.since : observedAt;
    ofDevice.set(point, { value, quality, observedAt, since });
  }

  event(fact: EventFact): void {
    const { deviceId, observedAt, line } = fact;
    if (deviceId === null) return;
    switch (fact.type) {
      case 'door':
        if (!this.#told.door(deviceId, String(line['point']), String(line['state']), observedAt)) this.refused.points++;
        return;
      case 'deviceAlarm':
        if (!this.#told.alarm(deviceId, String(line['alarm']), line['active'] === true, observedAt)) this.refused.alarms++;
        return;
      case 'pass':
        return this.#pass(deviceId, line['result'], fact);
      default:
        return;
    }
  }

  money(fact: MoneyFact): void {
    const { deviceId, observedAt, ingestedAt, cardRef } = fact;
    const rise = {
      records: 1,
      amountFen: turnoverOf(fact),
      offline: fact.offline ? 1 : 0,
      late: ingestedAt - observedAt > worldLimits.lateAfterMs ? 1 : 0,
      failures: fact.grey || fact.tac === 'bad' ? 1 : 0,
    };
    this.#slotsAt(deviceId, observedAt, ingestedAt)?.add(observedAt, rise, cardRef);
  }

  gaps(open: readonly GapTaken[]): void {
    this.openGaps.clear();
    for (const { agentId, deviceId, records, estimateFen, openedAt } of open) {
      const key = deviceId ?? agentId;
      const before = this.openGaps.get(key);
      this.openGaps.set(key, {
        records: records + (before?.records ?? 0),
        estimateFen: before === undefined ? estimateFen : sumOf(before.estimateFen, estimateFen),
        openedAt: epochMs(Math.min(openedAt, before?.openedAt ?? openedAt)),
      });
    }
  }

  deadLetters(open: ReadonlyMap<string, number>): void {
    this.openDeadLetters.clear();
    for (const [agentId, count] of open) this.openDeadLetters.set(agentId, count);
  }

  collectorSaid(fact: CollectorFact): void {
    this.collector = fact;
  }

  touches(): Touches {
    const touches = new Touches();
    this.#readers.push(touches);
    return touches;
  }

  forget(now: EpochMs): void {
    const from = epochMs(now - this.#keepMs);
    for (const [deviceId, slots] of this.#slots) {
      slots.forget(from);
      if (slots.length === 0) this.#slots.delete(deviceId);
    }
  }

  #slotsAt(deviceId: string, observedAt: EpochMs, ingestedAt: EpochMs): DeviceSlots | undefined {
    const known = this.#slots.get(deviceId);
    const outside = observedAt < ingestedAt - this.#keepMs || observedAt > ingestedAt + worldLimits.aheadMs;
    if (outside || (known === undefined && this.#slots.size >= worldLimits.devices)) {
      this.refused.slots++;
      return undefined;
    }
    const slots = known ?? new DeviceSlots();
    this.#slots.set(deviceId, slots);
    return slots;
  }

  #pass(deviceId: string, result: unknown, { observedAt, ingestedAt }: EventFact): void {
    const rise = result === 'granted' || result === 'taken' ? { passes: 1 } : result === 'denied' ? { denied: 1 } : undefined;
    if (rise !== undefined) this.#slotsAt(deviceId, observedAt, ingestedAt)?.add(observedAt, rise);
  }
}

/** A kind of record that is not known to `turnoverFen` adds nothing. */
const turnoverOf = ({ kind, amountFen }: MoneyFact): number => turnoverFen(kind as RecordKind, amountFen);

const sumOf = (a: number | null, b: number | null): number | null => (a === null && b === null ? null : (a ?? 0) + (b ?? 0));
