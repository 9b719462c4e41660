/**
 * Tells the collector what the agent's host sees of the ways to its devices, as readings: `wireHost` the address, `wireMac` the hardware address (devices on the
 * host's own network), `wireRouter` the last router before the device (the others). The collector makes proposals for the topology of them; nothing is drawn here.
 */
import type { DeviceId } from '@cardwatch/contracts';
import { type Clock, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import type { Neighbourhood } from '../ports.ts';
import type { Reporter } from '../report/reporter.ts';
import { Sleeper } from '../sleeper.ts';
import { ownersOf, wayLimits } from './ways.core.ts';

export const wayTimes = {
  firstMs: minuteMs,
  everyMs: 10 * minuteMs,
  /** What did not change is told again after this. */
  againMs: hourMs,
  /** Between two traces: a trace is a few small packets, and never many at once. */
  traceGapMs: secondMs,
  /** Devices traced in one turn; the others have their turn next. */
  tracesPerTurn: 32,
} as const;

export interface WaysParts {
  devices(): readonly AgentDevice[];
  readonly neighbourhood: Neighbourhood;
  readonly reporter: Pick<Reporter, 'health'>;
  readonly clock: Clock;
}

type Point = 'wireHost' | 'wireMac' | 'wireRouter';

export class Ways {
  readonly #parts: WaysParts;
  readonly #sleeper: Sleeper;
  readonly #told = new Map<string, { readonly value: string; readonly atMs: number }>();
  readonly #tracedAtMs = new Map<string, number>();

  constructor(parts: WaysParts) {
    this.#parts = parts;
    this.#sleeper = new Sleeper(parts.clock);
  }

  /** Runs until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#sleeper.sleep(wayTimes.firstMs, signal);
    while (!signal.aborted) {
      await this.#look(signal);
      await this.#sleeper.sleep(wayTimes.everyMs, signal);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const owners = this.#owners();
    if (owners.size === 0) return;
    const arp = await this.#parts.neighbourhood.arp();
    const far: (readonly [string, string])[] = [];
    for (const [host, deviceId] of owners) {
      this.#tell(deviceId, 'wireHost', host);
      const mac = arp.get(host);
      if (mac === undefined) far.push([host, deviceId]);
      else this.#tell(deviceId, 'wireMac', mac);
    }
    for (const [host, deviceId] of this.#due(far)) {
      if (signal.aborted) return;
      this.#tracedAtMs.set(deviceId, this.#parts.clock.mono());
      const router = await this.#lastRouter(host, signal);
      if (router !== undefined) this.#tell(deviceId, 'wireRouter', router);
      await this.#sleeper.sleep(wayTimes.traceGapMs, signal);
    }
  }

  /** By address; what is known of devices that left is forgotten. */
  #owners(): ReadonlyMap<string, string> {
    const devices = this.#parts.devices();
    const ids = new Set<string>(devices.map(({ declaration }) => declaration.deviceId));
    for (const key of this.#told.keys()) if (!ids.has(key.slice(key.indexOf(' ') + 1))) this.#told.delete(key);
    for (const id of this.#tracedAtMs.keys()) if (!ids.has(id)) this.#tracedAtMs.delete(id);
    return ownersOf(
      devices.map(({ declaration: { deviceId, kind }, host }) => ({ deviceId, host, isNetwork: kind === 'network' })),
    );
  }

  /** Those that were traced longest ago first. */
  #due(far: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
    const now = this.#parts.clock.mono();
    const tracedAt = (deviceId: string): number => this.#tracedAtMs.get(deviceId) ?? Number.NEGATIVE_INFINITY;
    return far
      .filter(([, deviceId]) => now - tracedAt(deviceId) >= wayTimes.againMs)
      .toSorted(([, a], [, b]) => tracedAt(a) - tracedAt(b))
      .slice(0, wayTimes.tracesPerTurn);
  }

  /** undefined: there is none, or it cannot be told because the device or the last router kept silent. */
  async #lastRouter(host: string, signal: AbortSignal): Promise<string | undefined> {
    let last: string | undefined;
    let silent = 0;
    for (let ttl = 1; ttl <= wayLimits.hops && silent < wayLimits.silentHops && !signal.aborted; ttl++) {
      const hop = await this.#parts.neighbourhood.hop(host, ttl);
      if (hop.kind === 'arrived') return silent === 0 ? last : undefined;
      if (hop.kind === 'router') last = hop.address;
      silent = hop.kind === 'silent' ? silent + 1 : 0;
    }
    return undefined;
  }

  #tell(deviceId: string, point: Point, value: string): void {
    const { clock, reporter } = this.#parts;
    const key = `${point} ${deviceId}`;
    const before = this.#told.get(key);
    if (before !== undefined && before.value === value && clock.mono() - before.atMs < wayTimes.againMs) return;
    this.#told.set(key, { value, atMs: clock.mono() });
    const now = clock.now();
    reporter.health({
      type: 'reading',
      deviceId: deviceId as DeviceId,
      point,
      value,
      unit: '',
      quality: 'good',
      observedAt: now,
      recordedAt: now,
    });
  }
}
