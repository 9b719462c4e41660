/** Traces of devices for a person who looks: what went over the wire, in memory only, and ended by itself. */
import { type CancelTimer, type Clock, err, ok, minuteMs, type Result } from '@cardwatch/kernel';
import type { DriverIo, TraceFrame } from '@cardwatch/drivers';

export const traceLimits = {
  /** Devices at once. */
  devices: 8,
  /** Frames kept of each; the oldest go. */
  frames: 500,
  /** Characters kept of one frame. */
  chars: 2_048,
  minutes: 10,
  /** What was seen is forgotten this long after the end. */
  keptMs: 10 * minuteMs,
} as const;

/** `n` counts from 1 over the life of a trace. */
export interface NumberedFrame extends TraceFrame {
  readonly n: number;
}

export interface TraceView {
  readonly deviceId: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly running: boolean;
  /** Frames seen so far, also those that were dropped. */
  readonly seen: number;
  readonly frames: readonly NumberedFrame[];
}

interface Trace {
  readonly deviceId: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly sink: (frame: TraceFrame) => void;
  running: boolean;
  seen: number;
  readonly frames: NumberedFrame[];
  cancel: CancelTimer;
}

export class TraceBook {
  readonly #clock: Clock;
  readonly #traces = new Map<string, Trace>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The io of one device: its `trace` is there while a trace of the device runs. */
  ioOf(io: DriverIo, deviceId: string): DriverIo {
    const sinkOf = (): DriverIo['trace'] => this.#sinkOf(deviceId);
    return Object.defineProperty({ ...io }, 'trace', { get: sinkOf, enumerable: true });
  }

  /** Begins anew when one runs already. Refused when too many run. */
  start(deviceId: string, minutes: number): Result<TraceView, { readonly kind: 'tooMany'; readonly limit: number }> {
    this.stop(deviceId);
    this.#traces.delete(deviceId);
    const running = [...this.#traces.values()].filter((each) => each.running).length;
    if (running >= traceLimits.devices) return err({ kind: 'tooMany', limit: traceLimits.devices });
    const ms = Math.min(Math.max(minutes, 1 / 60), traceLimits.minutes) * minuteMs;
    const startedAt = this.#clock.now();
    const trace: Trace = {
      deviceId,
      startedAt,
      endsAt: startedAt + ms,
      sink: (frame) => keep(trace, frame),
      running: true,
      seen: 0,
      frames: [],
      cancel: this.#clock.after(ms, () => this.stop(deviceId)),
    };
    this.#traces.set(deviceId, trace);
    return ok(viewOf(trace, 0));
  }

  /** Ends a trace; what it saw stays for a while. */
  stop(deviceId: string): void {
    const trace = this.#traces.get(deviceId);
    if (trace?.running !== true) return;
    trace.running = false;
    trace.cancel();
    trace.cancel = this.#clock.after(traceLimits.keptMs, () => {
      if (this.#traces.get(deviceId) === trace) this.#traces.delete(deviceId);
    });
  }

  /** Frames after number `after`; undefined when the device was not traced lately. */
  view(deviceId: string, after = 0): TraceView | undefined {
    const trace = this.#traces.get(deviceId);
    return trace === undefined ? undefined : viewOf(trace, after);
  }

  /** All traces, without their frames. */
  list(): readonly TraceView[] {
    return [...this.#traces.values()].map((trace) => viewOf(trace, Number.POSITIVE_INFINITY));
  }

  close(): void {
    for (const trace of this.#traces.values()) trace.cancel();
    this.#traces.clear();
  }

  #sinkOf(deviceId: string): DriverIo['trace'] {
    const trace = this.#traces.get(deviceId);
    return trace?.running === true ? trace.sink : undefined;
  }
}

function keep(trace: Trace, { way, at, hex, text, note }: TraceFrame): void {
  if (!trace.running) return;
  trace.seen++;
  const cut = (value: string): string =>
    value.length > traceLimits.chars ? `${value.slice(0, traceLimits.chars)}…(${value.length})` : value;
  trace.frames.push({
    n: trace.seen,
    way,
    at,
    ...(hex === undefined ? {} : { hex: cut(hex) }),
    ...(text === undefined ? {} : { text: cut(text) }),
    ...(note === undefined ? {} : { note: cut(note) }),
  });
  if (trace.frames.length > traceLimits.frames) trace.frames.shift();
}

const viewOf = ({ deviceId, startedAt, endsAt, running, seen, frames }: Trace, after: number): TraceView => ({
  deviceId,
  startedAt,
  endsAt,
  running,
  seen,
  frames: frames.filter(({ n }) => n > after),
});
