import { createHmac } from 'node:crypto';
import {
  dingtalkPost,
  dingtalkVerdict,
  feishuPost,
  feishuVerdict,
  type RobotAt,
  robotHeaders,
  type RobotMessage,
  type RobotPost,
  type RobotRefusal,
  robotWords,
  wecomPost,
  wecomVerdict,
} from '@cardwatch/contracts/robots';
import type { DriverIo } from '@cardwatch/drivers';
import { type Clock, err, ok, type Result } from '@cardwatch/kernel';
import { whyWords } from '../../second-watch/condition-words.ts';
import type { Teller, TellFailure } from '../../second-watch/teller.ts';
import { whyOf } from './check.ts';

const robotLimits = { deadlineMs: 10_000, bodyBytesMax: 64 * 1024, detailChars: 120 } as const;

export interface RobotTarget {
  readonly name: string;
  readonly by: 'wecom' | 'dingtalk' | 'feishu';
  readonly url: string;
  /** Key of WeCom, token of the others. */
  readonly secret: string;
  /** Null: the robot asks for no signature. */
  readonly sign: string | null;
  readonly ca: string | undefined;
}

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

/** As the collector posts to robots: the same bodies, signatures and codes. The answer's body is the receipt, HTTP 200 alone is none. */
export const robotTeller = (target: RobotTarget, http: DriverIo['http'], clock: Clock): Teller => ({
  name: target.name,
  by: target.by,
  send: async ({ title, text, cleared }, signal) => {
    const post = postOf(target, { title, text, level: 1, cleared, links: [] }, { now: clock.now(), hmac });
    if (post === null) return notTold(wordsOf('tooLong'));
    const reply = await http({
      method: 'POST',
      url: post.url,
      headers: robotHeaders,
      body: new TextEncoder().encode(post.body),
      deadlineMs: robotLimits.deadlineMs,
      bodyBytesMax: robotLimits.bodyBytesMax,
      signal,
      ...(target.ca === undefined ? {} : { caPem: target.ca }),
    });
    if (reply.ok && reply.value.status >= 200 && reply.value.status < 300)
      return judged(verdicts[target.by](new TextDecoder().decode(reply.value.body)));
    const { code, detail } = reply.ok ? ({ code: 'status', detail: String(reply.value.status) } as const) : whyOf(reply.error);
    return notTold(`${whyWords[code].join(' ')} ${detail}`.trim());
  },
  close: () => Promise.resolve(),
});

const verdicts = { wecom: wecomVerdict, dingtalk: dingtalkVerdict, feishu: feishuVerdict } as const;

function postOf({ by, url, secret, sign }: RobotTarget, message: RobotMessage, at: RobotAt): RobotPost | null {
  switch (by) {
    case 'wecom':
      return wecomPost({ url, key: secret, style: 'markdown' }, message);
    case 'dingtalk':
      return dingtalkPost({ url, token: secret, sign, style: 'markdown' }, message, at);
    default:
      return feishuPost({ url, token: secret, sign, style: 'card' }, message, at);
  }
}

const wordsOf = (detail: RobotRefusal['detail']): string => `${robotWords.zh[detail]} ${robotWords.en[detail]}`;
const notTold = (detail: string): Result<void, TellFailure> =>
  err({ kind: 'notTold', detail: detail.slice(0, robotLimits.detailChars) });

const judged = (verdict: Result<null, RobotRefusal>): Result<void, TellFailure> =>
  verdict.ok ? ok(undefined) : notTold(`${wordsOf(verdict.error.detail)} ${verdict.error.code ?? ''}`.trim());
