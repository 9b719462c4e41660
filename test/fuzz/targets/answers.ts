/** What others answer us: robots, SMS gateways, webhooks, mail servers, the collector's health to the second watch, and the console's own stream. */
import { retryAfterMsOf } from '../../../packages/collector/src/channels/failure.core.ts';
import type { ChannelKit, ChannelMessage } from '../../../packages/collector/src/channels/channel.ts';
import { smtpFailure } from '../../../packages/collector/src/channels/mail/smtp-failure.core.ts';
import { smsKit } from '../../../packages/collector/src/channels/sms/sms.ts';
import { webhookKit } from '../../../packages/collector/src/channels/webhook/webhook.ts';
import { checkCollector } from '../../../packages/agent/src/shell/second-watch/check.ts';
import { emptySse, readSse, sseLimits } from '../../../packages/console/src/live/sse.core.ts';
import { LiveEvent } from '@cardwatch/contracts/api';
import { dingtalkVerdict, feishuVerdict, wecomVerdict } from '@cardwatch/contracts/robots';
import { ChannelFailureKind } from '@cardwatch/contracts/watch';
import { chance, intBetween, ok, pick, type Random } from '@cardwatch/kernel';
import { changeJson } from '../json.ts';
import { mutate } from '../mutate.ts';
import { told } from '../same.ts';
import { bytesOf, choicesOf, type Feed, type Finding, fullShare, jsonBytes, type Target, textOf } from '../target.ts';

const failureKinds: ReadonlySet<string> = new Set(ChannelFailureKind.options);

interface Failure {
  readonly kind: string;
  readonly code?: string | number | null;
  readonly detail: string;
  readonly retryAfterMs: number | null;
}

function failureProblem({ kind, code, detail, retryAfterMs }: Failure): Finding {
  if (!failureKinds.has(kind)) return `a kind of failure that there is not: ${told(kind)}`;
  if (typeof detail !== 'string' || detail === '' || detail.length > 200) return 'a failure without words';
  if (typeof code === 'string' && !/^[A-Za-z0-9 ._-]{0,64}$/.test(code)) return `the vendor’s words are passed on: ${told(code)}`;
  if (retryAfterMs !== null && !(retryAfterMs >= 0 && retryAfterMs <= 86_400_000))
    return `to be tried again in ${retryAfterMs} ms`;
  return undefined;
}

const robotSeeds = [
  { errcode: 0, errmsg: 'ok' },
  { errcode: 45009, errmsg: 'api freq out of limit' },
  { errcode: 310000, errmsg: 'keywords not in content' },
  { errcode: 300001, errmsg: 'token is not exist' },
  { code: 19024, msg: 'Key Words Not Found' },
  { code: 9499, msg: 'too many request', data: {} },
  { StatusCode: 0, StatusMessage: 'success' },
];

/** Collector and agent both read no more of an answer. */
const robotAnswerBytes = 64 * 1024;

function feedRobots(input: Uint8Array): Finding {
  const text = textOf(input.subarray(0, robotAnswerBytes));
  for (const verdict of [wecomVerdict, dingtalkVerdict, feishuVerdict]) {
    const judged = verdict(text);
    const problem = judged.ok ? undefined : failureProblem(judged.error);
    if (problem !== undefined) return problem;
    if (judged.ok && !/[":]\s*-?0/.test(text)) return 'taken for a receipt without a zero in it';
  }
  return undefined;
}

const message: ChannelMessage = {
  noticeId: '00000000-0000-4000-8000-000000000001',
  title: '一食堂脱网',
  text: '12 台终端',
  level: 1,
  cleared: false,
  link: null,
  acknowledgeLink: null,
  address: 'desk',
};
const smsSettings = {
  url: 'https://sms.example.com/send',
  body: '{"phone":"{phone}","text":"{text}"}',
  success: { codePath: 'result.code', codes: ['0'], idPath: 'result.id' },
  failures: { '42': 'rateLimited', '43': 'unauthorised' },
};
const webhookSettings = { endpoints: { desk: { url: 'https://desk.example.edu.cn/x', secret: 'k' } } };

/** The head of an answer on the first line, `status retry-after`; its body behind it. */
async function openChannel<S>(
  kit: ChannelKit<S>,
  settings: unknown,
  address: string,
): Promise<(input: Uint8Array) => Promise<Finding>> {
  let answer = new Response('');
  const channel = await kit.open(kit.settings.parse(settings), {
    secret: () => 'open-sesame',
    now: () => 1_795_392_000_000,
    fetch: () => Promise.resolve(answer),
  });
  return async (input) => {
    const text = textOf(input);
    const [head = '', ...rest] = text.split('\n');
    const [status = '', ...after] = head.split(' ');
    const code = Number(status) >= 200 && Number(status) <= 599 ? Math.floor(Number(status)) : 200;
    const retryAfter = after.join(' ').replace(/[^\x20-\x7e]/g, '');
    const bodiless = [204, 205, 304].includes(code);
    answer = new Response(bodiless ? null : rest.join('\n'), {
      status: code,
      headers: retryAfter === '' ? {} : { 'retry-after': retryAfter },
    });
    const sent = await channel.send({ ...message, address }, new AbortController().signal, () => Promise.resolve());
    if (!sent.ok) return failureProblem(sent.error) ?? (told(sent.error).includes('open-sesame') ? 'tells a secret' : undefined);
    const { providerId } = sent.value;
    return providerId === null || /^[\x21-\x7e]{0,128}$/.test(providerId)
      ? undefined
      : `an id of the vendor that is none: ${told(providerId)}`;
  };
}

const gatewaySeeds = [
  '200\n{"result":{"code":"0","id":"m-1"}}',
  '200\n{"result":{"code":42}}',
  '200\n{"result":{"code":"__proto__"}}',
  '429 30\n{}',
  '503 Mon, 23 Nov 2026 10:00:00 GMT\nlater',
  '302\n',
  '200\n{"id":"x-1"}',
].map(bytesOf);

async function openGateways(): Promise<Feed> {
  const channels = [
    await openChannel(smsKit, smsSettings, '13800000000'),
    await openChannel(webhookKit, webhookSettings, 'desk'),
  ];
  return {
    seeds: gatewaySeeds,
    change: (random, pool) => {
      if (chance(random, 0.5)) return mutate(random, pool).bytes;
      const [head = '', ...body] = textOf(pick(random, pool)).split('\n');
      return Buffer.concat([bytesOf(`${head}\n`), changeJson(random, [bytesOf(body.join('\n'))])]);
    },
    feed: async (input) => {
      for (const channel of channels) {
        const problem = await channel(input);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

const smtpSeeds = [
  '550 5.1.1 no such user',
  '452 4.2.2 too many',
  '535 5.7.8 bad login',
  '554 5.3.4 too big',
  '421 4.7.0 频率过快',
  'ECONNRESET',
  'ETLS',
].map(bytesOf);

function feedSmtp(input: Uint8Array): Finding {
  const text = textOf(input);
  const code = /^\d{3}/.exec(text)?.[0];
  const { error } = smtpFailure({
    code: code === undefined ? text.slice(0, 64) : null,
    responseCode: code === undefined ? null : Number(code),
    response: text,
  });
  const problem = failureProblem(error);
  if (problem !== undefined) return problem;
  const wait = retryAfterMsOf(text.replace(/[\r\n]/g, ''), Date.parse, 1_795_392_000_000);
  return wait === null || (Number.isFinite(wait) && wait >= 0) ? undefined : `to wait ${wait} ms`;
}

const healthSeeds = [
  { status: 'ok', causes: [] },
  { status: 'degraded', causes: ['watchStill'] },
  { status: 'degraded', causes: ['storage', '<script>'] },
].map(jsonBytes);

async function feedHealth(input: Uint8Array): Promise<Finding> {
  const random = choicesOf(input);
  const status = pick(random, [200, 200, 200, 204, 301, 401, 500, 503]);
  const target = {
    url: 'http://c/health',
    ca: undefined,
    token: chance(random, 0.5) ? 'secret-token' : undefined,
    timeoutMs: 1_000,
    degraded: chance(random, 0.5),
  };
  const why = await checkCollector(
    target,
    () => Promise.resolve(ok({ status, headers: {}, body: input })),
    new AbortController().signal,
  );
  if (why === null) return undefined;
  return /^[A-Za-z0-9, _]{0,120}$/.test(why.detail) ? undefined : `the collector’s own words are passed on: ${told(why.detail)}`;
}

const sseSeeds = [
  'retry: 2000\n\n: beat\n\nid: 7\nevent: message\ndata: {"type":"resync","reason":"x"}\n\n',
  'data: a\ndata: b\r\ndata\r\r',
  'id: 12\ndata: {"type":"readings","readings":[]}\n\ndata:{"type":"alarms","alarms":null}\n\n',
  '\ufeffdata: x\n\n',
  'data:\n'.repeat(2_000),
].map(bytesOf);

/** The console's parser: the same however the stream is cut, and never more than the limit is held. */
function feedSse(input: Uint8Array): Finding {
  const text = textOf(input);
  const whole = readSse(emptySse('0'), text);
  const random = choicesOf(input);
  let state = emptySse('0');
  const messages: unknown[] = [];
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + intBetween(random, 1, pick(random, [1, 7, 300])));
    const read = readSse(state, text.slice(at, end));
    state = read.state;
    messages.push(...read.messages);
    at = end;
  }
  if (told(messages) !== told(whole.messages) || told(state) !== told(whole.state))
    return 'says something else when it comes in other pieces';
  if (!whole.overflow && state.data.length > sseLimits.messageChars) return 'holds more than the limit';
  for (const { data } of whole.messages) {
    const event = LiveEvent.safeParse(jsonOf(data));
    if (event.success && told(LiveEvent.parse(JSON.parse(JSON.stringify(event.data)))) !== told(event.data))
      return 'an event does not survive writing';
  }
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const change = (random: Random, pool: readonly Uint8Array[]): Uint8Array =>
  chance(random, 0.6) ? changeJson(random, pool) : mutate(random, pool).bytes;

export const answerTargets: readonly Target[] = [
  {
    name: 'robot-answer',
    perChange: fullShare,
    open: () => Promise.resolve({ seeds: robotSeeds.map(jsonBytes), change, feed: feedRobots }),
  },
  { name: 'gateway-answer', perChange: 10_000, open: openGateways },
  { name: 'smtp-answer', perChange: fullShare, open: () => Promise.resolve({ seeds: smtpSeeds, feed: feedSmtp }) },
  { name: 'health-answer', perChange: 30_000, open: () => Promise.resolve({ seeds: healthSeeds, change, feed: feedHealth }) },
  { name: 'live-events', perChange: 10_000, open: () => Promise.resolve({ seeds: sseSeeds, feed: feedSse }) },
];
