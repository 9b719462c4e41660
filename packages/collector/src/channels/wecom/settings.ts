import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 企业微信群机器人. `text` where the message must also be read outside WeCom, which shows no markdown there. */
export const WecomSettings = z.strictObject({
  url: CallUrl.default('https://qyapi.weixin.qq.com/cgi-bin/webhook/send'),
  style: z.enum(['markdown', 'text']).default('markdown'),
  robots: targets(z.strictObject({ key: SecretFile })),
});
export type WecomSettings = z.infer<typeof WecomSettings>;
