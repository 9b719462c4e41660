import { ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import { FramedConnection, lineKey } from './connection.ts';
import { Exchange } from './exchange.ts';
import { FramedProfile } from './model.ts';
import { framedIdentify, framedPoll } from './session.ts';

/** Poll-collect terminals of any make, by profile: on a serial port, behind a transparent serial server, or by TCP. */
export function framedDriver(lines: LinePool): Driver<FramedConnection, FramedProfile> {
  return {
    protocol: 'framed',
    connection: FramedConnection,
    profile: FramedProfile,
    lineKey,
    open: (connection, profile, io) => {
      const share = lines.share(lineKey(connection), io);
      const closing = new AbortController();
      const exchange = new Exchange({ connection, profile, line: share.line, io, closed: closing.signal });
      const identify = framedIdentify(profile, exchange);
      const close = (): Promise<void> => {
        closing.abort();
        return share.release();
      };
      return Promise.resolve(
        ok({
          poll: framedPoll(profile, exchange, io),
          line: share.line.counters,
          close,
          ...(identify === undefined ? {} : { identify }),
        }),
      );
    },
  };
}
