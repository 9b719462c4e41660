/** Entry of the watch's thread. */
import { randomBytes, randomUUID } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SeededRandom } from '@cardwatch/kernel';
import { channelPorts, closeChannels, openChannels, tellSecondWatch } from '../channels/index.ts';
import type { IngestFigures } from '../runner/guard.ts';
import { custodyFacts } from '../runner/incident-custody.ts';
import { watchFacts } from '../runner/incident-facts.ts';
import { openWatch } from '../runner/open.ts';
import type { FromWatch, ToWatch, WatchThreadApi, WatchThreadData } from '../runner/watch-api.ts';
import { openSqliteFeed } from '../store/sqlite/feed/open.ts';
import { openSqliteTrail } from '../store/sqlite/people/trail.ts';
import { openSqliteReader } from '../store/sqlite/read/reader.ts';
import { openSqliteWatch } from '../store/sqlite/watch/open.ts';
import { systemClock } from './clock.ts';
import { linkKeys } from './watch-key.ts';
import { serve } from './worker-rpc.ts';

if (parentPort === null) throw new Error('watch-worker.ts is the entry of a thread');
const { files, settings, port } = workerData as WatchThreadData & { readonly port: MessagePort };
const tell = (message: FromWatch): void => port.postMessage(message);
const mono = (): number => performance.now();

const ports = channelPorts({
  dataFolder: files.folder,
  settings,
  now: () => Date.now(),
  show: (message) => (tell({ kind: 'message', message }), true),
});
let ingest: IngestFigures | null = null;
const second = settings.secondCollectorWatch;
const feed = openSqliteFeed(files.custody, mono);
const store = openSqliteWatch(files.watch, mono);
const read = openSqliteReader(files.custody, mono);
const { people } = files;
// opened with the first question: the people's file may be made after this thread has come up
let trail: ReturnType<typeof openSqliteTrail> | undefined;
const trailOf = (file: string) => (trail ??= openSqliteTrail(file, mono));
const facts = custodyFacts({
  own: watchFacts(store),
  read,
  trail: people === undefined ? null : { since: async (from, limit) => trailOf(people).since(from, limit) },
  mono,
});
const channels = await openChannels(settings.channels, ports);
const watch = await openWatch({
  feed,
  store,
  facts,
  channels,
  publicUrl: settings.publicUrl,
  links: linkKeys(files.folder),
  guard: {
    tellSecondWatch: second === undefined ? null : (signal) => tellSecondWatch(second, ports, signal),
    tellEveryMs: second?.everyMs ?? 60_000,
    diskFreeBytes: () => freeBytes(files.folder),
    ingest: () => ingest,
  },
  clock: systemClock,
  random: new SeededRandom(randomBytes(4).readUInt32LE(0)),
  newId: randomUUID,
  tell,
});
port.on('message', (message: ToWatch) => {
  if (message.kind === 'wake') watch.wake();
  else ingest = message.figures;
});
serve<WatchThreadApi>(parentPort, {
  act: (act) => watch.act(act),
  wouldTell: (alarmId) => watch.wouldTell(alarmId),
  policyView: (alarmId) => watch.policyView(alarmId),
  replay: (ask) => watch.replay(ask),
  standings: () => watch.standings(),
  finish: async () => {
    await watch.close();
    await closeChannels(channels);
    read.close();
    trail?.close();
    await Promise.all([feed.close(), store.close()]);
    port.close();
  },
});

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
