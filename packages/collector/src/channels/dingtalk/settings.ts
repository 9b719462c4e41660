import { z } from 'zod';
import { CallUrl, SecretFile, targets } from '../config/fields.ts';

/** 钉钉自定义机器人. `sign`: the file with the secret that begins with SEC; without it the robot must be guarded by its address list. */
export const DingtalkSettings = z.strictObject({
  url: CallUrl.default('https://oapi.dingtalk.com/robot/send'),
  style: z.enum(['card', 'markdown', 'text']).default('card'),
  robots: targets(z.strictObject({ token: SecretFile, sign: SecretFile.optional() })),
});
export type DingtalkSettings = z.infer<typeof DingtalkSettings>;
