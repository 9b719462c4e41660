/**
 * 短信 through a gateway's HTTP interface, described by a template. In `url`, `headers` and `body` stand `{phone}`, `{text}`, `{id}` and
 * `{secret.NAME}`; each value is escaped as its place asks: percent-encoded in a URL or a form, as a JSON string in JSON.
 */
import { ChannelFailureKind } from '@cardwatch/contracts/watch';
import { z } from 'zod';
import { SecretFile } from '../config/fields.ts';
import { templateProblem } from './template.core.ts';

const Method = z.enum(['POST', 'PUT', 'GET']);
const BodyType = z.enum(['json', 'form', 'text']);

const Success = z.strictObject({
  status: z
    .array(z.int().min(100).max(599))
    .min(1)
    .max(16)
    .default([200])
    .describe('视为成功的 HTTP 状态 HTTP statuses of success'),
  codePath: z
    .string()
    .regex(/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+){0,7}$/)
    .meta({ allowed: 'jsonPath' })
    .optional()
    .describe('应答 JSON 中代码的位置 Where the code stands in the JSON of the answer'),
  codes: z.array(z.string().min(1).max(64)).max(16).default([]).describe('表示成功的代码 Codes of success'),
  pattern: z.string().min(1).max(200).optional().describe('应答须匹配的正则表达式 Regular expression that the answer must match'),
  idPath: z
    .string()
    .regex(/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+){0,7}$/)
    .meta({ allowed: 'jsonPath' })
    .optional()
    .describe('应答 JSON 中短信编号的位置 Where the id of the message stands in the answer'),
});

export const SmsSettings = z
  .strictObject({
    url: z
      .string()
      .max(1_000)
      .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:[/?][\x21-\x7e]*)?$/)
      .meta({ allowed: 'url', secret: true })
      .describe('网关地址，可含字段 Address of the gateway, may hold fields'),
    method: Method.default('POST').describe('请求方法 Method'),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
        z
          .string()
          .max(500)
          .regex(/^[\x20-\x7e]*$/)
          .meta({ secret: true, allowed: 'printable' }),
      )
      .default({})
      .describe('请求头 Headers of the request'),
    bodyType: BodyType.default('json').describe('请求体类型，决定字段如何转义 Kind of body; says how fields are escaped'),
    body: z
      .string()
      .max(4_000)
      .default('')
      .meta({ secret: true })
      .describe('请求体模板：{phone} {text} {id} {secret.名称} Template of the body'),
    secrets: z
      .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/), SecretFile)
      .default({})
      .describe('模板中的秘密，按名称 Secrets of the template, by name'),
    success: Success,
    failures: z
      .record(z.string().min(1).max(64), ChannelFailureKind)
      .default({})
      .describe('其他代码的含义，未列出者视为被拒 What other codes mean; one that is not here is refused'),
    textBytes: z.int().min(60).max(3_000).default(600).describe('正文最多字节 Bytes of text'),
    perMinute: z.int().min(1).max(6_000).default(60).describe('每分钟最多条数 Messages a minute'),
  })
  .superRefine((settings, context) => {
    const problem = templateProblem(settings);
    if (problem === null) return;
    const { path, what, values } = problem;
    context.addIssue({ code: 'custom', path: [...path], params: { what, values } });
  });
export type SmsSettings = z.infer<typeof SmsSettings>;
