/** What whole lines tell of themselves, told as alarms of the device at which it begins. */
import type { LineHealth } from '@cardwatch/contracts';
import type { Clock } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import type { DeviceWatch } from '../collect/state.step.ts';
import type { Reporter } from '../report/reporter.ts';
import { busStep, type BusWatch, newBusWatch } from './bus-watch.step.ts';

/** What is looked at of a line of `collect/line.ts`. */
export interface WatchedLine {
  readonly name: string;
  readonly units: ReadonlyMap<string, { readonly device: AgentDevice; readonly watch: Pick<DeviceWatch, 'failures'> }>;
}

export class LineWatch {
  readonly #reporter: Pick<Reporter, 'event'>;
  readonly #clock: Clock;
  readonly #watches = new Map<string, BusWatch>();

  constructor(reporter: Pick<Reporter, 'event'>, clock: Clock) {
    this.#reporter = reporter;
    this.#clock = clock;
  }

  /** Once a health period, with the rises of the counters over it. */
  look(line: WatchedLine, { requests, crcErrors }: Pick<LineHealth, 'requests' | 'crcErrors'>): void {
    const now = this.#clock.now();
    const units = [...line.units.values()];
    const stations = units.map(({ device, watch }) => ({
      deviceId: device.declaration.deviceId,
      answering: watch.failures < device.profile.health.offlineAfter,
    }));
    const [next, effects] = busStep(this.#watches.get(line.name) ?? newBusWatch, { stations, requests, crcErrors }, now);
    this.#watches.set(line.name, next);
    for (const { alarm, active, deviceId, detail } of effects) {
      const unit = units.find(({ device }) => device.declaration.deviceId === deviceId);
      if (unit === undefined) continue;
      this.#reporter.event({
        type: 'deviceAlarm',
        deviceId: unit.device.declaration.deviceId,
        alarm,
        active,
        detail,
        observedAt: now,
        recordedAt: now,
      });
    }
  }
}
