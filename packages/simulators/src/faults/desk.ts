import { type CancelTimer, type Clock, err, ok, type Result } from '@cardwatch/kernel';
import { expectedOf, type FaultLabel, faultLimits, type FaultOrder, type FaultType, isCondition } from './fault.ts';

/** A fault as the desk knows it: the label and what was ordered. */
export interface Fault {
  readonly label: FaultLabel;
  readonly order: FaultOrder;
  readonly line: string | undefined;
}

export type FaultFailure =
  | { readonly kind: 'unknownTarget'; readonly target: string }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'tooMany'; readonly max: number };

/** What the desk acts upon: finds targets and performs the faults that happen once. */
export interface FaultTargets {
  devicesOf(order: FaultOrder): readonly string[] | undefined;
  lineOf(order: FaultOrder): string | undefined;
  /** Undefined when done, otherwise why this device cannot have this fault. */
  strike(deviceId: string, order: FaultOrder): string | undefined;
  told(label: FaultLabel): void;
}

const momentary: ReadonlySet<FaultType> = new Set(['clockStep', 'clockLost', 'ringOverrun', 'storeInit']);
const rebootMs = 3_000;

/** All faults, past and present. Lasting ones are asked for by device or line; momentary ones happen when they are ordered. */
export class FaultDesk {
  readonly #clock: Clock;
  readonly #targets: FaultTargets;
  readonly #active = new Map<string, { readonly fault: Fault; readonly cancel: CancelTimer | undefined }>();
  readonly #byDevice = new Map<string, Fault[]>();
  readonly #labels = new Map<string, FaultLabel>();
  #next = 1;

  constructor(clock: Clock, targets: FaultTargets) {
    this.#clock = clock;
    this.#targets = targets;
  }

  order(order: FaultOrder): Result<FaultLabel, FaultFailure> {
    const devices = this.#targets.devicesOf(order);
    if (devices === undefined) return err({ kind: 'unknownTarget', target: order.deviceId ?? order.line ?? '' });
    if (this.#active.size >= faultLimits.active || this.#labels.size >= faultLimits.labels)
      return err({ kind: 'tooMany', max: faultLimits.active });
    for (const deviceId of devices) {
      const refusal = this.#targets.strike(deviceId, order);
      if (refusal !== undefined) return err({ kind: 'unsupported', detail: refusal });
    }
    return ok(this.#open(order, devices));
  }

  /** Ends a lasting fault; false when there is no such active fault. */
  clear(id: string): boolean {
    const entry = this.#active.get(id);
    if (entry === undefined) return false;
    entry.cancel?.();
    this.#active.delete(id);
    this.#index();
    this.#tell({ ...entry.fault.label, end: this.#clock.now() });
    return true;
  }

  /** The newest active fault of a device that bears on its replies. */
  of(deviceId: string): Fault | undefined {
    return this.#byDevice.get(deviceId)?.at(-1);
  }

  floods(line: string): boolean {
    for (const { fault } of this.#active.values()) if (fault.order.type === 'flood' && fault.line === line) return true;
    return false;
  }

  labels(): readonly FaultLabel[] {
    return [...this.#labels.values()];
  }

  /** A label of an earlier run; `endRestored` ends the ones that were still open when that run ended. */
  restore(label: FaultLabel): void {
    this.#labels.set(label.id, label);
    this.#next = Math.max(this.#next, Number(label.id.slice(1)) + 1);
  }

  endRestored(): void {
    for (const label of this.labels())
      if (label.end === undefined && !this.#active.has(label.id)) this.#tell({ ...label, end: this.#clock.now() });
  }

  close(): void {
    for (const id of this.#active.keys()) this.clear(id);
  }

  #open(order: FaultOrder, devices: readonly string[]): FaultLabel {
    const start = this.#clock.now();
    const id = `f${this.#next++}`;
    const ends = momentary.has(order.type) ? { end: start } : {};
    const label: FaultLabel = { id, type: order.type, start, ...ends, devices: [...devices], expected: expectedOf[order.type] };
    if (!momentary.has(order.type)) this.#activate(label, order);
    this.#tell(label);
    return label;
  }

  #activate(label: FaultLabel, order: FaultOrder): void {
    const { id } = label;
    const durationMs = order.durationMs ?? (order.type === 'reboot' ? rebootMs : undefined);
    const cancel = durationMs === undefined ? undefined : this.#clock.after(durationMs, () => void this.clear(id));
    this.#active.set(id, { fault: { label, order, line: this.#targets.lineOf(order) }, cancel });
    this.#index();
  }

  #index(): void {
    this.#byDevice.clear();
    for (const { fault } of this.#active.values()) {
      if (fault.order.type === 'flood' || isCondition(fault.order.type)) continue;
      for (const deviceId of fault.label.devices) this.#byDevice.set(deviceId, [...(this.#byDevice.get(deviceId) ?? []), fault]);
    }
  }

  #tell(label: FaultLabel): void {
    this.#labels.set(label.id, label);
    this.#targets.told(label);
  }
}
