/** Puts the watch together: messages composed from rows as they read now, failures told to whoever opened it. */
import type { WouldTellDto } from '@cardwatch/contracts/api';
import type { ChannelKind } from '@cardwatch/contracts/watch';
import { createHash } from 'node:crypto';
import { type Clock, err, type Logger, minuteMs, ok, type Random, type Result } from '@cardwatch/kernel';
import type { Channel, ChannelMessage } from '../channels/channel.ts';
import { languageOf } from '../core/notify/alarm-say.core.ts';
import { compose } from '../core/notify/compose.core.ts';
import type { SendOrder } from '../core/notify/desk-rows.core.ts';
import type { Act, ActDone, ActFailure } from '../core/watch/act.core.ts';
import type { CustodyFeed } from '../store/feed/roles.ts';
import type { WatchStore } from '../store/watch/roles.ts';
import { type LinkKeys, noLinks } from '../shell/watch-key.ts';
import { reasonWords } from '@cardwatch/contracts/words';
import { linkOf } from './acts/links.ts';
import { watchFacts } from './incident-facts.ts';
import { Watch } from './watch.ts';
import type { WatchParts } from './watch-parts.ts';
import type { FromWatch, WatchThreadApi } from './watch-api.ts';

export interface OpenWatchParts {
  readonly feed: CustodyFeed;
  readonly store: WatchStore;
  readonly channels: ReadonlyMap<ChannelKind, Channel>;
  /** Where people reach the console; without it messages have no links. */
  readonly publicUrl: string | undefined;
  /** Left out: nobody outside is told, and nothing is known of disk and ingest. */
  readonly guard?: WatchParts['guard'];
  /** Sign and prove the links of messages; left out: messages have none. */
  readonly links?: LinkKeys;
  /** Left out: evidence packs know what the watch itself knows. */
  readonly facts?: WatchParts['facts'];
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly tell: (message: FromWatch) => void;
}

const alone: WatchParts['guard'] = {
  tellSecondWatch: null,
  tellEveryMs: minuteMs,
  diskFreeBytes: () => null,
  ingest: () => null,
};

export type OpenWatch = Pick<WatchThreadApi, 'act' | 'wouldTell' | 'policyView' | 'replay' | 'standings'> & {
  wake(): void;
  close(): Promise<void>;
};

export async function openWatch(parts: OpenWatchParts): Promise<OpenWatch> {
  const { tell } = parts;
  const log: Logger = {
    log: (level, event, fields = {}) => tell({ kind: 'log', level, event, fields }),
    child: () => log,
  };
  const watch = await Watch.begin({
    ...parts,
    log,
    guard: parts.guard ?? alone,
    links: parts.links ?? noLinks,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    facts: parts.facts ?? watchFacts(parts.store),
    titleOf: (alarm) => reasonWords(alarm.reason, 'zh').title,
    compose: (order, limits) => messageOf(parts, order, limits, log),
    changed: (alarms) => tell({ kind: 'alarms', alarms }),
    looked: (lagMs) => tell({ kind: 'looked', lagMs }),
    // an exception that nobody catches ends the thread; its successor goes on from the rows
    failed: (why) => {
      throw new Error(why);
    },
  });
  return {
    act: (act: Act): Promise<Result<ActDone, ActFailure>> => watch.act(act),
    wouldTell: async (alarmId) => wouldTell(watch, alarmId),
    policyView: async (alarmId) => ok(watch.policyView(alarmId)),
    replay: (ask) => watch.replay(ask),
    standings: async () => ok(watch.standings()),
    wake: () => watch.wake(),
    close: () => watch.close(),
  };
}

async function messageOf(
  { store, publicUrl, clock, links }: OpenWatchParts,
  { notice, terms, address, language, shrinks }: SendOrder,
  limits: Channel['limits'],
  log: Logger,
): Promise<ChannelMessage> {
  const rows = await store.alarmsById(notice.alarmIds);
  const [first] = notice.alarmIds;
  const page = publicUrl === undefined ? null : publicUrl.replace(/\/$/, '');
  const { message, missing } = compose(
    {
      notice,
      items: terms.items,
      alarms: new Map(rows.map((alarm) => [alarm.alarmId, alarm])),
      ...languageOf(language),
      limits,
      shrinks,
      address,
      link: page === null || first === undefined ? null : `${page}/alarms/${first}`,
      acknowledgeLink:
        first === undefined || links === undefined
          ? null
          : linkOf({ keys: links, publicUrl, log }, { notice, alarmId: first }, clock.now()),
    },
    clock.now(),
  );
  if (missing.length > 0) log.log('warn', 'watch.words', { notice: notice.noticeId, missing: missing.join(' ') });
  return message;
}

/** Each person of each step by the channel that is tried first. */
function wouldTell(watch: Watch, alarmId: string): Result<readonly WouldTellDto[], ActFailure> {
  const route = watch.route(alarmId);
  if (route === null) return err({ kind: 'notFound', what: 'alarmId', id: alarmId });
  return ok(
    route.steps.flatMap(({ afterMs, people }, step) =>
      people.map(({ recipient, channels }) => ({
        recipient: recipient.recipientId,
        displayName: recipient.displayName,
        channel: channels[0].channel,
        policyId: route.policy.policyId,
        step,
        afterMs,
        mutedBy: null,
      })),
    ),
  );
}
