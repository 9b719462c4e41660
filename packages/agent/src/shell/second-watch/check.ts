import { readShape } from '@cardwatch/contracts';
import type { DriverFailure, DriverIo, HttpReply } from '@cardwatch/drivers';
import { z } from 'zod';
import type { Why } from '../../second-watch/second-watch.step.ts';

const bodyBytesMax = 256 * 1024;

/** As much of the collector's health as is judged here; a newer collector may say more. */
const Health = z.looseObject({ status: z.enum(['ok', 'degraded']), causes: z.array(z.string()).default([]) });

export interface CheckTarget {
  readonly url: string;
  readonly ca: string | undefined;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  readonly degraded: boolean;
}

/** Asks once. null: the collector is well. */
export async function checkCollector(target: CheckTarget, http: DriverIo['http'], signal: AbortSignal): Promise<Why | null> {
  const { url, ca, token, timeoutMs } = target;
  const reply = await http({
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    deadlineMs: timeoutMs,
    bodyBytesMax,
    signal,
    ...(ca === undefined ? {} : { caPem: ca }),
  });
  return reply.ok ? judged(reply.value, target) : whyOf(reply.error);
}

function judged({ status, body }: HttpReply, { token, degraded }: CheckTarget): Why | null {
  if (status === 401 || status === 403) return token === undefined ? null : { code: 'unauthorised', detail: String(status) };
  if (status >= 300 && status < 400) return { code: 'redirected', detail: String(status) };
  if (status < 200 || status >= 400) return { code: 'status', detail: String(status) };
  const health = readShape(Health, parsed(body));
  if (!health.success) return { code: 'notUnderstood', detail: '' };
  const told = health.data.causes.find((cause) => cause === 'watchStill' || cause === 'watchBehind');
  if (told !== undefined) return { code: told, detail: '' };
  if (!degraded || health.data.status === 'ok') return null;
  return {
    code: 'degraded',
    detail: health.data.causes
      .join(', ')
      .replace(/[^A-Za-z, ]/g, '')
      .slice(0, 120),
  };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

const trust = /CERT|SELF_SIGNED|SSL|TLS|ISSUER|ALTNAME|SIGNATURE|certificate/i;

/** Of the failures of a request the code of the system alone: what stands around it may hold an address. */
export function whyOf(failure: DriverFailure): Why {
  switch (failure.kind) {
    case 'timeout':
      return { code: 'timeout', detail: `${failure.afterMs} ms` };
    case 'malformed':
      return { code: 'notUnderstood', detail: '' };
    case 'unreachable': {
      const code = /\bE[A-Z_]{3,}\b|[A-Z]+(?:_[A-Z]+)+/.exec(failure.detail)?.[0] ?? '';
      return { code: trust.test(failure.detail) ? 'untrusted' : 'unreachable', detail: code };
    }
    default:
      return { code: 'unreachable', detail: failure.kind };
  }
}
