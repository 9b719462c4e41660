import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const printable = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x20-\x7e]+$/);
const direction = z.enum(['in', 'out', 'unknown']);

const link = {
  kind: z.literal('dahua'),
  scheme: z.enum(['http', 'https']).default('http'),
  /** Left out: 80 or 443, by the scheme. */
  port: z.int().min(1).max(65_535).optional(),
  /** PEM of the device's own certificate or of its issuer. */
  caPem: z.string().max(16_384).optional(),
  /** From sending a request to the last byte of the reply. */
  deadlineMs: z.int().min(200).max(60_000).default(4_000),
};

const device = {
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/),
  /** Where the record says neither Entry nor Exit. */
  direction: direction.default('unknown'),
  /** By ReaderID; it wins over what the record says. */
  readers: z.record(z.string().regex(/^[A-Za-z0-9]{1,8}$/), direction).default({}),
};

export const DahuaCredentials = z.strictObject({ user: printable, password: printable });

/** How to reach a terminal. */
export const DahuaConnection = z.strictObject({ ...link, ...device, credentials: DahuaCredentials });
export type DahuaConnection = z.infer<typeof DahuaConnection>;

export const dahuaLinks: Readonly<Record<'dahua', LinkShape>> = {
  dahua: { link: z.strictObject(link), device: z.strictObject(device), credentials: DahuaCredentials, credentialsNeeded: true },
};

/** Scheme, host and port, without a slash at the end. */
export function originOf({ scheme, host, port }: Pick<DahuaConnection, 'scheme' | 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${name}:${port ?? (scheme === 'https' ? 443 : 80)}`;
}

/** Each terminal is a line of its own. */
export const lineKey = (connection: Pick<DahuaConnection, 'scheme' | 'host' | 'port'>): string => `dahua:${originOf(connection)}`;
