import { type Random, fromHex, ok } from '@cardwatch/kernel';
import type { Driver, DriverIo, ListenCapability } from '../contract.ts';
import type { AnswerMac } from './answer.core.ts';
import { Iso8583Connection, lineKey } from './connection.ts';
import { Desk } from './desk.ts';
import { HubPool } from './hub.ts';
import type { BlockCipher } from './mac.core.ts';
import { Iso8583Profile, codingOf } from './model.ts';

/** Canteen POS that dial in and speak ISO 8583: a front end that answers them, or a relay to their card centre. */
export function iso8583Driver(random: Random, cipher: BlockCipher): Driver<Iso8583Connection, Iso8583Profile> {
  const hubs = new HubPool();
  return {
    protocol: 'iso8583',
    connection: Iso8583Connection,
    profile: Iso8583Profile,
    lineKey,
    open: async (connection, profile, io) => {
      const mac = macFor(connection, profile, cipher);
      if (mac === 'missing')
        return {
          ok: false,
          error: { kind: 'unauthorised', detail: 'the profile asks for a MAC and the credentials hold no key' },
        };
      const desk = new Desk({ ...deskParts(connection, profile, io), mac, random });
      const share = hubs.share(lineKey(connection), connection, io);
      const attached = share.hub.attach(desk);
      const opened = attached.ok ? await share.hub.listen() : attached;
      const close = async (): Promise<void> => {
        desk.stop();
        share.hub.detach(desk);
        await share.release();
      };
      if (!opened.ok) {
        await close();
        return opened;
      }
      return ok({ listen: listenOf(desk, connection), line: share.hub.counters, close });
    },
  };
}

const listenOf = (desk: Desk, { silentAfterMs }: Iso8583Connection): ListenCapability => ({
  silentAfterMs,
  start: (sink, resume) => desk.start(sink, resume),
});

const deskParts = ({ terminal, merchant }: Iso8583Connection, profile: Iso8583Profile, io: DriverIo) => ({
  profile,
  terminal,
  merchant,
  coding: codingOf(profile.dialect),
  clock: io.clock,
  now: () => io.clock.now(),
  log: io.log,
  trace: (way: 'sent' | 'received', hex: string) => io.trace?.({ way, at: io.clock.now(), hex }),
});

/** A front end that must check MACs needs a key; a relay only looks on. */
function macFor(
  { mode, terminal, credentials }: Iso8583Connection,
  { dialect }: Iso8583Profile,
  cipher: BlockCipher,
): AnswerMac | undefined | 'missing' {
  const { algorithm, required } = dialect.mac;
  if (algorithm === 'none') return undefined;
  const hex = credentials?.terminals[terminal.trim()] ?? credentials?.macKey;
  const key = hex === undefined ? undefined : fromHex(hex);
  if (key !== undefined) return { key, algorithm, cipher };
  return mode === 'frontEnd' && required ? 'missing' : undefined;
}
