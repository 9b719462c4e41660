/** `watch.yaml` in the data folder: how the watch reaches people. Secrets are names of files below the data folder, mode 0600. */
import { z } from 'zod';
import { CallUrl, HostName, SecretFile } from './config/fields.ts';
import { ConsoleSettings } from './console/settings.ts';
import { DingtalkSettings } from './dingtalk/settings.ts';
import { FeishuSettings } from './feishu/settings.ts';
import { MailSettings } from './mail/settings.ts';
import { SmsSettings } from './sms/settings.ts';
import { WebhookSettings } from './webhook/settings.ts';
import { WecomSettings } from './wecom/settings.ts';

export interface ChannelSettings {
  readonly console: ConsoleSettings;
  readonly mail: MailSettings;
  readonly sms: SmsSettings;
  readonly wecom: WecomSettings;
  readonly dingtalk: DingtalkSettings;
  readonly feishu: FeishuSettings;
  readonly webhook: WebhookSettings;
}

const Channels = z.strictObject({
  console: ConsoleSettings.prefault({}),
  mail: MailSettings.optional(),
  sms: SmsSettings.optional(),
  wecom: WecomSettings.optional(),
  dingtalk: DingtalkSettings.optional(),
  feishu: FeishuSettings.optional(),
  webhook: WebhookSettings.optional(),
});

/**
 * Somebody who notices that the watch itself is gone. `url` is called with POST every `everyMs` as long as the watch is well; the other
 * side raises the alarm when the calls stay away. `secret` signs the calls as webhooks are signed.
 */
const SecondWatch = z.strictObject({
  url: CallUrl.describe('定时报平安的地址 Address that is called as long as the watch is well'),
  secret: SecretFile.describe('共享密钥，用于签名 Shared secret of the signature'),
  everyMs: z.int().min(10_000).max(3_600_000).default(60_000).describe('间隔毫秒 Every so many milliseconds'),
});

export const WatchSettings = z.strictObject({
  publicUrl: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:\/[A-Za-z0-9/_.-]*)?$/)
    .meta({ allowed: 'publicUrl' })
    .optional()
    .describe('控制台对外地址，消息中的链接由此而来 Where people reach the console; without it messages have no links'),
  allowHosts: z
    .array(HostName)
    .max(32)
    .default([])
    .describe('允许访问的校内主机，可用 http:// Hosts inside the campus that may be reached although private, and by plain HTTP'),
  channels: Channels.prefault({}),
  secondCollectorWatch: SecondWatch.optional(),
});
export type WatchSettings = z.infer<typeof WatchSettings>;
