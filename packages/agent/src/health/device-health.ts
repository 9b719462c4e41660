/** What a device's readings and records tell of its health, told as alarms of the device. */
import type { Reading } from '@cardwatch/contracts';
import type { RawRecord } from '@cardwatch/drivers';
import type { Clock } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import { kindOf } from '../normalise/normalise.core.ts';
import type { Reporter } from '../report/reporter.ts';
import { newShowerWatch, type ShowerEvent, showerStep, type ShowerWatch } from './shower-watch.step.ts';

export class DeviceHealth {
  readonly #device: AgentDevice;
  readonly #parts: { readonly reporter: Pick<Reporter, 'event'>; readonly clock: Clock };
  #watch: ShowerWatch = newShowerWatch;

  constructor(device: AgentDevice, parts: { readonly reporter: Pick<Reporter, 'event'>; readonly clock: Clock }) {
    this.#device = device;
    this.#parts = parts;
  }

  read(readings: readonly Reading[]): void {
    if (this.#device.profile.kind !== 'shower') return;
    const values = new Map(readings.flatMap(({ point, value }) => (typeof value === 'boolean' ? [[point, value] as const] : [])));
    this.#step({ type: 'points', values, unreleasedAfterMs: this.#device.profile.health.unreleasedAfterMs });
  }

  /** Records that are in our custody, in the device's order. */
  took(records: readonly RawRecord[]): void {
    const meaning = this.#device.profile.records;
    if (meaning === undefined || this.#device.profile.kind !== 'shower') return;
    for (const { fields } of records) {
      const sessionRef = fields?.['sessionRef'];
      const kind = fields === undefined ? undefined : kindOf(fields['kindMark'], meaning);
      if (kind !== undefined && typeof sessionRef === 'number') this.#step({ type: 'record', kind, sessionRef });
    }
  }

  #step(event: ShowerEvent): void {
    const { clock, reporter } = this.#parts;
    const now = clock.now();
    const [next, effects] = showerStep(this.#watch, event, now);
    this.#watch = next;
    const { deviceId } = this.#device.declaration;
    for (const { alarm, active, detail } of effects)
      reporter.event({ type: 'deviceAlarm', deviceId, alarm, active, detail, observedAt: now, recordedAt: now });
  }
}
