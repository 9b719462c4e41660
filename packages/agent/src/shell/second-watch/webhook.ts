import { createHmac } from 'node:crypto';
import { type WebhookBody, webhookHeaders, webhookSignedText } from '@cardwatch/contracts/watch';
import type { DriverIo } from '@cardwatch/drivers';
import { type Clock, err, ok } from '@cardwatch/kernel';
import type { Teller } from '../../second-watch/teller.ts';
import { whyWords } from '../../second-watch/condition-words.ts';
import { whyOf } from './check.ts';

const webhookLimits = { deadlineMs: 10_000, bodyBytesMax: 64 * 1024 } as const;

export interface WebhookTarget {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly ca: string | undefined;
}

/** As the collector's own webhooks are: the same body, headers and signature. Any answer of 2xx means taken. */
export const webhookTeller = ({ name, url, secret, ca }: WebhookTarget, http: DriverIo['http'], clock: Clock): Teller => ({
  name,
  by: 'webhook',
  send: async ({ noticeId, title, text, cleared }, signal) => {
    const message: WebhookBody = { version: 1, noticeId, title, text, level: 1, cleared, link: null, acknowledgeLink: null };
    const body = JSON.stringify(message);
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const signed = createHmac('sha256', secret).update(webhookSignedText({ timestamp, noticeId, body })).digest('hex');
    const reply = await http({
      method: 'POST',
      url,
      headers: webhookHeaders({ timestamp, noticeId }, `v1=${signed}`),
      body: new TextEncoder().encode(body),
      ...webhookLimits,
      signal,
      ...(ca === undefined ? {} : { caPem: ca }),
    });
    if (reply.ok && reply.value.status >= 200 && reply.value.status < 300) return ok(undefined);
    const { code, detail } = reply.ok ? ({ code: 'status', detail: String(reply.value.status) } as const) : whyOf(reply.error);
    return err({ kind: 'notTold', detail: `${whyWords[code].join(' ')} ${detail}`.trim() });
  },
  close: () => Promise.resolve(),
});
