/** An uninterruptible power supply after RFC 1628, and a serial server that tells little more than its uptime. */
import { type Cell, gauge, integer, systemCells, text } from './cell.core.ts';
import { type Managed, Uptime, type UptimeSnapshot } from './managed.core.ts';

const ups = '1.3.6.1.2.1.33.1';
const batteryMinutes = 42;

export class PowerSupply implements Managed {
  readonly deviceId: string;
  readonly faultTypes = ['powerCut', 'bypass', 'batteryLow', 'restart', 'uptimeWrap'] as const;
  readonly #name: string;
  readonly #uptime: Uptime;
  #cutAtMs: number | undefined;
  #bypass = false;
  #low = false;

  constructor({ deviceId, name }: { readonly deviceId: string; readonly name: string }, nowMs: number, restored: UptimeSnapshot) {
    this.deviceId = deviceId;
    this.#name = name;
    this.#uptime = new Uptime(nowMs, restored);
  }

  cells(nowMs: number): readonly Cell[] {
    const onBatteryS = this.#cutAtMs === undefined ? 0 : Math.floor((nowMs - this.#cutAtMs) / 1_000);
    const minutes = Math.max(0, (this.#low ? 3 : batteryMinutes) - Math.floor(onBatteryS / 60));
    const status = minutes === 0 ? 4 : minutes < 5 ? 3 : 2;
    const source = this.#cutAtMs !== undefined ? 5 : this.#bypass ? 4 : 3;
    return [
      ...systemOf(this.#name, 'Cardwatch simulated UPS', this.#uptime, nowMs),
      text(`${ups}.1.1.0`, 'Cardwatch'),
      text(`${ups}.1.2.0`, 'Simulated 3000'),
      text(`${ups}.1.3.0`, '1.0'),
      integer(`${ups}.2.1.0`, status),
      integer(`${ups}.2.2.0`, onBatteryS),
      integer(`${ups}.2.3.0`, minutes),
      integer(`${ups}.2.4.0`, Math.round((100 * minutes) / batteryMinutes)),
      integer(`${ups}.2.7.0`, 25),
      integer(`${ups}.4.1.0`, source),
      integer(`${ups}.4.4.1.5.1`, 31),
    ];
  }

  strike(type: string, _no: number | undefined, nowMs: number): string | undefined {
    if (type === 'powerCut') this.#cutAtMs ??= nowMs;
    else if (type === 'bypass') this.#bypass = true;
    else if (type === 'batteryLow') this.#low = true;
    else return clockFault(type, this.#uptime, nowMs, 'UPS');
    return undefined;
  }

  heal(type: string): void {
    if (type === 'powerCut') this.#cutAtMs = undefined;
    if (type === 'bypass') this.#bypass = false;
    if (type === 'batteryLow') this.#low = false;
  }

  snapshot(nowMs: number): UptimeSnapshot {
    return this.#uptime.snapshot(nowMs);
  }
}

export class SerialServer implements Managed {
  readonly deviceId: string;
  readonly faultTypes = ['restart', 'uptimeWrap'] as const;
  readonly #name: string;
  readonly #uptime: Uptime;

  constructor({ deviceId, name }: { readonly deviceId: string; readonly name: string }, nowMs: number, restored: UptimeSnapshot) {
    this.deviceId = deviceId;
    this.#name = name;
    this.#uptime = new Uptime(nowMs, restored);
  }

  cells(nowMs: number): readonly Cell[] {
    return [
      ...systemOf(this.#name, 'Cardwatch simulated serial server, 4 ports', this.#uptime, nowMs),
      gauge('1.3.6.1.2.1.6.9.0', 1),
    ];
  }

  strike(type: string, _no: number | undefined, nowMs: number): string | undefined {
    return clockFault(type, this.#uptime, nowMs, 'serial server');
  }

  heal(): void {
    // Its faults are over when they struck.
  }

  snapshot(nowMs: number): UptimeSnapshot {
    return this.#uptime.snapshot(nowMs);
  }
}

const systemOf = (name: string, description: string, uptime: Uptime, nowMs: number): readonly Cell[] =>
  systemCells({ name, description, upMs: uptime.upMs(nowMs), boots: uptime.boots, bootedMs: uptime.bootedMs(nowMs) });

function clockFault(type: string, uptime: Uptime, nowMs: number, what: string): string | undefined {
  if (type === 'restart') uptime.restart(nowMs);
  else if (type === 'uptimeWrap') uptime.nearWrap(nowMs, 5_000);
  else return `a ${what} has no fault ${type}`;
  return undefined;
}
