import { feishuPace, feishuPost, feishuVerdict, type RobotAt, type RobotMessage } from '@cardwatch/contracts/robots';
import type { Channel, ChannelKit, ChannelLimits, ChannelPorts } from '../channel.ts';
import { robotChannel } from '../robot.ts';
import { FeishuSettings } from './settings.ts';

const limits: ChannelLimits = { titleBytes: 256, textBytes: 8_000, ...feishuPace, countedBy: 'address' };

/** 飞书自定义机器人. A recipient's address is the name of a robot in the settings. */
export const feishuKit: ChannelKit<FeishuSettings> = {
  kind: 'feishu',
  settings: FeishuSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open({ url, style, robots }: FeishuSettings, ports: ChannelPorts): Channel {
  const posts = new Map(
    Object.entries(robots).map(([name, files]) => {
      const robot = {
        url,
        style,
        token: ports.secret(files.token),
        sign: files.sign === undefined ? null : ports.secret(files.sign),
      };
      return [name, (message: RobotMessage, at: RobotAt) => feishuPost(robot, message, at)];
    }),
  );
  return robotChannel({ kind: 'feishu', limits, posts, verdict: feishuVerdict }, ports);
}
