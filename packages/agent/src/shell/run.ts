import type { Logger, LogLevel } from '@cardwatch/kernel';
import type { LoadedConfig } from '../config/load.ts';
import type { SecondWatch } from '../second-watch/second-watch.ts';
import { type Lang, problemText } from '../config/words.ts';
import { systemClock } from './clock.ts';
import { newToken, removeDoor, writeDoor } from './door-file.ts';
import { load } from './load.ts';
import { jsonLogger } from './log.ts';
import { exitCodes } from './environment.ts';
import { orders } from './orders.ts';
import { type RealAgent, realAgent } from './real-agent.ts';
import { watchConfig } from './reloader.ts';
import { serveStatus, type StatusServer } from './status-server.ts';

/** Runs until SIGINT or SIGTERM; resolves with the exit code. */
export async function runAgent(file: string, level: LogLevel, lang: Lang): Promise<number> {
  const loaded = await load(file);
  if (!loaded.ok) {
    for (const problem of loaded.error) console.error(problemText(problem, lang));
    return exitCodes.badConfig;
  }
  const { config } = loaded.value;
  const log = jsonLogger(level, { agent: config.agent });
  const stopped = stopSignal();
  // Until the agent runs there is nothing to read again; without a listener the signal would end the process.
  let hangUp = (): void => undefined;
  process.on('SIGHUP', () => hangUp());
  const real = await realAgent(loaded.value, log);
  const { agent, journal } = real;
  const second = await secondWatch(loaded.value, real, log);
  const server = await openPage(loaded.value, real, log, second);
  await agent.start();
  second?.start();
  const reloader = watchConfig({ file, agent: real, clock: systemClock, log });
  hangUp = () => void reloader.reload('SIGHUP');
  const cancelTidy = systemClock.after(tidyAfterMs, tidyUp);
  log.log('info', 'running', { devices: config.devices.length, links: config.links.length });
  log.log('info', 'stopping', { signal: await stopped });
  cancelTidy();
  reloader.close();
  await Promise.all([agent.stop(), second?.stop()]);
  await server?.close();
  await removeDoor(loaded.value.dataFolder);
  real.traces.close();
  await journal.close();
  log.log('info', 'stopped');
  return 0;
}

/** The page is a convenience: without it the agent still keeps every record. */
async function openPage(
  { config, dataFolder }: LoadedConfig,
  real: RealAgent,
  log: Logger,
  second: RunningSecondWatch | undefined,
): Promise<StatusServer | undefined> {
  const token = newToken();
  const server = await serveStatus(config.status, {
    status: () => ({
      ...real.agent.status(),
      traces: real.traces.list(),
      ...(second === undefined ? {} : { secondWatch: second.watch.status() }),
    }),
    trace: (deviceId) => real.traces.view(deviceId),
    door: orders(real, token),
  });
  if (!server.ok) {
    log.log('error', 'statusPageFailed', { detail: server.error.detail });
    return undefined;
  }
  const host = config.status.host.includes(':') ? `[${config.status.host}]` : config.status.host;
  const url = `http://${host}:${server.value.port}/`;
  log.log('info', 'statusPage', { url });
  await writeDoor(dataFolder, { url, token, pid: process.pid }).catch((error: unknown) =>
    log.log('error', 'statusDoorFailed', { detail: String(error) }),
  );
  return server.value;
}

/** When every line was asked and the collector knows us: what the start alone needed is given back. */
const tidyAfterMs = 45_000;

/** Code and objects of the start go, 3 to 6 MB; some 100 ms once, before anybody relies on a rhythm. Without the flag of `bin/` nothing happens. */
function tidyUp(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

interface RunningSecondWatch {
  readonly watch: SecondWatch;
  start(): void;
  stop(): Promise<void>;
}

/** undefined: the configuration has none, and nothing of it is loaded. */
async function secondWatch(
  { config, dataFolder, secondWatch: loaded }: LoadedConfig,
  { agent }: RealAgent,
  log: Logger,
): Promise<RunningSecondWatch | undefined> {
  if (loaded === undefined) return undefined;
  const { openSecondWatch } = await import('./second-watch/open.ts');
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const watch = openSecondWatch(loaded, {
    agent: config.agent,
    dataFolder,
    clock: systemClock,
    log: log.child({ part: 'secondWatch' }),
    own: () => {
      const { site, agent: name, uplink, streams } = agent.status();
      return { site, agent: name, uplink, unacknowledged: streams.money.records };
    },
  });
  return {
    watch,
    start: () => {
      running = watch.run(stopping.signal).catch((error: unknown) => log.log('error', 'loopBroke', { detail: String(error) }));
    },
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
