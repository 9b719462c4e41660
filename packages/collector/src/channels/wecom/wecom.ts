import { type RobotMessage, wecomPace, wecomPost, wecomVerdict } from '@cardwatch/contracts/robots';
import type { Channel, ChannelKit, ChannelLimits, ChannelPorts } from '../channel.ts';
import { robotChannel } from '../robot.ts';
import { WecomSettings } from './settings.ts';

const limitsOf = (style: WecomSettings['style']): ChannelLimits => ({
  titleBytes: style === 'markdown' ? 256 : 200,
  textBytes: style === 'markdown' ? 2_600 : 1_000,
  ...wecomPace,
  countedBy: 'address',
});

/** 企业微信群机器人. A recipient's address is the name of a robot in the settings. */
export const wecomKit: ChannelKit<WecomSettings> = {
  kind: 'wecom',
  settings: WecomSettings,
  open: (settings, ports) => Promise.resolve(open(settings, ports)),
};

function open({ url, style, robots }: WecomSettings, ports: ChannelPorts): Channel {
  const posts = new Map(
    Object.entries(robots).map(([name, { key: file }]) => {
      const key = ports.secret(file);
      return [name, (message: RobotMessage) => wecomPost({ url, key, style }, message)];
    }),
  );
  return robotChannel({ kind: 'wecom', limits: limitsOf(style), posts, verdict: wecomVerdict }, ports);
}
