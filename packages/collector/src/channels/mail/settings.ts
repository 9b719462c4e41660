import { z } from 'zod';
import { HostName, MailAddress, SecretFile } from '../config/fields.ts';

const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** 邮件. TLS is always verified; `none` is for a mail server on this machine alone. */
export const MailSettings = z
  .strictObject({
    host: HostName,
    port: z.int().min(1).max(65_535).default(587),
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    /** Authority that signed the server's certificate, PEM, where the system does not know it. */
    caFile: SecretFile.optional(),
    user: z.string().min(1).max(200).optional(),
    password: SecretFile.optional(),
    from: MailAddress,
    fromName: z.string().min(1).max(64).default('一卡通值守 Cardwatch'),
    replyTo: MailAddress.optional(),
    /** Domain part of List-Id and Message-ID. */
    listDomain: HostName.default('cardwatch.invalid'),
    perMinute: z.int().min(1).max(6_000).default(60),
  })
  .refine(({ security, host }) => security !== 'none' || loopback.includes(host), {
    path: ['security'],
    params: { what: 'tlsNeeded' },
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    params: { what: 'userAndPassword' },
  });
export type MailSettings = z.infer<typeof MailSettings>;
