import { MessageChannel, Worker } from 'node:worker_threads';
import { type CancelTimer, type Clock, err, type Logger } from '@cardwatch/kernel';
import type { Alarm } from '@cardwatch/contracts/watch';
import { connect, type ThreadConnection } from '../shell/worker-rpc.ts';
import type { WatchPulse } from '../services/health/watch-pulse.core.ts';
import type { IngestFigures } from './guard.ts';
import type { FromWatch, ToWatch, WatchThreadApi, WatchThreadData } from './watch-api.ts';

/**
 * Young and old space of the watch's thread; ten thousand devices with a day of minutes need some hundred megabytes. A look under five thousand alarms makes
 * some 10 MB that it lets go again: a young space that holds them is collected once a look, one of 12 MB four times, with the look waiting.
 */
const heap = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 768 } as const;
const replaceAfterMs = 1_000;

export interface WatchThread extends Pick<WatchThreadApi, 'act' | 'wouldTell' | 'policyView' | 'replay' | 'standings'> {
  wake(): void;
  /** How it goes; never waits. */
  pulse(): WatchPulse;
  /** What ingest says of itself, every few seconds. */
  ingest(figures: IngestFigures): void;
  /** May be called twice. */
  close(): Promise<void>;
}

export interface WatchThreadParts extends WatchThreadData {
  readonly clock: Clock;
  readonly log: Logger;
  readonly changed: (alarms: readonly Alarm[]) => void;
}

interface Running {
  readonly connection: ThreadConnection<WatchThreadApi>;
  readonly say: (message: ToWatch) => void;
}

/** The watch in a thread of its own: neither a heavy question of a person nor a commit of ingest holds it up. One that ends is replaced, and goes on from its rows. */
export function openWatchThread({ files, settings, clock, log, changed }: WatchThreadParts): WatchThread {
  let pulse: { lookedAt: number | null; atMs: number; lagMs: number } = { lookedAt: null, atMs: clock.mono(), lagMs: 0 };
  let closing: Promise<void> | undefined;
  let cancelReplacing: CancelTimer = () => {};
  const hear = (message: FromWatch): void => {
    if (message.kind === 'log') log.log(message.level, message.event, message.fields);
    else if (message.kind === 'alarms') changed(message.alarms);
    else if (message.kind === 'looked') pulse = { lookedAt: clock.now(), atMs: clock.mono(), lagMs: message.lagMs };
  };
  const open = (): Running => {
    const { port1, port2 } = new MessageChannel();
    const url = new URL('../shell/watch-worker.ts', import.meta.url);
    const data: WatchThreadData & { readonly port: typeof port2 } = { files, settings, port: port2 };
    const worker = new Worker(url, { workerData: data, transferList: [port2], resourceLimits: heap, name: 'cardwatch-watch' });
    port1.on('message', hear);
    port1.unref();
    const connection = connect<WatchThreadApi>(worker);
    void connection.ended.then((why) => {
      port1.close();
      if (closing !== undefined) return;
      log.log('error', 'watch.ended', { why: why.slice(0, 2_000) });
      cancelReplacing = clock.after(replaceAfterMs, () => {
        current = open();
      });
    });
    return { connection, say: (message) => port1.postMessage(message) };
  };
  let current = open();
  const down = err({ kind: 'down' } as const);
  return {
    act: (act) => current.connection.api.act(act).catch(() => down),
    wouldTell: (alarmId) => current.connection.api.wouldTell(alarmId).catch(() => down),
    policyView: (alarmId) => current.connection.api.policyView(alarmId).catch(() => down),
    replay: (ask) => current.connection.api.replay(ask).catch(() => down),
    standings: () => current.connection.api.standings().catch(() => down),
    wake: () => current.say({ kind: 'wake' }),
    pulse: () => ({ lookedAt: pulse.lookedAt, sinceMs: Math.max(0, clock.mono() - pulse.atMs), lagMs: pulse.lagMs }),
    ingest: (figures) => current.say({ kind: 'ingest', figures }),
    close: () => {
      closing ??= (async () => {
        cancelReplacing();
        await current.connection.api.finish().catch(() => {});
        await current.connection.close();
      })();
      return closing;
    },
  };
}
