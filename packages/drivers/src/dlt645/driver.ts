import { type Result, durationMs, err, ok, toHex } from '@cardwatch/kernel';
import type { Driver, DriverFailure, Observation, PointFailure, PollCapability, RawReading } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import { wireLineKey } from '../line/wire-links.ts';
import { meterLineSettings } from '../line/wire-profile.ts';
import { Dlt645Connection } from './connection.ts';
import { valueOf } from './exchange.core.ts';
import { Meter } from './meter.ts';
import { Dlt645Profile } from './model.ts';

/** DL/T 645-2007 electricity meters on a serial port or behind a transparent serial server. */
export function dlt645Driver(lines: LinePool): Driver<Dlt645Connection, Dlt645Profile> {
  return {
    protocol: 'dlt645',
    connection: Dlt645Connection,
    profile: Dlt645Profile,
    lineKey: wireLineKey,
    open: (connection, profile, io) => {
      const settings = meterLineSettings(connection, profile.wire, connection.wire, io);
      if (!settings.ok) return Promise.resolve(settings);
      const share = lines.share(wireLineKey(connection), io);
      const closing = new AbortController();
      const meter = new Meter({ line: share.line, settings: settings.value, io, closed: closing.signal }, connection, profile);
      const close = (): Promise<void> => {
        closing.abort();
        return share.release();
      };
      return Promise.resolve(
        ok({
          poll: pollOf(meter, profile),
          identify: async (signal) => {
            const address = await meter.address(signal);
            return address.ok ? ok({ serial: address.value }) : address;
          },
          line: share.line.counters,
          close,
        }),
      );
    },
  };
}

function pollOf(meter: Meter, profile: Dlt645Profile): PollCapability {
  return {
    tasks: [{ name: 'live', periodMs: profile.tasks.live.periodMs, yields: 'readings' }],
    run: (task, signal) =>
      task === 'live'
        ? observe(meter, profile, signal)
        : Promise.resolve(err({ kind: 'unsupported', detail: `no task ${task}` })),
  };
}

/** One identifier after the other; one that is refused never hides the others. Fails when the meter answered none. */
async function observe(meter: Meter, profile: Dlt645Profile, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
  const readings: RawReading[] = [];
  const failures: PointFailure[] = [];
  let rttMs = 0;
  let answered = 0;
  for (const di of new Set(profile.points.map(({ read }) => read.di))) {
    const points = profile.points.filter(({ read }) => read.di === di);
    const block = await meter.block(di, signal);
    if (!block.ok) {
      failures.push({ points: points.map(({ name }) => name), failure: block.error });
      if (block.error.kind === 'refused' || block.error.kind === 'unauthorised') answered++;
      else if (answered === 0) return block;
      continue;
    }
    answered++;
    rttMs = block.value.rttMs;
    for (const { name, read } of points) {
      const value = valueOf(block.value.content, read);
      if (value.ok) readings.push({ point: name, raw: value.value });
      else
        failures.push({
          points: [name],
          failure: { kind: 'malformed', detail: value.error, frameHex: toHex(block.value.content.subarray(0, 16)) },
        });
    }
  }
  return ok({ readings, records: [], failures, facts: {}, rttMs: durationMs(rttMs), more: false });
}
