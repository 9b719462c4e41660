import { z } from 'zod';
import type { LinkShape, SnmpAccess } from '../contract.ts';

const ip = z.union([z.ipv4(), z.ipv6()]);
const key = z.string().min(8).max(255);

const link = {
  kind: z.literal('snmp'),
  port: z.int().min(1).max(65_535).default(161).describe('UDP 端口 UDP port'),
  version: z.enum(['2c', '3']).default('2c'),
  timeoutMs: z.int().min(100).max(30_000).default(1_000),
  retries: z.int().min(0).max(5).default(1),
  /** Rows of one answer. A switch that takes 16 may fall silent at 50. */
  maxRepetitions: z.int().min(1).max(50).default(10),
};

const device = {
  host: ip,
  /** Ports whose going down is an event; left out: as the profile says. */
  watchPorts: z
    .array(z.int().min(1).max(999))
    .max(64)
    .optional()
    .describe('关注的端口号，断开即告警 Ports whose going down is an event; left out: as the profile says'),
};

/** Either the community of v2c, or the user of v3 with its keys. */
export const SnmpCredentials = z.strictObject({
  community: z.string().min(1).max(64).optional(),
  user: z.string().min(1).max(32).optional(),
  authProtocol: z.enum(['md5', 'sha', 'sha256', 'sha512']).optional(),
  authKey: key.optional(),
  privProtocol: z.enum(['des', 'aes', 'aes256b', 'aes256r']).optional(),
  privKey: key.optional(),
});
export type SnmpCredentials = z.infer<typeof SnmpCredentials>;

/** Why these credentials do not go with that version; undefined: they do. */
export function misfit(version: '2c' | '3', given: SnmpCredentials | undefined): string | undefined {
  if (version === '2c') return given?.community === undefined ? 'version 2c needs a community' : undefined;
  if (given?.user === undefined) return 'version 3 needs a user';
  if ((given.authKey === undefined) !== (given.authProtocol === undefined)) return 'authProtocol and authKey go together';
  if ((given.privKey === undefined) !== (given.privProtocol === undefined)) return 'privProtocol and privKey go together';
  return given.privKey !== undefined && given.authKey === undefined ? 'privKey needs authKey' : undefined;
}

/** How to reach a device by SNMP. */
export const SnmpConnection = z
  .strictObject({ ...link, ...device, credentials: SnmpCredentials.optional() })
  .superRefine(({ version, credentials }, context) => {
    const message = misfit(version, credentials);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['credentials'], message });
  });
export type SnmpConnection = z.infer<typeof SnmpConnection>;

export const snmpLinks: Readonly<Record<'snmp', LinkShape>> = {
  snmp: { link: z.strictObject(link), device: z.strictObject(device), credentials: SnmpCredentials, credentialsNeeded: true },
};

/** What a connection asks as. The schema has proven that the parts go together. */
export function accessOf(version: '2c' | '3', given: SnmpCredentials | undefined): SnmpAccess {
  if (version === '2c') return { version, community: given?.community ?? '' };
  const { authProtocol, authKey, privProtocol, privKey } = given ?? {};
  return {
    version,
    user: given?.user ?? '',
    ...(authProtocol === undefined || authKey === undefined ? {} : { auth: { protocol: authProtocol, key: authKey } }),
    ...(privProtocol === undefined || privKey === undefined ? {} : { priv: { protocol: privProtocol, key: privKey } }),
  };
}

/** Devices are asked beside one another: each is a line of its own. */
export const lineKey = ({ host, port }: SnmpConnection): string => `snmp:${host}:${port}`;
