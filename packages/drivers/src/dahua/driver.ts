import { type Random, ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import { digestHash } from '../shell/digest-hash.ts';
import { DigestClient } from '../web/digest-client.ts';
import { DigestGuard } from '../web/digest-guard.ts';
import { DahuaConnection, originOf, lineKey } from './connection.ts';
import { DahuaProfile } from './model.ts';
import { DahuaSession } from './session.ts';

/** Dahua access terminals by CGI. */
export function dahuaDriver(random: Random): Driver<DahuaConnection, DahuaProfile> {
  const guard = new DigestGuard();
  return {
    protocol: 'dahua',
    connection: DahuaConnection,
    profile: DahuaProfile,
    lineKey,
    open: async (connection, profile, io) => {
      const origin = originOf(connection);
      const client = new DigestClient({
        io,
        hash: digestHash,
        random,
        guard,
        credentials: connection.credentials,
        device: origin,
      });
      return ok(new DahuaSession({ connection, profile, client, origin, io, random }));
    },
  };
}
