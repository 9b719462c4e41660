import { wecomUrl } from '@cardwatch/contracts/robots';
import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 企业微信群机器人. `text` where the message must also be read outside WeCom, which shows no markdown there. */
export const WecomSettings = z.strictObject({
  url: CallUrl.default(wecomUrl).describe('机器人接口地址 Address of the interface'),
  style: z
    .enum(['markdown', 'text'])
    .default('markdown')
    .describe('消息样式；微信中阅读须用 text Style; text where it is also read in WeChat'),
  robots: targets(
    z.strictObject({ key: SecretFile.describe('webhook 地址中 key= 之后的内容 What follows key= in the address of the robot') }),
  ),
});
export type WecomSettings = z.infer<typeof WecomSettings>;
