import { feishuUrl } from '@cardwatch/contracts/robots';
import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 飞书自定义机器人. `token`: what follows `/hook/` in the robot's address; `sign`: the key of 签名校验. */
export const FeishuSettings = z.strictObject({
  url: CallUrl.default(feishuUrl).describe('机器人接口地址 Address of the interface'),
  style: z.enum(['card', 'text']).default('card').describe('消息样式 Style; card has buttons and a colour'),
  robots: targets(
    z.strictObject({
      token: SecretFile.describe('webhook 地址中 /hook/ 之后的内容 What follows /hook/ in the address of the robot'),
      sign: SecretFile.optional().describe('签名校验密钥 Key of the signature'),
    }),
  ),
});
export type FeishuSettings = z.infer<typeof FeishuSettings>;
