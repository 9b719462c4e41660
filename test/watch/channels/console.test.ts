import { describe, expect, test } from 'vitest';
import type { ChannelMessage } from '../../../packages/collector/src/channels/channel.ts';
import { closeChannels, openChannels } from '../../../packages/collector/src/channels/registry.ts';
import { failureOf, messageOf, portsOf, send } from './bench.ts';

const open = async (show?: (message: ChannelMessage) => boolean) => {
  const channels = await openChannels({ console: {} }, portsOf(show === undefined ? {} : { show }));
  const channel = channels.get('console');
  if (channel === undefined) throw new Error('no console');
  return { channels, channel };
};

describe('console', () => {
  test('hands the message over, and that is its delivery', async () => {
    const shown: ChannelMessage[] = [];
    const { channels, channel } = await open((message) => shown.push(message) > 0);
    expect([...channels.keys()]).toEqual(['console']);
    expect(await send(channel)).toEqual({ ok: true, value: { providerId: messageOf().noticeId, state: 'delivered' } });
    expect(shown).toEqual([messageOf()]);
    await closeChannels(channels);
  });

  test('is handed over before it is shown, and not shown when that is refused', async () => {
    const order: string[] = [];
    const { channel } = await open(() => order.push('shown') > 0);
    await send(channel, {}, undefined, () => Promise.resolve(void order.push('kept')));
    expect(order).toEqual(['kept', 'shown']);
    await expect(send(channel, {}, undefined, () => Promise.reject(new Error('not kept')))).rejects.toThrow('not kept');
    expect(order).toEqual(['kept', 'shown']);
  });

  test.each([
    ['takes nothing', () => false, 'serverError'],
    ['is not there', undefined, 'misconfigured'],
  ] as const)('a console that %s', async (_what, show, expected) => {
    const { channel } = await open(show);
    expect(failureOf(await send(channel)).kind).toBe(expected);
  });

  test('too long is too long here as well', async () => {
    const { channel } = await open(() => true);
    expect(failureOf(await send(channel, { text: 'a'.repeat(channel.limits.textBytes + 1) })).kind).toBe('tooLarge');
  });
});
