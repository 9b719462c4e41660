import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const host = z.string().min(1).max(253);
const port = z.int().min(0).max(65_535);
const hexKey = z.string().regex(/^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/, '16 or 32 hex digits');

/** Terminals of one cluster dial in to one port. Times in ms. */
export const Iso8583Link = z.strictObject({
  kind: z.literal('iso8583'),
  /** `frontEnd` 前置: the agent answers. `relay`: it stands between terminals and card centre and answers nothing. */
  mode: z.enum(['frontEnd', 'relay']),
  listen: z.strictObject({ host: host.default('0.0.0.0'), port }),
  /** The card centre, for `relay`. */
  host: host.optional(),
  port: z.int().min(1).max(65_535).optional(),
  connectTimeoutMs: z.int().min(100).max(60_000).default(3_000),
  /** A frame that has begun must be complete within this. */
  frameTimeoutMs: z.int().min(500).max(60_000).default(5_000),
  /** A connection without a byte is ended. */
  idleTimeoutMs: z.int().min(5_000).max(86_400_000).default(900_000),
  /** Silence after which a terminal counts as not answering: three of its echo periods. */
  silentAfterMs: z.int().min(5_000).max(86_400_000).default(90_000),
  connectionsMax: z.int().min(1).max(4_096).default(512),
});

export const Iso8583Device = z.strictObject({
  /** DE 41, with its spaces when it is shorter than 8. */
  terminal: z
    .string()
    .regex(/^[\x20-\x7e]{1,8}$/)
    .transform((text) => text.padEnd(8, ' ')),
  /** DE 42: a message of another merchant is refused. */
  merchant: z
    .string()
    .regex(/^[\x20-\x7e]{1,15}$/)
    .transform((text) => text.padEnd(15, ' '))
    .optional(),
});

/** MAC keys, one for all terminals or one for each. */
export const Iso8583Credentials = z.strictObject({
  macKey: hexKey.optional(),
  terminals: z.record(z.string().min(1).max(8), hexKey).default({}),
});

export const Iso8583Connection = z
  .strictObject({
    ...Iso8583Link.shape,
    ...Iso8583Device.shape,
    credentials: Iso8583Credentials.optional(),
  })
  .superRefine((connection, context) => {
    if (connection.mode === 'relay' && (connection.host === undefined || connection.port === undefined))
      context.addIssue({ code: 'custom', path: ['host'], message: 'a relay needs host and port of the card centre' });
  });
export type Iso8583Connection = z.infer<typeof Iso8583Connection>;

export const iso8583Links: Readonly<Record<string, LinkShape>> = {
  iso8583: { link: Iso8583Link, device: Iso8583Device, credentials: Iso8583Credentials },
};

/** One listening port, one line: its terminals share the server. */
export const lineKey = ({ listen }: Pick<Iso8583Connection, 'listen'>): string => `iso8583:${listen.host}:${listen.port}`;
