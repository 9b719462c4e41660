import type { Result } from '@cardwatch/kernel';
import type { Channel, ChannelFailure, ChannelKit, ChannelLimits, ChannelPorts, Delivery } from '../channel.ts';
import { failed } from '../failure.core.ts';
import { askForSuccess, jsonOf } from '../post.ts';
import { judgeRobot, robotAnswer } from '../robot-answer.core.ts';
import { overLimits } from '../text.core.ts';
import { type FeishuProof, feishuBody } from './body.core.ts';
import { feishuCodes, feishuPace } from './codes.core.ts';
import { FeishuSettings } from './settings.ts';
import { feishuSign } from './sign.ts';

const limits: ChannelLimits = { titleBytes: 256, textBytes: 8_000, ...feishuPace, countedBy: 'address' };

/** 飞书自定义机器人. A recipient's address is the name of a robot in the settings. */
export const feishuKit: ChannelKit<FeishuSettings> = {
  kind: 'feishu',
  settings: FeishuSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

interface Robot {
  readonly token: string;
  readonly sign: string | null;
}

function open({ url, style, robots }: FeishuSettings, ports: ChannelPorts): Channel {
  const known = new Map<string, Robot>(
    Object.entries(robots).map(([name, { token, sign }]) => [
      name,
      { token: ports.secret(token), sign: sign === undefined ? null : ports.secret(sign) },
    ]),
  );
  return {
    kind: 'feishu',
    limits,
    async send(message, signal, handingOver) {
      const robot = known.get(message.address);
      if (robot === undefined) return failed({ kind: 'misconfigured', detail: 'unknownAddress' });
      const over = overLimits(message, limits) !== null;
      const body = over ? null : feishuBody(message, style, proofOf(robot, ports.now()));
      if (body === null) return failed({ kind: 'tooLarge', detail: 'tooLong' });
      const answer = await askForSuccess(ports, {
        url: `${url}/${encodeURIComponent(robot.token)}`,
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

function proofOf({ sign }: Robot, now: number): FeishuProof | null {
  if (sign === null) return null;
  const seconds = Math.floor(now / 1_000);
  return { timestamp: String(seconds), sign: feishuSign(sign, seconds) };
}

const told = (text: string): Result<Delivery, ChannelFailure> =>
  judgeRobot(robotAnswer(jsonOf(text), ['code', 'StatusCode'], ['msg', 'StatusMessage']), feishuCodes);
