import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { minuteMs } from '@cardwatch/kernel';
import { serveCollector, type ServeParts } from '../serve.ts';
import { sessionDefaults } from '../services/session/limits.ts';
import { issueSetupCode } from '../services/setup/issue-code.ts';
import { systemClock } from '../shell/clock.ts';
import { type DataFolder, dataFolder, guardFiles, lockFolder } from '../shell/data-folder.ts';
import { fileKeyRing } from '../shell/keys-file.ts';
import { lineLogger, type Terminal } from '../shell/terminal.ts';
import { openDeskThread } from '../store/sqlite/desk/thread.ts';
import { custody } from '../store/sqlite/migrations/001-custody.ts';
import type { RunOptions } from './options.ts';
import { lockedWords, openHostWords, portWords, runningWords, setupWords } from './words.ts';

const stopGraceMs = 3_000;
const consoleFolder = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** Runs until Ctrl-C or SIGTERM. Resolves with the exit code. */
export async function run(options: RunOptions, version: string, terminal: Terminal): Promise<number> {
  const stopAsked = terminal.stopAsked();
  const folder = dataFolder(options.data);
  const unlock = lockFolder(folder);
  if (unlock === undefined) {
    terminal.err(lockedWords(folder.folder));
    return 1;
  }
  try {
    return await runIn(folder, { options, version, terminal, stopAsked });
  } finally {
    unlock();
  }
}

interface Running {
  readonly options: RunOptions;
  readonly version: string;
  readonly terminal: Terminal;
  readonly stopAsked: Promise<string>;
}

async function runIn(folder: DataFolder, { options, version, terminal, stopAsked }: Running): Promise<number> {
  prepareCustody(folder);
  const desk = openDeskThread(folder);
  try {
    await desk.role.personCount();
    guardFiles(folder);
    const code = await issueSetupCode({ people: desk.role, clock: systemClock });
    if (code !== undefined) terminal.out(setupWords(code));
    const served = await serveCollector({ ...partsOf(options, version), desk: desk.role, keys: fileKeyRing(folder.folder) });
    if (!served.ok) {
      terminal.err(portWords({ what: 'HTTP', ...served.error }));
      return 1;
    }
    warnOpen(options, terminal);
    const scheme = options.httpTlsCert === undefined ? 'http' : 'https';
    terminal.out(
      runningWords(`${scheme}://${options.httpHost ?? options.host}:${served.value.port}`, `${options.host}:${options.mqttPort}`),
    );
    await Promise.race([stopAsked, desk.ended]);
    terminal.endWithin(stopGraceMs);
    await served.value.close();
    return 0;
  } finally {
    await desk.close();
  }
}

function partsOf(options: RunOptions, version: string): Omit<ServeParts, 'desk' | 'keys'> {
  const { httpTlsCert: cert, httpTlsKey: key } = options;
  const tls =
    cert === undefined || key === undefined ? undefined : { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  const startedAt = systemClock.now();
  return {
    figures: () => ({
      startedAt,
      ingest: { recordsTotal: 0, batchesTotal: 0, queueBytes: 0, shedTotal: 0, lastCommitAt: null },
      broker: { clients: 0, refusedTotal: 0 },
    }),
    commandMade: () => {},
    version,
    sessions: { idleMs: options.sessionIdleMin * minuteMs, absoluteMs: sessionDefaults.absoluteMs },
    settings: { secure: tls !== undefined || options.behindTls, openMetrics: options.openMetrics },
    consoleFolder,
    address: { host: options.httpHost ?? options.host, port: options.httpPort, tls },
    clock: systemClock,
    log: lineLogger(options.logLevel),
  };
}

function prepareCustody(folder: DataFolder): void {
  const db = new DatabaseSync(folder.custody);
  db.exec('PRAGMA journal_mode = WAL');
  if (db.prepare('PRAGMA user_version').get()?.['user_version'] === 0) db.exec(`${custody.sql}; PRAGMA user_version = 1;`);
  db.close();
}

function warnOpen({ host, httpHost = host, httpTlsCert, behindTls }: RunOptions, terminal: Terminal): void {
  const local = ['127.0.0.1', '::1', 'localhost'].includes(httpHost);
  if (!local && httpTlsCert === undefined && !behindTls) terminal.err(openHostWords(httpHost));
}
