import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** Somebody else's program. `urlFile` instead of `url` where the address itself is a secret. */
export const WebhookSettings = z.strictObject({
  perMinute: z.int().min(1).max(6_000).default(120).describe('每分钟最多条数，按地址 Messages a minute and endpoint'),
  endpoints: targets(
    z
      .strictObject({
        url: CallUrl.optional().describe('接收地址 Address that is called'),
        urlFile: SecretFile.optional().describe(
          '地址本身是秘密时，写有地址的文件 File with the address, where the address is a secret',
        ),
        secret: SecretFile.describe('共享密钥，用于签名 Shared secret of the signature'),
      })
      .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
        path: ['url'],
        params: { what: 'urlOrFile' },
      }),
  ),
});
export type WebhookSettings = z.infer<typeof WebhookSettings>;
