import { ok } from '@cardwatch/kernel';
import type { ChannelKit } from '../channel.ts';
import { failed } from '../failure.core.ts';
import { overLimits } from '../text.core.ts';
import { ConsoleSettings } from './settings.ts';

const limits = { titleBytes: 512, textBytes: 16_000, perMinute: 6_000, perSecond: null, countedBy: 'channel' } as const;

/** The console's own stream: what it takes is delivered at once. A recipient's address is a user. */
export const consoleKit: ChannelKit<ConsoleSettings> = {
  kind: 'console',
  settings: ConsoleSettings,
  open: (_settings, { show }) =>
    Promise.resolve({
      kind: 'console',
      limits,
      send: async (message, _signal, handingOver) => {
        const over = overLimits(message, limits);
        if (over !== null) return over;
        if (show === undefined) return failed({ kind: 'misconfigured', detail: 'sinkRefused' });
        await handingOver();
        if (!show(message)) return failed({ kind: 'serverError', detail: 'sinkRefused' });
        return ok({ providerId: message.noticeId, state: 'delivered' });
      },
      close: () => Promise.resolve(),
    }),
};
