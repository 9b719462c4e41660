/** An SMS gateway on this machine: POST /send with JSON `{ to, text, ref }`, a token in a header, its own codes in the body with HTTP 200. */
import { act, type Fault } from './faults.ts';
import { answerJson, type Listening, type ListenOptions, listen, parsed } from './http.ts';

export interface ReceivedSms {
  readonly at: number;
  readonly to: string;
  readonly text: string;
  readonly ref: string;
}

export interface SmsServer extends Listening {
  readonly received: readonly ReceivedSms[];
  /** Codes of what was not taken. */
  readonly refused: readonly string[];
  readonly fail: (fault: Fault | null) => void;
  readonly url: string;
}

/** `0` taken, `1001` token, `1002` number, `1003` more than this a minute, `1004` longer than 500 characters, `1005` not understood. */
export const smsGatewayLimits = { perMinute: 60, characters: 500 } as const;

export async function startSmsServer(token: string, now: () => number, options: ListenOptions = {}): Promise<SmsServer> {
  const received: ReceivedSms[] = [];
  const refused: string[] = [];
  let fault: Fault | null = null;
  const server = await listen((heard, response) => {
    if (fault !== null) {
      act(fault, response);
      return;
    }
    const at = now();
    const body = parsed(heard.body);
    const { to, text, ref } = body ?? {};
    const code =
      heard.headers['authorization'] !== `Bearer ${token}`
        ? '1001'
        : typeof to !== 'string' || typeof text !== 'string' || typeof ref !== 'string'
          ? '1005'
          : codeOf(to, text, received.filter((each) => each.at > at - 60_000).length);
    if (code !== '0') refused.push(code);
    else received.push({ at, to: String(to), text: String(text), ref: String(ref) });
    answerJson(response, code === '0' ? { code, data: { msgid: `sms-${received.length}` } } : { code, message: 'refused' });
  }, options);
  return {
    ...server,
    received,
    refused,
    fail: (next) => {
      fault = next;
    },
    url: `${server.origin}/send`,
  };
}

function codeOf(to: string, text: string, inThisMinute: number): string {
  if (!/^(\+86)?1[3-9]\d{9}$/.test(to)) return '1002';
  if (inThisMinute >= smsGatewayLimits.perMinute) return '1003';
  return Array.from(text).length > smsGatewayLimits.characters ? '1004' : '0';
}
