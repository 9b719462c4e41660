import { type Result, durationMs, err, ok, shanghaiFromEpoch } from '@cardwatch/kernel';
import type {
  CommandCapability,
  DeviceFacts,
  DriverFailure,
  DriverIo,
  Observation,
  PointFailure,
  PollCapability,
  RawDeviceAlarm,
  RawReading,
  RawValue,
} from '../contract.ts';
import { clockFromText, clockText } from '../profile/clock-text.core.ts';
import { type Status, clockOf, hexUpper, litresOf, statusOf } from './data.core.ts';
import type { Meter, MeterRead } from './meter.ts';
import type { Cjt188Profile, Source } from './model.ts';
import { type MeterEvent, type MeterWatch, meterStep, newMeterWatch } from './watch.step.ts';

/** State is asked for this often while the motor runs, ms. */
const valvePollMs = 2_000;
/** Alarms that wait to be taken over; the oldest go first. */
const alarmsMax = 64;

/** Polls one meter, drives its valve when told to, and watches its health. */
export class MeterSession {
  readonly #meter: Meter;
  readonly #profile: Cjt188Profile;
  readonly #io: DriverIo;
  readonly #closed: AbortSignal;
  #watch: MeterWatch = newMeterWatch;
  /** Alarms that are not yet in anybody's journal: told with each poll until they are. */
  #waiting: readonly RawDeviceAlarm[] = [];

  constructor(meter: Meter, profile: Cjt188Profile, io: DriverIo, closed: AbortSignal) {
    this.#meter = meter;
    this.#profile = profile;
    this.#io = io;
    this.#closed = closed;
  }

  get poll(): PollCapability {
    const tasks = [{ name: 'live', periodMs: this.#profile.tasks.live.periodMs, yields: 'readings' as const }];
    return {
      tasks,
      run: (task, signal) =>
        task === 'live' ? this.#observe(signal) : Promise.resolve(err({ kind: 'unsupported', detail: `no task ${task}` })),
    };
  }

  get command(): CommandCapability | undefined {
    const { valve } = this.#profile;
    if (valve === undefined) return undefined;
    return {
      names: ['valveOpen', 'valveClose'],
      run: (name, signal) => {
        if (name === 'valveOpen') return this.#drive({ valve: 'open', byte: valve.open, motorMs: valve.motorMs }, signal);
        if (name === 'valveClose') return this.#drive({ valve: 'closed', byte: valve.close, motorMs: valve.motorMs }, signal);
        return Promise.resolve(err({ kind: 'unsupported', detail: `no command ${name}` }));
      },
    };
  }

  async #observe(signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    const read = await this.#meter.metering(signal);
    if (!read.ok) return read;
    const { readings, failures } = this.#readings(read.value);
    this.#tell(this.#judge(read.value));
    const events = this.#waiting;
    return ok({
      readings,
      records: [],
      events,
      failures,
      facts: this.#facts(read.value),
      rttMs: durationMs(read.value.rttMs),
      more: false,
      ...(events.length === 0 ? {} : { confirm: () => this.#kept(events) }),
    });
  }

  #tell(alarms: readonly RawDeviceAlarm[]): void {
    this.#waiting = [...this.#waiting, ...alarms].slice(-alarmsMax);
  }

  /** They are in the journal: nothing of this goes over the wire. */
  #kept(events: readonly RawDeviceAlarm[]): Promise<Result<void, DriverFailure>> {
    this.#waiting = this.#waiting.filter((event) => !events.includes(event));
    return Promise.resolve(ok(undefined));
  }

  #readings({ metering }: MeterRead): { readonly readings: RawReading[]; readonly failures: PointFailure[] } {
    const readings: RawReading[] = [];
    const failures: PointFailure[] = [];
    const status = statusOf(metering.status, this.#profile.statusBitOrder);
    for (const { name, read } of this.#profile.points) {
      const value = valueOf(read.from, metering, status);
      if (value.ok) readings.push({ point: name, raw: value.value });
      else
        failures.push({
          points: [name],
          failure: { kind: 'malformed', detail: value.error, frameHex: hexUpper(metering.volume) },
        });
    }
    return { readings, failures };
  }

  #facts({ metering }: MeterRead): DeviceFacts {
    const clock = clockOf(metering.clock, this.#profile.clockOrder);
    if (clock.kind === 'none') return {};
    return { deviceClock: { text: clock.text, at: clockFromText(clock.text), readAt: this.#io.clock.now() } };
  }

  /** Alarms that begin or end with this reading. */
  #judge({ metering }: MeterRead): RawDeviceAlarm[] {
    const litres = litresOf(metering.volume);
    const { valve, batteryLow } = statusOf(metering.status, this.#profile.statusBitOrder);
    return this.#step({
      type: 'read',
      litres: litres.ok ? litres.value : undefined,
      valve: this.#profile.valve === undefined ? 'unknown' : valve,
      batteryLow,
      leakLitres: this.#profile.watch.leakLitres,
    });
  }

  #step(event: MeterEvent): RawDeviceAlarm[] {
    const now = this.#io.clock.now();
    const [next, effects] = meterStep(this.#watch, event, now);
    this.#watch = next;
    const observedText = clockText(shanghaiFromEpoch(now));
    return effects.map(({ alarm, active, detail }) => ({
      type: 'deviceAlarm',
      alarm,
      active,
      detail,
      observedText,
      observedAt: now,
    }));
  }

  /**
   * Sends the command once. A lost reply is not a refusal: the state tells. `done` when ST shows it within the motor's time, `taken` when the meter said
   * yes and ST does not show it, a failure when it neither answered nor moved.
   */
  async #drive(
    order: { readonly valve: 'open' | 'closed'; readonly byte: number; readonly motorMs: number },
    signal: AbortSignal,
  ): Promise<Result<{ readonly outcome: 'done' | 'taken'; readonly detail: string }, DriverFailure>> {
    const { clock } = this.#io;
    this.#step({ type: 'ordered', valve: order.valve, motorMs: order.motorMs });
    const sentAtMs = clock.mono();
    const sent = await this.#meter.driveValve(order.byte, signal);
    const unheard = !sent.ok && (sent.error.kind === 'timeout' || sent.error.kind === 'malformed');
    if (!sent.ok && !unheard) return sent;
    let last = 'ST was not read';
    while (clock.mono() - sentAtMs < order.motorMs && !signal.aborted && !this.#closed.aborted) {
      await this.#wait(Math.min(valvePollMs, order.motorMs), signal);
      const read = await this.#meter.metering(signal);
      if (!read.ok) continue;
      this.#tell(this.#judge(read.value));
      const { valve } = statusOf(read.value.metering.status, this.#profile.statusBitOrder);
      const seconds = ((clock.mono() - sentAtMs) / 1_000).toFixed(1);
      if (valve === order.valve) return ok({ outcome: 'done', detail: `ST shows ${valve} after ${seconds} s` });
      last = `ST shows ${valve} after ${seconds} s`;
    }
    if (!sent.ok) return sent;
    return ok({ outcome: 'taken', detail: last });
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        this.#closed.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#io.clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
      this.#closed.addEventListener('abort', end, { once: true });
    });
  }
}

function valueOf(from: Source, metering: MeterRead['metering'], status: Status): Result<RawValue, string> {
  switch (from) {
    case 'volume':
      return litresOf(metering.volume);
    case 'settlementVolume':
      return litresOf(metering.settlement);
    case 'valve':
      return ok(status.valve);
    case 'batteryLow':
      return ok(status.batteryLow);
    case 'vendorStatus':
      return ok(status.vendor);
  }
}
