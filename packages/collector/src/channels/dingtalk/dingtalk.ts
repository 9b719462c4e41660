import type { Result } from '@cardwatch/kernel';
import type { Channel, ChannelFailure, ChannelKit, ChannelLimits, ChannelPorts, Delivery } from '../channel.ts';
import { failed } from '../failure.core.ts';
import { askForSuccess, jsonOf } from '../post.ts';
import { judgeRobot, robotAnswer } from '../robot-answer.core.ts';
import { overLimits } from '../text.core.ts';
import { dingtalkBody } from './body.core.ts';
import { dingtalkCodes, dingtalkPerMinute } from './codes.core.ts';
import { DingtalkSettings } from './settings.ts';
import { dingtalkSign } from './sign.ts';

const limits: ChannelLimits = {
  titleBytes: 256,
  textBytes: 8_000,
  perMinute: dingtalkPerMinute,
  perSecond: null,
  countedBy: 'address',
};

/** 钉钉自定义机器人. A recipient's address is the name of a robot in the settings. */
export const dingtalkKit: ChannelKit<DingtalkSettings> = {
  kind: 'dingtalk',
  settings: DingtalkSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

interface Robot {
  readonly token: string;
  readonly sign: string | null;
}

function open({ url, style, robots }: DingtalkSettings, ports: ChannelPorts): Channel {
  const known = new Map<string, Robot>(
    Object.entries(robots).map(([name, { token, sign }]) => [
      name,
      { token: ports.secret(token), sign: sign === undefined ? null : ports.secret(sign) },
    ]),
  );
  return {
    kind: 'dingtalk',
    limits,
    async send(message, signal, handingOver) {
      const robot = known.get(message.address);
      if (robot === undefined) return failed({ kind: 'misconfigured', detail: 'unknownAddress' });
      const body = overLimits(message, limits) === null ? dingtalkBody(message, style) : null;
      if (body === null) return failed({ kind: 'tooLarge', detail: 'tooLong' });
      const answer = await askForSuccess(ports, {
        url: targetOf(url, robot, ports.now()),
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body,
        signal,
        handingOver,
      });
      return answer.ok ? told(answer.value.text) : answer;
    },
    close: () => Promise.resolve(),
  };
}

function targetOf(url: string, { token, sign }: Robot, now: number): string {
  const target = new URL(url);
  target.searchParams.set('access_token', token);
  if (sign !== null) {
    target.searchParams.set('timestamp', String(now));
    target.searchParams.set('sign', dingtalkSign(sign, now));
  }
  return target.href;
}

const told = (text: string): Result<Delivery, ChannelFailure> =>
  judgeRobot(robotAnswer(jsonOf(text), ['errcode'], ['errmsg']), dingtalkCodes);
