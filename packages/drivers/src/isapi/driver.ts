import { type Random, ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import { digestHash } from '../shell/digest-hash.ts';
import { DigestClient } from '../web/digest-client.ts';
import { DigestGuard } from '../web/digest-guard.ts';
import { parseXmlBytes } from '../web/xml-bytes.core.ts';
import { IsapiConnection, originOf, lineKey } from './connection.ts';
import { lockedForMs } from './health.core.ts';
import { IsapiProfile } from './model.ts';
import { PushHub } from './push-hub.ts';
import { IsapiSession } from './session.ts';

/** Hikvision access terminals by ISAPI. */
export function isapiDriver(random: Random): Driver<IsapiConnection, IsapiProfile> {
  const guard = new DigestGuard();
  const hub = new PushHub();
  return {
    protocol: 'isapi',
    connection: IsapiConnection,
    profile: IsapiProfile,
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
        lockedForMs: (body) => {
          const parsed = parseXmlBytes(body);
          return parsed.ok ? lockedForMs(parsed.value.root) : 0;
        },
      });
      return ok(new IsapiSession({ connection, profile, client, origin, hub, io, random }));
    },
  };
}
