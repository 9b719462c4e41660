import { ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import { wireLineKey } from '../line/wire-links.ts';
import { meterLineSettings } from '../line/wire-profile.ts';
import { Cjt188Connection } from './connection.ts';
import { Meter } from './meter.ts';
import { Cjt188Profile } from './model.ts';
import { MeterSession } from './session.ts';

/** CJ/T 188-2004 water meters on a serial port or behind a transparent serial server, on one line with whatever else hangs there. */
export function cjt188Driver(lines: LinePool): Driver<Cjt188Connection, Cjt188Profile> {
  return {
    protocol: 'cjt188',
    connection: Cjt188Connection,
    profile: Cjt188Profile,
    lineKey: wireLineKey,
    open: (connection, profile, io) => {
      const settings = meterLineSettings(connection, profile.wire, connection.wire, io);
      if (!settings.ok) return Promise.resolve(settings);
      const share = lines.share(wireLineKey(connection), io);
      const closing = new AbortController();
      const parts = { line: share.line, settings: settings.value, io, closed: closing.signal };
      const meter = new Meter(parts, connection, profile);
      const session = new MeterSession(meter, profile, io, closing.signal);
      const close = (): Promise<void> => {
        closing.abort();
        return share.release();
      };
      const { command } = session;
      return Promise.resolve(
        ok({
          poll: session.poll,
          ...(command === undefined ? {} : { command }),
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
