/** Reads the configuration again when it is told to, or when its file changes, and hands it to the running agent. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Clock, type CancelTimer, type Logger } from '@cardwatch/kernel';
import { problemText } from '../config/words.ts';
import { load } from './load.ts';
import type { RealAgent } from './real-agent.ts';

export const reloadLimits = {
  /** Quiet time after a change of the file: editors write in several steps. */
  debounceMs: 500,
  /** Problems of a refused file that are told. */
  problems: 3,
} as const;

export interface ReloaderParts {
  readonly file: string;
  readonly agent: RealAgent;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Reloader {
  /** Reads the file again at once. */
  reload(cause: string): Promise<void>;
  close(): void;
}

export function watchConfig(parts: ReloaderParts): Reloader {
  const { file, clock, log } = parts;
  let cancel: CancelTimer | undefined;
  let last: Promise<void> = Promise.resolve();
  const reload = (cause: string): Promise<void> => {
    last = last
      .then(() => reloadOnce(parts, cause))
      .catch((error: unknown) => log.log('error', 'reloadBroke', { detail: String(error) }));
    return last;
  };
  const soon = (): void => {
    cancel?.();
    cancel = clock.after(reloadLimits.debounceMs, () => void reload('the file changed'));
  };
  const watcher = watching(file, soon, log);
  return {
    reload,
    close: () => {
      cancel?.();
      watcher?.close();
    },
  };
}

/** The folder is watched: editors put a new file in the place of the old one. Without a watch SIGHUP still works. */
function watching(file: string, changed: () => void, log: Logger): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(file)) changed();
    });
    watcher.on('error', (error) => log.log('warn', 'configWatchFailed', { detail: error.message }));
    return watcher;
  } catch (error) {
    log.log('warn', 'configWatchFailed', { detail: String(error) });
    return undefined;
  }
}

async function reloadOnce({ file, agent, log }: ReloaderParts, cause: string): Promise<void> {
  const loaded = await load(file);
  if (!loaded.ok) {
    for (const problem of loaded.error) log.log('error', 'configProblem', { problem: problemText(problem, 'en') });
    const told = loaded.error.slice(0, reloadLimits.problems).map((problem) => problemText(problem, 'en'));
    const rest = loaded.error.length - told.length;
    return agent.agent.configRefused(`${told.join('; ')}${rest > 0 ? `; ${rest} more` : ''}`);
  }
  const taken = await agent.reload(loaded.value);
  if (taken.ok) log.log('info', 'configReloaded', { cause, ...taken.value });
  else agent.agent.configRefused(`needs a restart of the agent: ${taken.error.settings.join(', ')} changed`);
}
