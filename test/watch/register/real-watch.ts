/** The watch itself over files of a folder, in this process, for tests that ask it over the API. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TopologySuggestion } from '@cardwatch/contracts/watch';
import { type Clock, SeededRandom } from '@cardwatch/kernel';
import { openWatch } from '../../../packages/collector/src/runner/open.ts';
import type { WatchDesk } from '../../../packages/collector/src/services/watch-desk.ts';
import { openSqliteFeed } from '../../../packages/collector/src/store/sqlite/feed/open.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import type { WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';

export interface RealWatch {
  readonly desk: WatchDesk;
  readonly store: WatchStore;
  close(): Promise<void>;
}

export async function openRealWatch(
  folder: string,
  clock: Clock,
  suggestions: readonly TopologySuggestion[],
): Promise<RealWatch> {
  const mono = (): number => performance.now();
  const feed = openSqliteFeed(join(folder, 'cardwatch.db'), mono);
  const store = openSqliteWatch(join(folder, 'real-watch.db'), mono);
  await store.commit({ suggestions });
  const watch = await openWatch({
    feed,
    store,
    channels: new Map(),
    publicUrl: undefined,
    clock,
    random: new SeededRandom(7),
    newId: randomUUID,
    tell: () => {},
  });
  return {
    desk: {
      ...store,
      act: (act) => watch.act(act),
      replay: (ask) => watch.replay(ask),
      standings: () => watch.standings(),
      wouldTell: (id) => watch.wouldTell(id),
      policyView: (id) => watch.policyView(id),
      pulse: () => ({ lookedAt: null, sinceMs: 0, lagMs: 0 }),
    },
    store,
    close: async () => {
      await watch.close();
      await Promise.all([feed.close(), store.close()]);
    },
  };
}
