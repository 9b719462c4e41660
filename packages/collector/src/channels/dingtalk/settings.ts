import { dingtalkUrl } from '@cardwatch/contracts/robots';
import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 钉钉自定义机器人. `sign`: the file with the secret that begins with SEC; without it the robot must be guarded by its address list. */
export const DingtalkSettings = z.strictObject({
  url: CallUrl.default(dingtalkUrl).describe('机器人接口地址 Address of the interface'),
  style: z.enum(['card', 'markdown', 'text']).default('card').describe('消息样式 Style; card has buttons'),
  robots: targets(
    z.strictObject({
      token: SecretFile.describe(
        'webhook 地址中 access_token= 之后的内容 What follows access_token= in the address of the robot',
      ),
      sign: SecretFile.optional().describe('加签密钥，以 SEC 开头 Secret of the signature, begins with SEC'),
    }),
  ),
});
export type DingtalkSettings = z.infer<typeof DingtalkSettings>;
