/** The sign of life to whoever watches the watch: POST with `{ version, aliveAt }`, signed as webhooks are, the moment standing for the notice. */
import { webhookHeaders } from '@cardwatch/contracts/watch';
import { ok, type Result } from '@cardwatch/kernel';
import type { ChannelFailure, ChannelPorts } from './channel.ts';
import { askForSuccess } from './post.ts';
import type { WatchSettings } from './settings.ts';
import { webhookSignature } from './webhook/sign.ts';

export type SecondWatchSettings = NonNullable<WatchSettings['secondCollectorWatch']>;

/** One call. Whether the watch is well enough to make it, and when the next is due, is the caller's to know. */
export async function tellSecondWatch(
  { url, secret }: SecondWatchSettings,
  ports: ChannelPorts,
  signal: AbortSignal,
): Promise<Result<null, ChannelFailure>> {
  const now = ports.now();
  const timestamp = String(Math.floor(now / 1_000));
  const body = JSON.stringify({ version: 1, aliveAt: now });
  const answer = await askForSuccess(ports, {
    url,
    headers: webhookHeaders(
      { timestamp, noticeId: timestamp },
      webhookSignature(ports.secret(secret), { timestamp, noticeId: timestamp, body }),
    ),
    body,
    signal,
  });
  return answer.ok ? ok(null) : answer;
}
