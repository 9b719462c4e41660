/** A seeded storm as a timetable in virtual seconds: devices that fail alone, behind switches, for a moment, and over and over. */
import type { SeededRandom } from '@cardwatch/kernel';
import type { PlantedDevice } from './custody.ts';

/** alone, switch: people are told. behind: a switch explains it. blip: too short to be told. flapping: told, at some time as flapping. */
export type Fate = 'alone' | 'switch' | 'behind' | 'blip' | 'flapping';

export interface Change {
  readonly atMs: number;
  readonly deviceIds: readonly string[];
  readonly state: 'online' | 'offline';
}

export interface Weather {
  readonly devices: readonly PlantedDevice[];
  readonly fates: ReadonlyMap<string, Fate>;
  /** In order of time. */
  readonly changes: readonly Change[];
  /** How often each device that people are told of went. */
  readonly outages: ReadonlyMap<string, number>;
}

const behindEach = 12;
const switchEveryMs = 45_000;

export class Forecast {
  readonly #random: SeededRandom;
  readonly #devices: PlantedDevice[] = [];
  readonly #fates = new Map<string, Fate>();
  readonly #changes: Change[] = [];
  readonly #outages = new Map<string, number>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** At most ten alarms a minute that nothing explains: below what opens a storm. */
  over(lengthMs: number): Weather {
    for (let n = 0; n < 50; n++) this.#devices.push({ deviceId: `calm-${n}` });
    for (let at = 1_000; at < lengthMs; at += this.#between(8_000, 12_000)) this.#alone(at);
    for (let at = 3_000; at < lengthMs; at += switchEveryMs) this.#behindSwitch(at);
    for (let at = 2_000; at < lengthMs; at += 7_000) this.#blip(at);
    for (let n = 0; n < 2; n++) this.#flapping(`flap-${n}`, lengthMs);
    const changes = this.#changes.toSorted((a, b) => a.atMs - b.atMs);
    return { devices: this.#devices, fates: this.#fates, changes, outages: this.#outages };
  }

  #alone(atMs: number): void {
    const [deviceId] = this.#add('alone', `alone-${this.#devices.length}`);
    this.#outages.set(deviceId, 1);
    this.#outage([deviceId], atMs, atMs + this.#between(60_000, 100_000));
  }

  #behindSwitch(atMs: number): void {
    const [node] = this.#add('switch', `switch-${this.#devices.length}`, { kind: 'network' });
    this.#outages.set(node, 1);
    const backMs = atMs + this.#between(70_000, 110_000);
    this.#outage([node], atMs, backMs);
    for (let n = 0; n < behindEach; n++) {
      const child = this.#add('behind', `behind-${this.#devices.length}`, { parents: [node] });
      this.#outage(child, atMs + this.#between(500, 3_000), backMs + this.#between(500, 4_000));
    }
  }

  #blip(atMs: number): void {
    this.#outage(this.#add('blip', `blip-${this.#devices.length}`), atMs, atMs + 1_000);
  }

  #flapping(name: string, lengthMs: number): void {
    const device = this.#add('flapping', name);
    for (let at = 5_000; at < lengthMs; at += 45_000) this.#outage(device, at, at + 22_000);
  }

  #add(fate: Fate, deviceId: string, more: Omit<PlantedDevice, 'deviceId'> = {}): readonly [string] {
    this.#devices.push({ deviceId, ...more });
    this.#fates.set(deviceId, fate);
    return [deviceId];
  }

  #outage(deviceIds: readonly string[], fromMs: number, toMs: number): void {
    this.#changes.push({ atMs: fromMs, deviceIds, state: 'offline' }, { atMs: toMs, deviceIds, state: 'online' });
  }

  #between(least: number, most: number): number {
    return Math.round(least + this.#random.next() * (most - least));
  }
}
