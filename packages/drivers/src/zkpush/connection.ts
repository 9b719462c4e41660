import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

/** Serial numbers of terminals: nothing that could be a path, a separator or markup. */
export const serialNumber = /^[A-Za-z0-9_-]{4,32}$/;

const link = {
  kind: z.literal('zkpush'),
  /** Where the terminals post to: one port for all of this link. */
  listen: z.strictObject({ host: z.union([z.ipv4(), z.ipv6()]), port: z.int().min(0).max(65_535) }),
  connectionsMax: z.int().min(1).max(1_024).default(128),
  /** Largest body, bytes. Terminals cut their batches to what fits. */
  bodyBytesMax: z
    .int()
    .min(4_096)
    .max(4 * 1024 * 1024)
    .default(1024 * 1024),
};

const device = {
  serial: z.string().regex(serialNumber),
  /** The one address that this terminal may post from; the protocol has no other proof of who it is. */
  source: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Which way this terminal lets people through; where it is told, the record's own mark is not used. */
  direction: z.enum(['in', 'out']).optional(),
};

/** How a ZKTeco push terminal reaches us. */
export const ZkConnection = z.strictObject({ ...link, ...device });
export type ZkConnection = z.infer<typeof ZkConnection>;

export const zkLinks: Readonly<Record<'zkpush', LinkShape>> = {
  zkpush: { link: z.strictObject(link), device: z.strictObject(device) },
};

/** Terminals that post to one port share its server. */
export const lineKey = ({ listen }: Pick<ZkConnection, 'listen'>): string => `zkpush:${listen.host}:${listen.port}`;
