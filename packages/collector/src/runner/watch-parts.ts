/** What the watch is made of, as `open.ts` puts it together and a test does. */
import type { Alarm, ChannelKind } from '@cardwatch/contracts/watch';
import type { Clock, Logger, Random } from '@cardwatch/kernel';
import type { Channel, ChannelMessage } from '../channels/channel.ts';
import type { SendOrder } from '../core/notify/desk-rows.core.ts';
import type { LinkReader } from '../shell/watch-key.ts';
import type { CustodyFeed } from '../store/feed/roles.ts';
import type { WatchStore } from '../store/watch/roles.ts';
import type { GuardPorts } from './guard.ts';
import type { IncidentFacts } from './incident-facts.ts';

export interface WatchParts {
  readonly feed: CustodyFeed;
  readonly store: WatchStore;
  readonly channels: ReadonlyMap<ChannelKind, Channel>;
  readonly compose: (order: SendOrder, limits: Channel['limits']) => Promise<ChannelMessage>;
  readonly guard: Omit<GuardPorts, 'clock' | 'log' | 'newId' | 'store' | 'watchLagMs'>;
  /** Proves the links of messages. */
  readonly links: LinkReader;
  /** Hex of the UTF-8 text. */
  readonly sha256: (text: string) => string;
  readonly facts: IncidentFacts;
  /** Of an incident that this alarm opens, in the language of the site. */
  readonly titleOf: (alarm: Alarm) => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly log: Logger;
  /** Alarms that changed, after they were kept. */
  readonly changed: (alarms: readonly Alarm[]) => void;
  /** A look was kept; `lagMs`: how old what it took last is while there is more to take, else 0. */
  readonly looked: (lagMs: number) => void;
  /** A turn failed: nothing more is done. */
  readonly failed: (why: string) => void;
}
