/** What the tests of channels have in common: ports with a recorded memory of secrets, and messages. */
import { expect } from 'vitest';
import type { Fault } from '../servers/faults.ts';
import type { ChannelFailureKind } from '@cardwatch/contracts/watch';
import { outboundFetch } from '../../../packages/collector/src/shell/outbound-fetch.ts';
import type {
  Channel,
  ChannelFailure,
  ChannelMessage,
  ChannelPorts,
  Delivery,
  HandOver,
} from '../../../packages/collector/src/channels/channel.ts';
import type { Result } from '@cardwatch/kernel';

/** Every secret of the tests holds this word: none may come out in a failure. */
export const canary = 'CANARY';

export interface BenchOptions {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly allowHosts?: readonly string[];
  readonly now?: () => number;
  readonly deadlineMs?: number;
  readonly ca?: string;
  readonly show?: (message: ChannelMessage) => boolean;
}

export function portsOf({
  secrets = {},
  allowHosts = ['127.0.0.1'],
  now = Date.now,
  deadlineMs = 10_000,
  ca,
  show,
}: BenchOptions = {}): ChannelPorts {
  return {
    secret: (file) => {
      const secret = secrets[file];
      if (secret === undefined) throw new Error('no such secret');
      return secret;
    },
    fetch: outboundFetch({ allowHosts, deadlineMs, ...(ca === undefined ? {} : { ca }) }),
    now,
    ...(show === undefined ? {} : { show }),
  };
}

export const messageOf = (changes: Partial<ChannelMessage> = {}): ChannelMessage => ({
  noticeId: '0192f0c1-7a11-7c3e-9d65-0123456789ab',
  title: '【一级】一食堂网络中断',
  text: '一食堂 12 台消费机离线\n未上传 31 笔 412.50 元\n起于 12:03',
  level: 1,
  cleared: false,
  link: 'https://watch.example.edu.cn/alarms/1',
  acknowledgeLink: 'https://watch.example.edu.cn/a/abc',
  address: 'duty',
  ...changes,
});

const never = new AbortController().signal;

export const send = (
  channel: Channel,
  changes: Partial<ChannelMessage> = {},
  signal = never,
  handingOver: HandOver = () => Promise.resolve(),
): Promise<Result<Delivery, ChannelFailure>> => channel.send(messageOf(changes), signal, handingOver);

/** Of those that never answer we are called back soon; all others have their ten seconds, however busy the machine is. */
export const patience = ({ kind }: Fault): AbortSignal | undefined =>
  kind === 'silent' || kind === 'drip' ? AbortSignal.timeout(100) : undefined;

/** The failure that came, with what holds of every failure. */
export function failureOf(result: Result<Delivery, ChannelFailure>): ChannelFailure {
  expect(result.ok).toBe(false);
  if (result.ok) throw new Error('nothing failed');
  expect(JSON.stringify(result.error)).not.toMatch(new RegExp(`${canary}|127\\.0\\.0\\.1|https?://`));
  expect(result.error.detail.length).toBeLessThanOrEqual(200);
  expect(result.error.detail.length).toBeGreaterThan(0);
  return result.error;
}

/** `rateLimited 45009` */
export const inShort = (result: Result<Delivery, ChannelFailure>): string => {
  if (result.ok) return result.value.state;
  const { kind, code } = failureOf(result);
  return code === null ? kind : `${kind satisfies ChannelFailureKind} ${code}`;
};
