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
  /** HTTP statuses that do not mean failure. */
  status: z.array(z.int().min(100).max(599)).min(1).max(16).default([200]),
  /** Where the gateway's code stands in its JSON, as `data.0.code`. */
  codePath: z
    .string()
    .regex(/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+){0,7}$/)
    .meta({ allowed: 'jsonPath' })
    .optional(),
  /** Codes that mean success. */
  codes: z.array(z.string().min(1).max(64)).max(16).default([]),
  /** What the body must match, where it is no JSON. */
  pattern: z.string().min(1).max(200).optional(),
  /** Where the gateway's id of the message stands. */
  idPath: z
    .string()
    .regex(/^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+){0,7}$/)
    .meta({ allowed: 'jsonPath' })
    .optional(),
});

export const SmsSettings = z
  .strictObject({
    url: z
      .string()
      .max(1_000)
      .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+(?:[/?][\x21-\x7e]*)?$/)
      .meta({ allowed: 'url', secret: true }),
    method: Method.default('POST'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(500).meta({ secret: true })).default({}),
    bodyType: BodyType.default('json'),
    body: z.string().max(4_000).default('').meta({ secret: true }),
    secrets: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/), SecretFile).default({}),
    success: Success,
    /** What other codes of the gateway mean; one that is not here is refused. */
    failures: z.record(z.string().min(1).max(64), ChannelFailureKind).default({}),
    textBytes: z.int().min(60).max(3_000).default(600),
    perMinute: z.int().min(1).max(6_000).default(60),
  })
  .superRefine((settings, context) => {
    const problem = templateProblem(settings);
    if (problem === null) return;
    const { path, what, values } = problem;
    context.addIssue({ code: 'custom', path: [...path], params: { what, values } });
  });
export type SmsSettings = z.infer<typeof SmsSettings>;
