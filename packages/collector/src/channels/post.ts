/** One exchange by HTTP, with what can go wrong told as a failure of the channel. */
import { ok, type Result, unreachable } from '@cardwatch/kernel';
import { OutboundFailure } from '../shell/outbound-fetch.ts';
import type { ChannelFailure, ChannelPorts, HandOver } from './channel.ts';
import { failed, failedByStatus, type Refusal, retryAfterMsOf } from './failure.core.ts';

export interface Post {
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'GET';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Left out where nothing is delivered. */
  readonly handingOver?: HandOver;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Any answer that came whole, whatever its status. */
export async function ask(
  ports: ChannelPorts,
  post: Post,
): Promise<Result<Answer & { retryAfterMs: number | null }, ChannelFailure>> {
  const { url, method = 'POST', headers = {}, body, signal, handingOver } = post;
  try {
    const response = await ports.fetch(url, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(method === 'GET' ? {} : { body }),
      ...(handingOver === undefined ? {} : { handingOver }),
    });
    const retryAfterMs = retryAfterMsOf(response.headers.get('retry-after'), Date.parse, ports.now());
    return ok({ status: response.status, text: await response.text(), retryAfterMs });
  } catch (error) {
    return failedOutbound(error, signal);
  }
}

/** The text of an answer of 2xx; any other status is a failure. */
export async function askForSuccess(ports: ChannelPorts, post: Post): Promise<Result<Answer, ChannelFailure>> {
  const answer = await ask(ports, post);
  if (!answer.ok) return answer;
  const { status, retryAfterMs } = answer.value;
  return status >= 200 && status < 300 ? answer : failedByStatus(status, retryAfterMs);
}

/** JSON of a robot or gateway; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failedOutbound(error: unknown, signal: AbortSignal): Refusal {
  if (!(error instanceof OutboundFailure))
    return signal.aborted
      ? failed({ kind: 'timeout', detail: 'deadline' })
      : failed({ kind: 'unreachable', detail: 'unreachable' });
  const { kind, code } = error;
  switch (kind) {
    case 'badUrl':
    case 'plainHttp':
    case 'forbiddenAddress':
      return failed({ kind: 'misconfigured', detail: kind, code: kind });
    case 'redirected':
      return failed({ kind: 'misconfigured', detail: 'httpRedirected', code });
    case 'untrusted':
      return failed({ kind: 'misconfigured', detail: 'untrusted', code });
    case 'deadline':
    case 'aborted':
      return failed({ kind: 'timeout', detail: 'deadline' });
    case 'responseTooLarge':
      return failed({ kind: 'serverError', detail: kind, code: kind });
    case 'cut':
      // The request was out: it may have been heard, as with any answer that stays away.
      return failed({ kind: 'timeout', detail: 'cut', code });
    case 'unresolved':
    case 'unreachable':
      return failed({ kind: 'unreachable', detail: kind, code });
    default:
      return unreachable(kind);
  }
}
