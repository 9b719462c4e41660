import type { LogLevel } from '@cardwatch/kernel';
import { type Lang, problemText } from '../config/words.ts';
import { load } from './load.ts';
import { jsonLogger } from './log.ts';
import { exitCodes } from './environment.ts';
import { realAgent } from './real-agent.ts';
import { serveStatus } from './status-server.ts';

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
  const { agent, journal } = await realAgent(loaded.value, log);
  const server = await serveStatus(config.status, () => agent.status());
  if (server.ok) log.log('info', 'statusPage', { url: `http://${config.status.host}:${server.value.port}/` });
  // The page is a convenience: without it the agent still keeps every record.
  else log.log('error', 'statusPageFailed', { detail: server.error.detail });
  await agent.start();
  log.log('info', 'running', { devices: config.devices.length, links: config.links.length });
  log.log('info', 'stopping', { signal: await stopped });
  await agent.stop();
  if (server.ok) await server.value.close();
  await journal.close();
  log.log('info', 'stopped');
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
