import { type Result, durationMs, epochMs, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, Observation, PointFailure, PollCapability, RawReading } from '../contract.ts';
import { clockText } from '../profile/clock-text.core.ts';
import { shanghaiFromEpoch } from '@cardwatch/kernel';
import type { OnvifClient } from './client.ts';
import { type Doors, findDoors } from './doors.ts';
import { doorReadings } from './messages.core.ts';
import type { OnvifProfile } from './model.ts';
import { requests } from './requests.core.ts';

export interface PollParts {
  readonly client: OnvifClient;
  readonly profile: OnvifProfile;
  readonly io: DriverIo;
  /** Configured door; undefined: the first. */
  readonly door: string | undefined;
}

/** Health of the device: does it answer, what is its clock, how does its door stand. */
export class OnvifPoll implements PollCapability {
  readonly tasks: PollCapability['tasks'];
  readonly #parts: PollParts;
  #doors: Doors | undefined;

  constructor(parts: PollParts) {
    this.#parts = parts;
    this.tasks = [{ name: 'live', periodMs: parts.profile.tasks.live.periodMs, yields: 'readings' }];
  }

  /** Known after the first poll that found the lists. */
  get doors(): Doors | undefined {
    return this.#doors;
  }

  async run(task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    if (task !== 'live') return err({ kind: 'unsupported', detail: `no task ${task}` });
    const { client, io } = this.#parts;
    const startedMs = io.clock.mono();
    const time = await client.clock(signal);
    if (!time.ok) return time;
    const rttMs = durationMs(io.clock.mono() - startedMs);
    const clock = { text: clockText(shanghaiFromEpoch(time.value.at)), at: epochMs(time.value.at), readAt: io.clock.now() };
    const door = await this.#door(signal);
    // Wrong credentials are no health: the device must not look well.
    if (!door.ok && (door.error.kind === 'unauthorised' || door.error.kind === 'closed')) return door;
    const readings = door.ok ? door.value : [];
    const failures: readonly PointFailure[] = door.ok ? [] : [{ points: this.#points(), failure: door.error }];
    return ok({ readings, records: [], failures, facts: { deviceClock: clock }, rttMs, more: false });
  }

  #points(): readonly string[] {
    return this.#parts.profile.points.map(({ name }) => name);
  }

  async #door(signal: AbortSignal): Promise<Result<readonly RawReading[], DriverFailure>> {
    const { client, door } = this.#parts;
    if (this.#doors === undefined) {
      const found = await findDoors(client, signal);
      if (!found.ok) return found;
      this.#doors = found.value;
    }
    const token = door ?? this.#doors.tokens[0];
    if (token === undefined) return ok([]);
    const answered = await client.call({ request: requests.doorState(token), signal });
    if (!answered.ok) return answered.error.kind === 'unsupported' ? ok([]) : answered;
    const known = new Set(this.#points());
    return ok(doorReadings(answered.value).filter(({ point }) => known.has(point)));
  }
}
