import { ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import { Bursts } from './bursts.ts';
import { PingConnection, lineKey } from './connection.ts';
import { PingProfile } from './model.ts';
import { pingPoll } from './session.ts';

/** Whether a host is there and how well it is reached, by the programs of the system. */
export function pingDriver(lines: LinePool): Driver<PingConnection, PingProfile> {
  const bursts = new Bursts();
  return {
    protocol: 'ping',
    connection: PingConnection,
    profile: PingProfile,
    lineKey,
    open: (connection, profile, io) =>
      Promise.resolve(
        ok({ poll: pingPoll(connection, profile, { bursts, lines }, io), close: (): Promise<void> => Promise.resolve() }),
      ),
  };
}
