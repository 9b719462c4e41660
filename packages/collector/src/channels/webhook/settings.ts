import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** Somebody else's program. `urlFile` instead of `url` where the address itself is a secret. */
export const WebhookSettings = z.strictObject({
  perMinute: z.int().min(1).max(6_000).default(120),
  endpoints: targets(
    z
      .strictObject({ url: CallUrl.optional(), urlFile: SecretFile.optional(), secret: SecretFile })
      .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
        path: ['url'],
        params: { what: 'urlOrFile' },
      }),
  ),
});
export type WebhookSettings = z.infer<typeof WebhookSettings>;
