/** What the channels of all three vendors' robots do: a recipient's address is the name of a robot in the settings, and the answer's body is the receipt. */
import { type RobotAt, robotHeaders, type RobotMessage, type RobotPost, type RobotRefusal } from '@cardwatch/contracts/robots';
import { ok, type Result } from '@cardwatch/kernel';
import { createHmac } from 'node:crypto';
import type { Channel, ChannelFailure, ChannelMessage, ChannelPorts, Delivery } from './channel.ts';
import { failed } from './failure.core.ts';
import { askForSuccess } from './post.ts';
import { linksOf, overLimits } from './text.core.ts';

export interface Robots {
  readonly kind: Channel['kind'];
  readonly limits: Channel['limits'];
  /** By name; null: longer than the vendor takes. */
  readonly posts: ReadonlyMap<string, (message: RobotMessage, at: RobotAt) => RobotPost | null>;
  readonly verdict: (text: string) => Result<null, RobotRefusal>;
}

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

export function robotChannel({ kind, limits, posts, verdict }: Robots, ports: ChannelPorts): Channel {
  const prepare = (message: ChannelMessage): Result<RobotPost, ChannelFailure> => {
    const post = posts.get(message.address);
    if (post === undefined) return failed({ kind: 'misconfigured', detail: 'unknownAddress' });
    const over = overLimits(message, limits);
    if (over !== null) return over;
    const ready = post({ ...message, links: linksOf(message) }, { now: ports.now(), hmac });
    return ready === null ? failed({ kind: 'tooLarge', detail: 'tooLong' }) : ok(ready);
  };
  return {
    kind,
    limits,
    async send(message, signal, handingOver) {
      const ready = prepare(message);
      if (!ready.ok) return ready;
      const answer = await askForSuccess(ports, { ...ready.value, headers: robotHeaders, signal, handingOver });
      return answer.ok ? delivered(verdict(answer.value.text)) : answer;
    },
    close: () => Promise.resolve(),
  };
}

const delivered = (verdict: Result<null, RobotRefusal>): Result<Delivery, ChannelFailure> =>
  verdict.ok ? ok({ providerId: null, state: 'sent' }) : failed(verdict.error);
