import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const token = z.string().min(1).max(64);

const link = {
  kind: z.literal('onvif'),
  scheme: z.enum(['http', 'https']).default('http'),
  port: z.int().min(1).max(65_535).optional(),
  /** Of the device service. */
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9/_.-]{0,120}$/)
    .default('/onvif/device_service'),
  /** PEM of the device's own certificate or of its issuer. */
  caPem: z.string().max(16_384).optional(),
  /** From sending a request to the last byte of the reply, beyond what a long poll waits. */
  deadlineMs: z.int().min(200).max(60_000).default(4_000),
};

const device = {
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:-]+$/),
  /** The one door of the device that this is; left out: its first, and the events of all. */
  door: token.optional(),
  /** Which way an access point lets people through. */
  accessPoints: z.record(token, z.enum(['in', 'out'])).default({}),
};

/** Nothing that would have to be escaped anywhere: one of the libraries puts it into XML as it stands. */
const plain = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x21\x23-\x25\x28-\x3b\x3d\x3f-\x7e]+$/);

export const OnvifCredentials = z.strictObject({ user: plain, password: plain });
export type OnvifCredentials = z.infer<typeof OnvifCredentials>;

/** How to reach an ONVIF device. */
export const OnvifConnection = z.strictObject({ ...link, ...device, credentials: OnvifCredentials.optional() });
export type OnvifConnection = z.infer<typeof OnvifConnection>;

export const onvifLinks: Readonly<Record<'onvif', LinkShape>> = {
  onvif: { link: z.strictObject(link), device: z.strictObject(device), credentials: OnvifCredentials },
};

export const originOf = ({ scheme, host, port }: Pick<OnvifConnection, 'scheme' | 'host' | 'port'>): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port ?? (scheme === 'https' ? 443 : 80)}`;

/** A device is asked one thing at a time; its doors share it. */
export const lineKey = (connection: OnvifConnection): string => `onvif:${originOf(connection)}`;
