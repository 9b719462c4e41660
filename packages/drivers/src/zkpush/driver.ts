import { type Random, ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import { ZkConnection, lineKey } from './connection.ts';
import { ZkGate } from './gate.ts';
import { ZkHubs } from './hub.ts';
import { ZkProfile } from './model.ts';

const silenceMs = { least: 20_000, delays: 2.4 } as const;

/** Silence after which a terminal counts as gone: two of its own periods and a little, not less than 20 s. */
export const silentAfterMs = ({ options }: Pick<ZkProfile, 'options'>): number =>
  Math.max(silenceMs.least, silenceMs.delays * options.delayS * 1_000);

const registryCode = (random: Random): string =>
  Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16)).join('');

/** ZKTeco push terminals: they dial in, so one port serves all that are configured for it. */
export function zkDriver(random: Random): Driver<ZkConnection, ZkProfile> {
  const hubs = new ZkHubs();
  return {
    protocol: 'zkpush',
    connection: ZkConnection,
    profile: ZkProfile,
    lineKey,
    open: async (connection, profile, io) => {
      const gate = new ZkGate({ connection, profile, io, registryCode: registryCode(random) });
      const shared = await hubs.share(connection, io, gate);
      if (!shared.ok) return shared;
      let closed = false;
      const close = async (): Promise<void> => {
        if (closed) return;
        closed = true;
        gate.stop();
        await hubs.release(connection, shared.value);
      };
      return ok({
        listen: {
          silentAfterMs: silentAfterMs(profile),
          start: (sink) => gate.start(sink, () => shared.value.refused),
        },
        identify: () => Promise.resolve(ok(gate.identity)),
        close,
      });
    },
  };
}
