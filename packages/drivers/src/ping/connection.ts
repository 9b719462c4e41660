import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const link = {
  kind: z.literal('ping'),
  /** `auto`: fping, and ping where it is not installed. */
  program: z.enum(['auto', 'fping', 'ping']).default('auto'),
};

const device = {
  /** An address, never a name: it goes to a program of the system. */
  host: z.union([z.ipv4(), z.ipv6()]),
  /** A connection to this port is tried beside the echoes; refused is alive too. */
  tcpPort: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('除回显外另试连接的 TCP 端口 TCP port that is tried beside the echoes; refused is alive too'),
};

export const PingConnection = z.strictObject({ ...link, ...device });
export type PingConnection = z.infer<typeof PingConnection>;

export const pingLinks: Readonly<Record<'ping', LinkShape>> = {
  ping: { link: z.strictObject(link), device: z.strictObject(device) },
};

/** Hosts do not wait for one another; their bursts are sent together. */
export const lineKey = ({ host }: PingConnection): string => `ping:${host}`;
