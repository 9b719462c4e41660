/**
 * Robots of WeCom, DingTalk and Feishu, and an endpoint for webhooks, on one port of this machine. They hold to the vendors' rules: keys,
 * signatures and their hour, bytes, messages a minute, and errors told with HTTP 200 and a code in the body.
 */
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { act, type Fault } from './faults.ts';
import { answerJson, fieldOf, type Heard, type Listening, type ListenOptions, listen, parsed } from './http.ts';

export type Vendor = 'wecom' | 'dingtalk' | 'feishu' | 'webhook';

export interface ReceivedMessage {
  readonly at: number;
  readonly vendor: Vendor;
  readonly robot: string;
  /** `markdown`, `text`, `actionCard`, `interactive`, `json`. */
  readonly kind: string;
  /** All that a reader sees, one after the other. */
  readonly content: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RefusedMessage {
  readonly at: number;
  readonly vendor: Vendor;
  readonly code: number;
}

export interface RobotKeys {
  /** Keys of WeCom. */
  readonly wecom?: readonly string[];
  /** Secret of 加签 by access token; null: without. */
  readonly dingtalk?: Readonly<Record<string, string | null>>;
  /** Key of 签名校验 by token; null: without. */
  readonly feishu?: Readonly<Record<string, string | null>>;
  /** Shared secret by the last part of `/hook/<name>`. */
  readonly webhook?: Readonly<Record<string, string>>;
}

export interface RobotServer extends Listening {
  readonly received: readonly ReceivedMessage[];
  readonly refused: readonly RefusedMessage[];
  /** Requests of any kind. */
  readonly asked: () => number;
  /** Until `null` is said. */
  readonly fail: (fault: Fault | null) => void;
  readonly urls: Readonly<Record<Vendor, string>>;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

type Verdict =
  | { readonly taken: true; readonly kind: string; readonly content: string; readonly answer: unknown }
  | { readonly taken: false; readonly code: number; readonly answer: unknown; readonly status?: number };

interface Asked {
  readonly heard: Heard;
  readonly robot: string;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly at: number;
}

export async function startRobotServer(keys: RobotKeys, now: () => number, options: ListenOptions = {}): Promise<RobotServer> {
  const received: ReceivedMessage[] = [];
  const refused: RefusedMessage[] = [];
  const windows = new Windows();
  let fault: Fault | null = null;
  let asked = 0;
  const server = await listen((heard, response) => {
    asked++;
    if (fault !== null) {
      act(fault, response);
      return;
    }
    const vendor = vendorOf(heard.url.pathname);
    if (vendor === null || heard.method !== 'POST') {
      answerJson(response, {}, 404);
      return;
    }
    const robot = robotOf(vendor, heard.url);
    const one: Asked = { heard, robot, body: parsed(heard.body), at: now() };
    const verdict = judges[vendor](one, keys, windows);
    if (verdict.taken) {
      const { kind, content } = verdict;
      received.push({ at: one.at, vendor, robot, kind, content, headers: heard.headers, body: one.body ?? {} });
    } else refused.push({ at: one.at, vendor, code: verdict.code });
    tell(response, verdict);
  }, options);
  return {
    ...server,
    received,
    refused,
    asked: () => asked,
    fail: (next) => {
      fault = next;
    },
    urls: {
      wecom: `${server.origin}/cgi-bin/webhook/send`,
      dingtalk: `${server.origin}/robot/send`,
      feishu: `${server.origin}/open-apis/bot/v2/hook`,
      webhook: `${server.origin}/hook`,
    },
  };
}

const tell = (response: ServerResponse, verdict: Verdict): void =>
  answerJson(response, verdict.answer, verdict.taken ? 200 : (verdict.status ?? 200));

function vendorOf(path: string): Vendor | null {
  if (path === '/cgi-bin/webhook/send') return 'wecom';
  if (path === '/robot/send') return 'dingtalk';
  if (path.startsWith('/open-apis/bot/v2/hook/')) return 'feishu';
  return path.startsWith('/hook/') ? 'webhook' : null;
}

function robotOf(vendor: Vendor, url: URL): string {
  if (vendor === 'wecom') return url.searchParams.get('key') ?? '';
  if (vendor === 'dingtalk') return url.searchParams.get('access_token') ?? '';
  return decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
}

/** Messages taken of each robot within the last minute; DingTalk's punishment outlasts it. */
class Windows {
  readonly #taken = new Map<string, number[]>();
  readonly #heldUntil = new Map<string, number>();

  /** Whether one more fits; it counts when it does. */
  take(
    robot: string,
    at: number,
    limits: { readonly perMinute: number; readonly perSecond?: number; readonly heldMs?: number },
  ): boolean {
    if ((this.#heldUntil.get(robot) ?? 0) > at) return false;
    const recent = (this.#taken.get(robot) ?? []).filter((each) => each > at - minuteMs);
    const second = recent.filter((each) => each > at - 1_000).length;
    if (recent.length >= limits.perMinute || second >= (limits.perSecond ?? Number.POSITIVE_INFINITY)) {
      if (limits.heldMs !== undefined) this.#heldUntil.set(robot, at + limits.heldMs);
      return false;
    }
    this.#taken.set(robot, [...recent, at]);
    return true;
  }
}

const errcode = (code: number, message: string): Verdict => ({ taken: false, code, answer: { errcode: code, errmsg: message } });

function wecom({ robot, body, at }: Asked, keys: RobotKeys, windows: Windows): Verdict {
  if (keys.wecom?.includes(robot) !== true) return errcode(93_000, 'invalid webhook url, hint: [17], from ip: 10.1.2.3');
  const kind = body?.['msgtype'];
  if (kind !== 'markdown' && kind !== 'text') return errcode(40_008, 'invalid message type');
  const content = fieldOf(body, kind, 'content');
  if (typeof content !== 'string' || content === '') return errcode(44_004, 'content is empty');
  const most = kind === 'markdown' ? 4_096 : 2_048;
  if (Buffer.byteLength(content) > most)
    return errcode(40_058, `${kind}.content exceed max length ${most}. invalid Request Parameter`);
  if (!windows.take(`wecom ${robot}`, at, { perMinute: 20 })) return errcode(45_009, 'api freq out of limit');
  return { taken: true, kind, content, answer: { errcode: 0, errmsg: 'ok' } };
}

function dingtalk({ heard, robot, body, at }: Asked, keys: RobotKeys, windows: Windows): Verdict {
  const secret = keys.dingtalk?.[robot];
  if (secret === undefined) return errcode(300_005, 'token is not exist');
  if (!(heard.headers['content-type'] ?? '').startsWith('application/json')) return errcode(43_004, 'invalid Content-Type');
  if (secret !== null && !dingtalkSigned(heard.url, secret, at)) return errcode(310_000, 'sign not match');
  if (Buffer.byteLength(heard.body) > 20_000) return errcode(460_101, 'message too long, exceed 20000 bytes');
  const content = dingtalkContent(body);
  if (content === null) return errcode(400_105, 'unsupported msgtype');
  if (!windows.take(`dingtalk ${robot}`, at, { perMinute: 20, heldMs: 10 * minuteMs }))
    return errcode(130_101, 'send too fast, exceed 20 times per minute');
  return { taken: true, kind: String(body?.['msgtype']), content, answer: { errcode: 0, errmsg: 'ok' } };
}

function dingtalkSigned({ searchParams }: URL, secret: string, at: number): boolean {
  const timestamp = searchParams.get('timestamp') ?? '';
  const fresh = /^\d{13}$/.test(timestamp) && Math.abs(Number(timestamp) - at) < hourMs;
  return fresh && searchParams.get('sign') === hmac(secret, `${timestamp}\n${secret}`);
}

function dingtalkContent(body: unknown): string | null {
  switch (fieldOf(body, 'msgtype')) {
    case 'text':
      return textsOf(fieldOf(body, 'text', 'content'));
    case 'markdown':
      return textsOf(fieldOf(body, 'markdown', 'title'), fieldOf(body, 'markdown', 'text'));
    case 'actionCard': {
      const buttons = fieldOf(body, 'actionCard', 'btns');
      if (!Array.isArray(buttons) || buttons.length === 0) return null;
      const urls = buttons.flatMap((button: unknown) => [fieldOf(button, 'title'), fieldOf(button, 'actionURL')]);
      return textsOf(fieldOf(body, 'actionCard', 'title'), fieldOf(body, 'actionCard', 'text'), ...urls);
    }
    default:
      return null;
  }
}

const textsOf = (...parts: readonly unknown[]): string | null =>
  parts.every((part) => typeof part === 'string' && part !== '') ? parts.join('\n') : null;

const larkCode = (code: number, msg: string): Verdict => ({ taken: false, code, answer: { code, msg, data: {} } });

function feishu({ heard, robot, body, at }: Asked, keys: RobotKeys, windows: Windows): Verdict {
  const secret = keys.feishu?.[robot];
  if (secret === undefined) return larkCode(19_001, 'param invalid: incoming webhook access token invalid');
  if (body === null || Buffer.byteLength(heard.body) > 20 * 1024) return larkCode(9_499, 'Bad Request');
  if (secret !== null && !feishuSigned(body, secret, at))
    return larkCode(19_021, 'sign match fail or timestamp is not within one hour from current time');
  const content = feishuContent(body);
  if (content === null) return larkCode(9_499, 'Bad Request');
  if (!windows.take(`feishu ${robot}`, at, { perMinute: 100, perSecond: 5 })) return larkCode(11_232, 'frequency limited');
  const answer = { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' };
  return { taken: true, kind: String(body['msg_type']), content, answer };
}

function feishuSigned(body: Readonly<Record<string, unknown>>, secret: string, at: number): boolean {
  const { timestamp, sign } = body;
  if (typeof timestamp !== 'string' || !/^\d{10}$/.test(timestamp)) return false;
  return Math.abs(Number(timestamp) * 1_000 - at) < hourMs && sign === hmac(`${timestamp}\n${secret}`, '');
}

function feishuContent(body: unknown): string | null {
  const kind = fieldOf(body, 'msg_type');
  if (kind === 'text') return textsOf(fieldOf(body, 'content', 'text'));
  const elements = fieldOf(body, 'card', 'elements');
  if (kind !== 'interactive' || !Array.isArray(elements)) return null;
  return textsOf(fieldOf(body, 'card', 'header', 'title', 'content'), JSON.stringify(elements));
}

function webhook({ heard, robot, body, at }: Asked, keys: RobotKeys): Verdict {
  const refuse = (status: number): Verdict => ({ taken: false, code: status, status, answer: {} });
  const secret = keys.webhook?.[robot];
  if (secret === undefined) return refuse(404);
  const timestamp = heard.headers['x-cardwatch-timestamp'] ?? '';
  const notice = heard.headers['idempotency-key'] ?? '';
  const expected = createHmac('sha256', secret).update(`${timestamp}.${notice}.${heard.body}`).digest('hex');
  if (heard.headers['x-cardwatch-signature'] !== `v1=${expected}`) return refuse(401);
  if (Math.abs(Number(timestamp) * 1_000 - at) > 5 * minuteMs) return refuse(401);
  if (body === null || body['noticeId'] !== notice) return refuse(400);
  return { taken: true, kind: 'json', content: heard.body, answer: { id: `w-${notice.slice(0, 8)}` } };
}

const judges: Readonly<Record<Vendor, (asked: Asked, keys: RobotKeys, windows: Windows) => Verdict>> = {
  wecom,
  dingtalk,
  feishu,
  webhook,
};
