import { z } from 'zod';
import { HostName, MailAddress, SecretFile } from '../config/fields.ts';

const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** 邮件. TLS is always verified; `none` is for a mail server on this machine alone. */
export const MailSettings = z
  .strictObject({
    host: HostName.describe('邮件服务器 Mail server'),
    port: z.int().min(1).max(65_535).default(587).describe('端口 Port'),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('加密；none 仅限本机 Encryption; none on this machine alone'),
    caFile: SecretFile.optional().describe(
      '服务器证书的签发证书 PEM Authority of the certificate of the server, where the system does not know it',
    ),
    user: z.string().min(1).max(200).optional().describe('用户名 User'),
    password: SecretFile.optional().describe('密码文件 File with the password'),
    from: MailAddress.describe('发件地址 Sender'),
    fromName: z.string().min(1).max(64).default('一卡通值守 Cardwatch').describe('发件人名称 Name of the sender'),
    replyTo: MailAddress.optional().describe('回复地址 Where answers go'),
    listDomain: HostName.default('cardwatch.invalid').describe('List-Id 与 Message-ID 的域名 Domain of List-Id and Message-ID'),
    perMinute: z.int().min(1).max(6_000).default(60).describe('每分钟最多封数 Mails a minute'),
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
