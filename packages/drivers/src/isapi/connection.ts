import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:-]+$/);
const printable = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x20-\x7e]+$/);
const direction = z.enum(['in', 'out', 'unknown']);

const link = {
  kind: z.literal('isapi'),
  scheme: z.enum(['http', 'https']).default('http'),
  /** Left out: 80 or 443, by the scheme. */
  port: z.int().min(1).max(65_535).optional(),
  /** PEM of the device's own certificate or of its issuer. */
  caPem: z.string().max(16_384).optional(),
  /** From sending a request to the last byte of the reply. */
  deadlineMs: z.int().min(200).max(60_000).default(4_000),
  /** Where terminals post their events (httpHosts). The terminals are configured by people; nothing is written to them. */
  push: z.strictObject({ host: z.string().min(1).max(253).default('0.0.0.0'), port: z.int().min(0).max(65_535) }).optional(),
};

const device = {
  host,
  /** `push` instead of `stream` for firmware whose alertStream is missing or broken; needs `push` at the link. */
  channel: z.enum(['stream', 'push']).default('stream'),
  /** Path that the terminal posts to, when it pushes. */
  pushPath: z
    .string()
    .max(128)
    .regex(/^\/[A-Za-z0-9/_.-]*$/)
    .optional(),
  /** Which way people go who pass here: usually a property of where the terminal hangs. */
  direction: direction.default('unknown'),
  /** By reader number, where a terminal has one on each side. */
  readers: z.record(z.string().regex(/^\d{1,2}$/), direction).default({}),
  /** The contact is wired the other way round: magneticStatus 0 is open. */
  contactInverted: z.boolean().default(false),
};

export const IsapiCredentials = z.strictObject({ user: printable, password: printable });

/** How to reach a terminal. */
export const IsapiConnection = z.strictObject({ ...link, ...device, credentials: IsapiCredentials });
export type IsapiConnection = z.infer<typeof IsapiConnection>;

export const isapiLinks: Readonly<Record<'isapi', LinkShape>> = {
  isapi: { link: z.strictObject(link), device: z.strictObject(device), credentials: IsapiCredentials, credentialsNeeded: true },
};

export const portOf = ({ scheme, port }: Pick<IsapiConnection, 'scheme' | 'port'>): number =>
  port ?? (scheme === 'https' ? 443 : 80);

/** Scheme, host and port, without a slash at the end. */
export const originOf = (connection: Pick<IsapiConnection, 'scheme' | 'host' | 'port'>): string => {
  const { scheme, host: name } = connection;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${portOf(connection)}`;
};

/** Each terminal is a line of its own. */
export const lineKey = (connection: Pick<IsapiConnection, 'scheme' | 'host' | 'port'>): string => `isapi:${originOf(connection)}`;
