/** 通知: who is told of what, by which channel, and the proof of it. An intent is written in the transaction of the alarm; the rest follows from rows. */
import { z } from 'zod';
import { WireTime } from '../ids.ts';
import { AlarmId, AlarmLevel } from './alarm.ts';
import { TimeOfDay } from './calendar.ts';

export const ChannelKind = z.enum(['console', 'mail', 'sms', 'wecom', 'dingtalk', 'feishu', 'webhook']);
export type ChannelKind = z.infer<typeof ChannelKind>;

/** Why something is said. `test` is the daily synthetic alarm. */
export const NoticeReason = z.enum([
  'raised',
  'levelRaised',
  'reminder',
  'escalated',
  'cleared',
  'digest',
  'storm',
  'flapping',
  'test',
]);
export type NoticeReason = z.infer<typeof NoticeReason>;

/**
 * queued → sending → sent → delivered → read → acknowledged; or failed for good; or unconfirmed: cut off twice where it may have arrived, and not sent a
 * third time; or muted, with why, at the moment of sending.
 */
export const NoticeState = z.enum([
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'acknowledged',
  'failed',
  'unconfirmed',
  'muted',
]);
export type NoticeState = z.infer<typeof NoticeState>;

/** Decides what is tried next; one table says how (`core/notify/retry.core.ts`). */
export const ChannelFailureKind = z.enum([
  'unauthorised',
  'refused',
  'rateLimited',
  'tooLarge',
  'unreachable',
  'timeout',
  'serverError',
  'misconfigured',
]);
export type ChannelFailureKind = z.infer<typeof ChannelFailureKind>;

export const DeliveryAttempt = z.strictObject({
  at: WireTime,
  channel: ChannelKind,
  outcome: z.union([z.literal('sent'), ChannelFailureKind]),
  /** The vendor's own code and words, at most this long. */
  code: z.string().max(64).nullable(),
  latencyMs: z.int().min(0),
  providerId: z.string().max(128).nullable(),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** One message for one person or robot. Unique by (alarm, transition, recipient, channel): the key that makes sending idempotent. */
export const Notice = z.strictObject({
  noticeId: z.uuid(),
  alarmIds: z.array(AlarmId).max(1_000),
  reason: NoticeReason,
  /** Number of the telling: rises with each of one alarm (raised, reminder, escalated, cleared…); of a digest its time in milliseconds. */
  transition: z.int().min(0),
  level: AlarmLevel,
  recipient: z.string().max(64),
  channel: ChannelKind,
  state: NoticeState,
  mutedBy: z.string().max(64).nullable(),
  attempts: z.array(DeliveryAttempt).max(64),
  queuedAt: WireTime,
  nextTryAt: WireTime.nullable(),
  sentAt: WireTime.nullable(),
  acknowledgedAt: WireTime.nullable(),
  acknowledgedBy: z.string().max(64).nullable(),
});
export type Notice = z.infer<typeof Notice>;

/** Somebody or something that is told. Addresses are masked wherever they leave the collector. */
export const Recipient = z.strictObject({
  recipientId: z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/),
  displayName: z.string().min(1).max(64),
  kind: z.enum(['person', 'robot']),
  /** Of the account in the console, where there is one. */
  user: z.string().max(64).nullable(),
  language: z.enum(['zh', 'en']),
  addresses: z.array(z.strictObject({ channel: ChannelKind, address: z.string().min(1).max(400) })).max(8),
});
export type Recipient = z.infer<typeof Recipient>;

/** One shift: who stands where when. Later rows override earlier ones for the same duty and time. */
export const Shift = z.strictObject({
  duty: z.string().max(32),
  recipientId: z.string().max(32),
  from: WireTime,
  to: WireTime,
  onSite: z.boolean(),
  override: z.boolean(),
});
export type Shift = z.infer<typeof Shift>;

/** `who`: a recipient, or `duty:<name>` for whoever has that duty then. */
export const PolicyStep = z.strictObject({ afterMs: z.int().min(0).max(86_400_000), who: z.array(z.string().max(40)).max(16) });
export const NoticePolicy = z.strictObject({
  policyId: z.string().max(32),
  levels: z.array(AlarmLevel).min(1),
  rules: z.array(z.string().max(48)).max(64),
  areas: z.array(z.string().max(200)).max(64),
  channels: z.array(ChannelKind).min(1).max(7),
  /** Tried when the first channel has not gone through for this long. */
  fallbackAfterMs: z.int().min(1_000),
  steps: z.array(PolicyStep).min(1).max(8),
  /** The whole chain again, at most this often. */
  repeats: z.int().min(0).max(5),
  remindEveryMs: z.int().min(60_000).nullable(),
  acknowledgeForMs: z.int().min(60_000),
  quiet: z.tuple([TimeOfDay, TimeOfDay]).nullable(),
  /** Collected and told together at this pace; null: each by itself. */
  digestEveryMs: z.int().min(60_000).nullable(),
  /** Recipient that stands in for a duty that nobody has at the time. */
  deputy: z.string().max(32).optional(),
});
export type NoticePolicy = z.infer<typeof NoticePolicy>;
