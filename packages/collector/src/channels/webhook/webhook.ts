/**
 * A message for somebody else's program, as `contracts/src/watch/webhook.ts` says. Any answer of 2xx means taken; 408, 425, 429 and 5xx mean later,
 * `retry-after` is kept; redirects are not followed. Answers of more than 64 KiB or after 10 s count as none.
 */
import { ok } from '@cardwatch/kernel';
import { oneLine, plainLines } from '@cardwatch/contracts/robots';
import { type WebhookBody, webhookHeaders } from '@cardwatch/contracts/watch';
import type { Channel, ChannelKit, ChannelLimits, ChannelMessage, ChannelPorts } from '../channel.ts';
import { failed } from '../failure.core.ts';
import { askForSuccess, jsonOf } from '../post.ts';
import { overLimits } from '../text.core.ts';
import { WebhookSettings } from './settings.ts';
import { webhookSignature } from './sign.ts';

/** A recipient's address is the name of an endpoint in the settings. */
export const webhookKit: ChannelKit<WebhookSettings> = {
  kind: 'webhook',
  settings: WebhookSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open({ endpoints, perMinute }: WebhookSettings, ports: ChannelPorts): Channel {
  const limits: ChannelLimits = { titleBytes: 512, textBytes: 16_000, perMinute, perSecond: null, countedBy: 'address' };
  const known = new Map(
    Object.entries(endpoints).map(([name, { url, urlFile, secret }]) => [
      name,
      { url: url ?? ports.secret(urlFile ?? ''), secret: ports.secret(secret) },
    ]),
  );
  return {
    kind: 'webhook',
    limits,
    async send(message, signal, handingOver) {
      const endpoint = known.get(message.address);
      if (endpoint === undefined) return failed({ kind: 'misconfigured', detail: 'unknownAddress' });
      const over = overLimits(message, limits);
      if (over !== null) return over;
      const body = JSON.stringify(webhookBody(message));
      const headers = headersOf(message, body, endpoint.secret, ports.now());
      const answer = await askForSuccess(ports, { url: endpoint.url, headers, body, signal, handingOver });
      return answer.ok ? ok({ providerId: idOf(jsonOf(answer.value.text)), state: 'sent' }) : answer;
    },
    close: () => Promise.resolve(),
  };
}

const webhookBody = (message: ChannelMessage): WebhookBody => ({
  version: 1,
  noticeId: message.noticeId,
  title: oneLine(message.title),
  text: plainLines(message.text),
  level: message.level,
  cleared: message.cleared,
  link: message.link,
  acknowledgeLink: message.acknowledgeLink,
});

function headersOf({ noticeId }: ChannelMessage, body: string, secret: string, now: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  return webhookHeaders({ timestamp, noticeId }, webhookSignature(secret, { timestamp, noticeId, body }));
}

/** `id` of the answer, where it has one that fits. */
function idOf(answer: unknown): string | null {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : null;
  return typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id) ? id : null;
}
