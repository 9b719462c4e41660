/** The watch as a process of its own, with the real store and real channels, until it is killed. */
import { randomUUID } from 'node:crypto';
import { SeededRandom } from '@cardwatch/kernel';
import { openSqliteFeed } from '@cardwatch/collector/store';
import { channelPorts, openChannels, type WatchSettings } from '../../../packages/collector/src/channels/index.ts';
import { openWatch } from '../../../packages/collector/src/runner/open.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import type { WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';
import { type Anchor, fastClock } from './fast-clock.ts';

export interface WatchOrder {
  readonly custody: string;
  readonly watch: string;
  readonly folder: string;
  readonly settings: WatchSettings;
  readonly anchor: Anchor;
  readonly seed: number;
  /** `sendsUncommitted`: what is to be said is not written down before it is said. */
  readonly fault: 'none' | 'sendsUncommitted';
}

export type WatchSaid = { readonly kind: 'ready' } | { readonly kind: 'error'; readonly event: string; readonly detail: string };

async function run(order: WatchOrder): Promise<void> {
  const clock = fastClock(order.anchor);
  const mono = (): number => performance.now();
  const ports = channelPorts({
    dataFolder: order.folder,
    settings: order.settings,
    now: () => clock.now(),
    show: () => true,
  });
  const store = openSqliteWatch(order.watch, mono);
  await openWatch({
    feed: openSqliteFeed(order.custody, mono),
    store: order.fault === 'none' ? store : withoutNotices(store),
    channels: await openChannels(order.settings.channels, ports),
    publicUrl: undefined,
    clock,
    random: new SeededRandom(order.seed),
    newId: randomUUID,
    tell: (message) => {
      if (message.kind !== 'log' || message.level !== 'error') return;
      say({ kind: 'error', event: message.event, detail: JSON.stringify(message.fields).slice(0, 500) });
    },
  });
  say({ kind: 'ready' });
}

const say = (said: WatchSaid): void => void process.send?.(said);

const withoutNotices = (store: WatchStore): WatchStore => ({
  ...store,
  commit: ({ notices: _notices, ...change }) =>
    store.commit({ ...change, machines: (change.machines ?? []).filter(({ kind }) => kind !== 'delivery') }),
});

process.once('disconnect', () => process.exit(0));
process.once('message', (order: WatchOrder) => void run(order));
