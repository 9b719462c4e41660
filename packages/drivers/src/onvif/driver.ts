import { type Random, type Result, ok } from '@cardwatch/kernel';
import type { DeviceIdentity, Driver, DriverFailure } from '../contract.ts';
import { digestHash } from '../shell/digest-hash.ts';
import { DigestClient } from '../web/digest-client.ts';
import { DigestGuard } from '../web/digest-guard.ts';
import { type ClientParts, OnvifClient } from './client.ts';
import { OnvifConnection, lineKey, originOf } from './connection.ts';
import { informationOf } from './information.ts';
import type { OnvifLibrary } from './library.ts';
import { type DeviceInformation } from './messages.core.ts';
import { OnvifProfile } from './model.ts';
import { OnvifPoll } from './poll.ts';
import { PullPoint } from './pull-point.ts';

export interface OnvifDriverParts {
  readonly random: Random;
  /** Imported at the first question for device information. */
  readonly library: () => Promise<OnvifLibrary>;
}

/** ONVIF door devices. Read only: there is no call in it that opens, sets or restarts anything. */
export function onvifDriver({ random, library }: OnvifDriverParts): Driver<OnvifConnection, OnvifProfile> {
  const guard = new DigestGuard();
  return {
    protocol: 'onvif',
    connection: OnvifConnection,
    profile: OnvifProfile,
    lineKey,
    open: async (connection, profile, io) => {
      const closed = new AbortController();
      const client = clientFor(connection, { random, guard, io, closed: closed.signal });
      const { door, accessPoints: directions } = connection;
      const poll = new OnvifPoll({ client, profile, io, door });
      const listen = new PullPoint({ client, profile, io, random, door, directions, doors: () => poll.doors });
      let closing: Promise<void> | undefined;
      return ok({
        poll,
        listen,
        identify: async (signal) => {
          const either = AbortSignal.any([signal, closed.signal]);
          return identityOf(await informationOf({ connection, client, library, signal: either }));
        },
        close: () => (closing ??= listen.close().finally(() => closed.abort())),
      });
    },
  };
}

function clientFor(
  connection: OnvifConnection,
  { random, guard, io, closed }: Omit<ClientParts, 'connection' | 'account' | 'logins'>,
): OnvifClient {
  const { credentials } = connection;
  const device = originOf(connection);
  const account =
    credentials === undefined ? device : digestHash('SHA-256', JSON.stringify([device, credentials.user, credentials.password]));
  const login = (): DigestClient | undefined =>
    credentials === undefined ? undefined : new DigestClient({ io, hash: digestHash, random, guard, credentials, device });
  const [asking, pulling] = [login(), login()];
  const logins = asking === undefined || pulling === undefined ? undefined : { asking, pulling };
  return new OnvifClient({ connection, io, random, guard, account, logins, closed });
}

function identityOf(information: Result<DeviceInformation, DriverFailure>): Result<DeviceIdentity, DriverFailure> {
  if (!information.ok) return information;
  const { serial, manufacturer, model, firmware } = information.value;
  // Some devices leave their serial number empty: then what they are is all there is to recognise them by.
  const recognised = serial ?? [manufacturer, model].filter((part) => part !== undefined).join(' ');
  if (recognised === '') return { ok: false, error: { kind: 'unsupported', detail: 'the device does not say who it is' } };
  return ok({
    serial: recognised,
    ...(model === undefined ? {} : { model }),
    ...(firmware === undefined ? {} : { firmware }),
  });
}
