import { err, ok, type Result } from '@cardwatch/kernel';
import type { Channel, ChannelFailure, ChannelKit, ChannelLimits, ChannelMessage, ChannelPorts, Delivery } from '../channel.ts';
import { failed } from '../failure.core.ts';
import { askForSuccess, jsonOf } from '../post.ts';
import { judgeRobot, robotAnswer } from '../robot-answer.core.ts';
import { overLimits } from '../text.core.ts';
import { type WecomBody, wecomBody } from './body.core.ts';
import { wecomCodes, wecomPerMinute } from './codes.core.ts';
import { WecomSettings } from './settings.ts';

const limitsOf = (style: WecomSettings['style']): ChannelLimits => ({
  titleBytes: style === 'markdown' ? 256 : 200,
  textBytes: style === 'markdown' ? 2_600 : 1_000,
  perMinute: wecomPerMinute,
  perSecond: null,
  countedBy: 'address',
});

/** 企业微信群机器人. A recipient's address is the name of a robot in the settings. */
export const wecomKit: ChannelKit<WecomSettings> = {
  kind: 'wecom',
  settings: WecomSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open({ url, style, robots }: WecomSettings, ports: ChannelPorts): Channel {
  const limits = limitsOf(style);
  const keys = new Map(Object.entries(robots).map(([name, { key }]) => [name, ports.secret(key)]));
  return {
    kind: 'wecom',
    limits,
    async send(message, signal, handingOver) {
      const ready = prepare(message, limits, keys.get(message.address), style);
      if (!ready.ok) return ready;
      const target = new URL(url);
      target.searchParams.set('key', ready.value.key);
      const answer = await askForSuccess(ports, {
        url: target.href,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(ready.value.body),
        signal,
        handingOver,
      });
      return answer.ok ? told(answer.value.text) : answer;
    },
    close: () => Promise.resolve(),
  };
}

interface Ready {
  readonly key: string;
  readonly body: WecomBody;
}

function prepare(
  message: ChannelMessage,
  limits: ChannelLimits,
  key: string | undefined,
  style: WecomSettings['style'],
): Result<Ready, ChannelFailure> {
  if (key === undefined) return failed({ kind: 'misconfigured', detail: 'unknownAddress' });
  const over = overLimits(message, limits);
  if (over !== null) return err(over.error);
  const body = wecomBody(message, style);
  return body === null ? failed({ kind: 'tooLarge', detail: 'tooLong' }) : ok({ key, body });
}

const told = (text: string): Result<Delivery, ChannelFailure> =>
  judgeRobot(robotAnswer(jsonOf(text), ['errcode'], ['errmsg']), wecomCodes);
