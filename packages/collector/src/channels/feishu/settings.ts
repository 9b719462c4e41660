import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 飞书自定义机器人. `token`: what follows `/hook/` in the robot's address; `sign`: the key of 签名校验. */
export const FeishuSettings = z.strictObject({
  url: CallUrl.default('https://open.feishu.cn/open-apis/bot/v2/hook'),
  style: z.enum(['card', 'text']).default('card'),
  robots: targets(z.strictObject({ token: SecretFile, sign: SecretFile.optional() })),
});
export type FeishuSettings = z.infer<typeof FeishuSettings>;
