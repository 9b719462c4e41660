import { type Clock, SeededRandom, unreachable } from '@cardwatch/kernel';
import type { Moment } from '../device/moment.ts';
import { PlainShower } from '../device/plain-shower.core.ts';
import { readBack } from '../device/record.core.ts';
import { RingShower } from '../device/ring-shower.core.ts';
import type { DeviceEntry, Shower } from '../device/shower.ts';
import { FaultDesk } from '../faults/desk.ts';
import { type Condition, type FaultLabel, type FaultOrder, isCondition } from '../faults/fault.ts';
import { Accounts } from '../people/accounts.ts';
import { Bathers } from '../people/bathers.ts';
import { Students, type StudentsParts } from '../people/students.ts';
import { cardNumber, drawPerson, type Person } from '../people/demand.core.ts';
import { type OnFull, SteadySessions } from '../people/steady.ts';
import type { Plan, PlanDevice, PlanLine } from '../plan/plan.ts';
import type { LogEntry } from '../truth/log.core.ts';
import { Truth } from '../truth/truth.ts';
import { CampusClock } from './campus-clock.ts';
import type { TruthSink } from '../cluster.ts';
import type { Clusters } from '../clusters/clusters.ts';

export interface CampusOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** Campus minutes per real minute. */
  readonly speed: number;
  /** Minute of day at which the campus starts. */
  readonly startMinute: number;
  /** Where every entry goes before anybody can read it from a device. */
  append(entry: LogEntry): void;
}

const peopleOfHead = 17;
const peopleSeries = 20;
const tariff = { priceFenPer10L: 40, holdFen: 60, holdSeconds: 120 } as const;
const plainPriceFenPerMinute = 22;

/** All simulated controllers of a plan with their people, the truth and the faults; without any line or socket. */
export class Campus {
  readonly plan: Plan;
  readonly truth = new Truth();
  readonly desk: FaultDesk;
  readonly bathers: Bathers;
  readonly steady: SteadySessions;
  readonly clock: CampusClock;
  readonly #devices = new Map<string, Shower>();
  readonly #lineOf = new Map<string, string>();
  readonly #accounts: Accounts;
  /** Of an earlier run, by card, until the students come. */
  readonly #purses = new Map<string, Extract<LogEntry, { kind: 'purse' }>>();
  readonly #append: (entry: LogEntry) => void;
  readonly #people: { readonly clock: Clock; readonly random: SeededRandom };
  #students: Students | undefined;
  readonly #onFlood: ((line: string) => void)[] = [];

  constructor(plan: Plan, options: CampusOptions) {
    const random = new SeededRandom(options.seed);
    this.plan = plan;
    this.#append = (entry) => options.append(entry);
    this.clock = new CampusClock(options.clock, options.startMinute, options.speed);
    this.#accounts = new Accounts(random.fork(1));
    this.#people = { clock: options.clock, random: new SeededRandom(options.seed).fork(5) };
    this.#build(plan);
    this.desk = new FaultDesk(options.clock, {
      devicesOf: (order) => this.#devicesOf(order),
      lineOf: (order) => order.line ?? this.#lineOf.get(order.deviceId ?? ''),
      strike: (deviceId, order) => this.#strike(deviceId, order),
      told: (label) => this.#told(label),
    });
    const parts = { clock: options.clock, campus: this.clock, accounts: this.#accounts };
    this.bathers = new Bathers({
      ...parts,
      random: random.fork(2),
      people: peopleOf(plan, random.fork(3)),
      heads: this.#heads(),
    });
    this.steady = new SteadySessions({ ...parts, random: random.fork(4), devices: this.ringShowers() });
  }

  /** Where devices of clusters write what really happened: first to the log, then to the truth. */
  get truthSink(): TruthSink {
    return {
      record: (record) => {
        this.#append({ kind: 'sale', record });
        this.truth.take(record);
      },
      pass: (pass) => {
        this.#append({ kind: 'pass', pass });
        this.truth.pass(pass);
      },
    };
  }

  /** Students come to the terminals and gates of the clusters. Before `start`. */
  populate({ terminals, gates }: Pick<Clusters, 'terminals' | 'gates'>, count: number): void {
    if (terminals.length + gates.length === 0) return;
    const { clock, random } = this.#people;
    const accounts = new Accounts(random.fork(1));
    for (const { card, balanceFen, counter } of this.#purses.values()) accounts.restore(card, balanceFen, counter);
    this.#purses.clear();
    const keep: StudentsParts['keep'] = (purse) => this.#append({ kind: 'purse', ...purse });
    this.#students = new Students({ clock, campus: this.clock, random, accounts, count, terminals, gates, keep });
  }

  moment(): Moment {
    return this.clock.moment();
  }

  device(deviceId: string): Shower | undefined {
    return this.#devices.get(deviceId);
  }

  devicesOfLine(line: PlanLine): readonly Shower[] {
    return line.devices.flatMap(({ deviceId }) => this.#devices.get(deviceId) ?? []);
  }

  ringShowers(): readonly RingShower[] {
    return [...this.#devices.values()].filter((device) => device instanceof RingShower);
  }

  plainShowers(): readonly PlainShower[] {
    return [...this.#devices.values()].filter((device) => device instanceof PlainShower);
  }

  /** An entry of an earlier run. All of them in order, before `start`. A device that the plan no longer has keeps its truth. */
  replay(entry: LogEntry): void {
    switch (entry.kind) {
      case 'fault':
        return this.desk.restore(entry.label);
      case 'sale':
        return this.truth.take(entry.record);
      case 'pass':
        return this.truth.pass(entry.pass);
      case 'purse':
        return void this.#purses.set(entry.card, entry);
      case 'record':
        this.#replayRecord(entry);
        break;
      default:
    }
    this.#devices.get(entry.deviceId)?.restore(entry);
  }

  #replayRecord(entry: Extract<DeviceEntry, { kind: 'record' }>): void {
    this.truth.add(entry);
    const { card, balanceAfterFen, counter } = readBack(entry.raw);
    this.#accounts.restore(card, balanceAfterFen, counter);
  }

  /** Power on: every controller starts, then people come, or the steady generator writes when a rate is given. */
  start(ratePerSecond: number | undefined): void {
    const at = this.moment();
    this.desk.endRestored();
    for (const device of this.#devices.values()) device.reboot(at);
    if (ratePerSecond === undefined || ratePerSecond === 0) this.startDemand();
    else this.setRate(ratePerSecond, 'wait');
  }

  startDemand(): void {
    if (this.steady.ratePerSecond > 0) return;
    this.bathers.start();
    this.#students?.start();
  }

  /** No new sessions, neither of people nor of the generator; running ones go to their end. */
  stopDemand(): void {
    this.#rest();
    this.steady.set(0, 'wait');
    this.#students?.setRate(0);
  }

  /** A rate above 0 takes the place of the people; 0 brings them back. Where there are canteens, every second record is a sale there. */
  setRate(ratePerSecond: number, onFull: OnFull): void {
    if (ratePerSecond > 0) this.#rest();
    const salesShare = this.#students === undefined ? 0 : this.ringShowers().length === 0 ? 1 : 0.5;
    this.steady.set(ratePerSecond * (1 - salesShare), onFull);
    this.#students?.setRate(ratePerSecond * salesShare);
    if (ratePerSecond === 0) this.startDemand();
  }

  onFlood(listener: (line: string) => void): void {
    this.#onFlood.push(listener);
  }

  close(): void {
    this.desk.close();
    this.bathers.close();
    this.#rest();
    this.#students?.setRate(0);
    this.steady.set(0, 'wait');
    this.steady.close();
  }

  #rest(): void {
    this.bathers.stop();
    this.#students?.stop();
  }

  #build(plan: Plan): void {
    let index = 0;
    for (const line of plan.lines) {
      for (const device of line.devices) {
        this.#devices.set(device.deviceId, this.#make(device, 0x2026_0000 + ++index));
        this.#lineOf.set(device.deviceId, line.name);
      }
    }
  }

  #make(device: PlanDevice, boardSerial: number): Shower {
    const { deviceId, unit, ringCapacity, temperatureSensor } = device;
    const sink = (entry: DeviceEntry): void => this.#take(entry);
    switch (device.model) {
      case 'ring-shower':
        return new RingShower({ deviceId, unit, boardSerial, ringCapacity, tariff, temperatureSensor, sink });
      case 'plain-shower':
        return new PlainShower({ deviceId, unit, priceFenPerMinute: plainPriceFenPerMinute, temperatureSensor, sink });
      default:
        return unreachable(device.model);
    }
  }

  #take(entry: DeviceEntry): void {
    this.#append(entry);
    if (entry.kind === 'record') this.truth.add(entry);
  }

  #heads(): ReadonlyMap<string, readonly Shower[]> {
    return new Map(this.plan.lines.map((line) => [line.name, this.devicesOfLine(line)]));
  }

  #devicesOf(order: FaultOrder): readonly string[] | undefined {
    if (order.deviceId !== undefined) return this.#devices.has(order.deviceId) ? [order.deviceId] : undefined;
    return this.plan.lines.find((line) => line.name === order.line)?.devices.map(({ deviceId }) => deviceId);
  }

  #strike(deviceId: string, order: FaultOrder): string | undefined {
    const device = this.#devices.get(deviceId);
    if (device === undefined) return `no device ${deviceId}`;
    switch (order.type) {
      case 'reboot':
        device.reboot(this.moment());
        return undefined;
      case 'clockStep':
        if (order.deltaMs === undefined) return 'clockStep needs deltaMs';
        device.stepClock(order.deltaMs);
        return undefined;
      case 'clockLost':
        device.loseClock();
        return undefined;
      case 'ringOverrun':
      case 'storeInit':
        return this.#strikeStore(device, order);
      case 'tamper':
      case 'supplyLow':
      case 'sellingOffline':
      case 'valveStuck':
      case 'leak':
        if (!(device instanceof RingShower)) return `${deviceId} has no status word`;
        device.condition(order.type, true, this.moment());
        return undefined;
      default:
        return undefined;
    }
  }

  #strikeStore(device: Shower, order: FaultOrder): string | undefined {
    if (!(device instanceof RingShower)) return `${device.deviceId} has no record store`;
    device.interrupt(this.moment());
    if (order.type === 'storeInit') device.initialiseStore(this.moment());
    else this.steady.writeOn(device.deviceId, order.records ?? device.ring.capacity + 10);
    return undefined;
  }

  #healed(condition: Condition, devices: readonly string[]): void {
    for (const deviceId of devices) {
      const device = this.#devices.get(deviceId);
      if (device instanceof RingShower) device.condition(condition, false, this.moment());
    }
  }

  #told(label: FaultLabel): void {
    this.#append({ kind: 'fault', label });
    if (label.end !== undefined && isCondition(label.type)) this.#healed(label.type, label.devices);
    if (label.type !== 'flood' || label.end !== undefined) return;
    for (const deviceId of label.devices.slice(0, 1))
      for (const listener of this.#onFlood) listener(this.#lineOf.get(deviceId) ?? '');
  }
}

function peopleOf(plan: Plan, random: SeededRandom): readonly Person[] {
  const heads = plan.lines.reduce((sum, line) => sum + line.devices.length, 0);
  const wanted = plan.people ?? peopleOfHead * heads;
  return plan.lines.flatMap((line, index) =>
    Array.from({ length: Math.round((wanted * line.devices.length) / heads) }, (_, person) =>
      drawPerson(cardNumber(peopleSeries, index, person), line.name, random),
    ),
  );
}
