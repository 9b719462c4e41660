import { dingtalkPace, dingtalkPost, dingtalkVerdict, type RobotAt, type RobotMessage } from '@cardwatch/contracts/robots';
import type { Channel, ChannelKit, ChannelLimits, ChannelPorts } from '../channel.ts';
import { robotChannel } from '../robot.ts';
import { DingtalkSettings } from './settings.ts';

const limits: ChannelLimits = { titleBytes: 256, textBytes: 8_000, ...dingtalkPace, countedBy: 'address' };

/** 钉钉自定义机器人. A recipient's address is the name of a robot in the settings. */
export const dingtalkKit: ChannelKit<DingtalkSettings> = {
  kind: 'dingtalk',
  settings: DingtalkSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open({ url, style, robots }: DingtalkSettings, ports: ChannelPorts): Channel {
  const posts = new Map(
    Object.entries(robots).map(([name, files]) => {
      const robot = {
        url,
        style,
        token: ports.secret(files.token),
        sign: files.sign === undefined ? null : ports.secret(files.sign),
      };
      return [name, (message: RobotMessage, at: RobotAt) => dingtalkPost(robot, message, at)];
    }),
  );
  return robotChannel({ kind: 'dingtalk', limits, posts, verdict: dingtalkVerdict }, ports);
}
