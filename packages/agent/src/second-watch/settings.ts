/** `watchCollector` in the agent's YAML: how this agent watches the collector, and whom it tells by itself. */
import { dingtalkUrl, feishuUrl, wecomUrl } from '@cardwatch/contracts/robots/urls';
import { z } from 'zod';

export const secondWatchMax = { channels: 8, mailRecipients: 10, secretBytes: 16 * 1024 } as const;

const file = z.string().min(1).max(1_024);
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
  .describe('通道名，记录与状态页以此称呼 Name of the channel, in the log and on the status page');
/** No user, no password, no fragment: a token stands in a file. */
const httpUrl = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:[/?][\x21\x22\x24-\x7e]*)?$/);
const host = z
  .string()
  .regex(/^[A-Za-z0-9.:-]+$/)
  .max(253);
const mailAddress = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/)
  .max(254);

const ways =
  '方式：签名的网页回调、邮件、企业微信、钉钉、飞书群机器人 Way: a signed webhook, mail, a group robot of WeCom, DingTalk or Feishu';
const caFile = file.optional().describe('服务器证书的签发证书 PEM CA of the certificate of the server');

export const WebhookTelling = z.strictObject({
  by: z.literal('webhook').describe(ways),
  name,
  url: httpUrl.describe('接收地址 Address that is called; http for private addresses alone'),
  secret: file.describe('共享密钥文件，权限 0600，用于签名 File with the shared secret of the signature, mode 0600'),
  caFile,
});

export const MailTelling = z.strictObject({
  by: z.literal('mail').describe(ways),
  name,
  host: host.describe('邮件服务器 Mail server'),
  port: z.int().min(1).max(65_535).default(587).describe('邮件端口 Port of the mail server'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('加密；none 仅限本机 Encryption; none on this machine alone'),
  caFile: file.optional().describe('服务器证书的签发证书 PEM CA of the certificate of the server'),
  user: z.string().min(1).max(200).optional().describe('邮件用户名 User at the mail server'),
  password: file.optional().describe('密码文件，权限 0600 File with the password, mode 0600'),
  from: mailAddress.describe('发件地址 Sender'),
  to: z.array(mailAddress).min(1).max(secondWatchMax.mailRecipients).describe('收件地址 Who is told'),
});

const interfaceUrl = (url: string) => httpUrl.default(url).describe('机器人接口地址 Address of the interface of the robots');
const sign = file.optional().describe('加签密钥文件，权限 0600 File with the secret of the signature, mode 0600');

/** 企业微信群机器人. */
export const WecomTelling = z.strictObject({
  by: z.literal('wecom').describe(ways),
  name,
  url: interfaceUrl(wecomUrl),
  key: file.describe('写有 webhook 地址中 key= 之后内容的文件，权限 0600 File with what follows key= in its address, mode 0600'),
  caFile,
});

/** 钉钉自定义机器人. Without `sign` it must be guarded by its address list. */
export const DingtalkTelling = z.strictObject({
  by: z.literal('dingtalk').describe(ways),
  name,
  url: interfaceUrl(dingtalkUrl),
  token: file.describe(
    '写有 webhook 地址中 access_token= 之后内容的文件，权限 0600 File with what follows access_token= in its address, mode 0600',
  ),
  sign,
  caFile,
});

/** 飞书自定义机器人. */
export const FeishuTelling = z.strictObject({
  by: z.literal('feishu').describe(ways),
  name,
  url: interfaceUrl(feishuUrl),
  token: file.describe(
    '写有 webhook 地址中 /hook/ 之后内容的文件，权限 0600 File with what follows /hook/ in its address, mode 0600',
  ),
  sign,
  caFile,
});

export const Telling = z.discriminatedUnion('by', [WebhookTelling, MailTelling, WecomTelling, DingtalkTelling, FeishuTelling]);
export type Telling = z.infer<typeof Telling>;

export const WatchCollectorYaml = z.strictObject({
  url: httpUrl.describe(
    '收集服务器的健康地址，如 https://主机/api/v1/health Health page of the collector; http for private addresses alone',
  ),
  caFile: file.optional().describe('服务器证书的签发证书 PEM CA of the certificate of the server'),
  token: file
    .optional()
    .describe(
      '访问令牌文件，权限 0600；没有时只看有无应答 File with a token that may read, mode 0600; without it an answer of any kind that the collector gives to strangers is enough',
    ),
  everyMs: z.int().min(1_000).max(600_000).default(10_000).describe('检查间隔毫秒 Time between two checks, ms'),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe('一次检查的期限 Time of one check, ms'),
  failures: z.int().min(1).max(100).default(3).describe('连续失败次数，不足则不报 Bad checks in a row before anybody is told'),
  afterMs: z.int().min(1_000).max(3_600_000).default(60_000).describe('失联多久后才报 Time lost before anybody is told, ms'),
  againMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(1_800_000)
    .describe('仍未恢复时重报的间隔，0 为不重报 Told again after this while it stays lost, ms; 0: never'),
  degraded: z
    .boolean()
    .default(false)
    .describe('自报降级也算不正常 Whether a collector that calls itself degraded counts as lost'),
  language: z.enum(['zh', 'en']).default('zh').describe('消息语言 Language of the messages'),
  tell: z.array(Telling).min(1).max(secondWatchMax.channels).describe('通知谁 Who is told'),
});
export type WatchCollectorYaml = z.infer<typeof WatchCollectorYaml>;
