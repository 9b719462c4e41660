import { AgentId } from '@cardwatch/contracts';
import type { Alarm } from '@cardwatch/contracts/watch';
import { type ServeParts, serveCollector } from '../serve.ts';
import { fieldRefusals } from '../services/audit/field-refusal.ts';
import { RefusalBook } from '../services/audit/refusal-book.core.ts';
import { auditOf, systemItself } from '../services/caller.ts';
import { issueSetupCode } from '../services/setup/issue-code.ts';
import { systemClock } from '../shell/clock.ts';
import { type DataFolder, dataFolder, guardFiles, lockFolder } from '../shell/data-folder.ts';
import { fileKeyRing } from '../shell/keys-file.ts';
import { mapImages } from '../shell/map-images.ts';
import { linkReader } from '../shell/watch-key.ts';
import { lineLogger, type Terminal } from '../shell/terminal.ts';
import { loadWatchSettings, settingsProblemText, type WatchSettings } from '../channels/index.ts';
import { openWatchThread, type WatchThread } from '../runner/thread.ts';
import { watchDeskOver } from '../runner/watch-desk.ts';
import type { Desk } from '../store/desk/roles.ts';
import { openDeskThread } from '../store/sqlite/desk/thread.ts';
import { openWatchFile } from '../store/sqlite/watch/file.ts';
import { createCollectorCore, createExternalCore, type FieldCore, type FieldOptions } from '../wiring.ts';
import type { RunOptions } from './options.ts';
import { healthFigures } from './health-figures.ts';
import { brokerPlace, httpSettings, mqttSettings } from './run-settings.ts';
import {
  failedWords,
  isLoopback,
  listenFailure,
  lockedWords,
  openHostWords,
  portWords,
  runningWords,
  setupWords,
} from './words.ts';

const stopGraceMs = 2_800;
const ingestToldMs = 5_000;

/** Runs until Ctrl-C or SIGTERM, or until the store fails. Resolves with the exit code. */
export async function run(options: RunOptions, version: string, terminal: Terminal): Promise<number> {
  const stopAsked = terminal.stopAsked();
  const folder = dataFolder(options.data);
  const unlock = lockFolder(folder);
  if (unlock === undefined) {
    terminal.err(lockedWords(folder.folder));
    return 1;
  }
  try {
    return await new Running({ options, version, terminal, folder, stopAsked }).run();
  } finally {
    unlock();
  }
}

interface RunningParts {
  readonly options: RunOptions;
  readonly version: string;
  readonly terminal: Terminal;
  readonly folder: DataFolder;
  readonly stopAsked: Promise<string>;
}

/** One start: field side, desk, set-up code, people's side, in this order; everything that was opened is closed in the other. */
class Running {
  readonly #parts: RunningParts;
  readonly #log;
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #book = new RefusalBook();
  /** Set once there is somebody to tell of a commit. */
  #wake: () => void = () => {};
  #wakeWatch: () => void = () => {};

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.#log = lineLogger(parts.options.logLevel);
  }

  async run(): Promise<number> {
    try {
      return await this.#run();
    } finally {
      for (const close of this.#closers.toReversed()) await close();
    }
  }

  async #run(): Promise<number> {
    const { options, terminal, stopAsked } = this.#parts;
    const settings = loadWatchSettings(this.#parts.folder.folder);
    if (!settings.ok) {
      for (const problem of settings.error)
        for (const language of ['zh', 'en'] as const) terminal.err(settingsProblemText(problem, language));
      return 1;
    }
    const core = await this.#openCore();
    if (core === undefined) return 1;
    const desk = await this.#openDesk();
    let alarmsChanged: (alarms: readonly Alarm[]) => void = () => {};
    const watch = this.#openWatch(settings.value, (alarms) => alarmsChanged(alarms));
    this.#tellIngest(core, watch);
    const served = await serveCollector({ ...this.#serveParts(core, desk), watch: watchDeskOver(desk.role, watch) });
    if (!served.ok) {
      terminal.err(portWords({ what: 'HTTP', ...served.error }));
      return 1;
    }
    this.#wake = () => served.value.wake();
    alarmsChanged = (alarms) => served.value.alarmsChanged(alarms);
    this.#closers.push(() => served.value.close());
    const { host, scheme } = httpSettings(options);
    if (!isLoopback(host) && !options.behindTls && scheme === 'http') terminal.err(openHostWords(host));
    const mqtt = 'url' in core.broker ? core.broker.url : `${core.broker.host}:${core.broker.port}`;
    terminal.out(runningWords(`${scheme}://${host}:${served.value.port}`, mqtt));
    const failed = await Promise.race([stopAsked.then(() => undefined), core.failed]);
    terminal.endWithin(stopGraceMs);
    if (failed === undefined) return 0;
    terminal.err(failedWords(failed));
    return 1;
  }

  /** Undefined when its port is taken, which has been said then. */
  async #openCore(): Promise<FieldCore | undefined> {
    const { options, terminal } = this.#parts;
    const place = brokerPlace(options);
    const mqtt = mqttSettings(options);
    const field = this.#fieldOptions();
    try {
      const core = await (place === undefined
        ? createCollectorCore({ ...field, mqtt })
        : createExternalCore({ ...field, place }));
      this.#closers.push(() => core.close());
      return core;
    } catch (error) {
      const failure = listenFailure(error);
      if (failure === undefined) throw error;
      terminal.err(portWords({ what: 'MQTT', host: mqtt.host, port: mqtt.port, detail: failure }));
      return undefined;
    }
  }

  #fieldOptions(): FieldOptions {
    return {
      dataDir: this.#parts.folder.folder,
      clock: systemClock,
      log: this.#log,
      audit: (entry) => this.#refused(entry),
      committed: () => {
        this.#wake();
        this.#wakeWatch();
      },
    };
  }

  #openWatch(settings: WatchSettings, changed: (alarms: readonly Alarm[]) => void): WatchThread {
    const { folder } = this.#parts;
    // made here, so that it is there for whoever asks before the watch's thread has come up
    openWatchFile(folder.watch).close();
    const files = { custody: folder.custody, people: folder.people, watch: folder.watch, folder: folder.folder };
    const watch = openWatchThread({ files, settings, clock: systemClock, log: this.#log, changed });
    this.#wakeWatch = () => watch.wake();
    this.#closers.push(() => watch.close());
    return watch;
  }

  /** The watch hears every few seconds how ingest is. */
  #tellIngest(core: FieldCore, watch: WatchThread): void {
    let failures = core.stats().ingest.commitFailuresTotal;
    let cancel = (): void => {};
    const tell = (): void => {
      const { queueRecords, lastCommitAt, commitFailuresTotal } = core.stats().ingest;
      const at = systemClock.now();
      const lagMs = queueRecords > 0 && lastCommitAt !== null ? Math.max(0, at - lastCommitAt) : 0;
      const refusals = this.#book.lately(at);
      watch.ingest({ lagMs, storeWritable: commitFailuresTotal === failures, brokerUp: core.stats().broker.up, refusals, at });
      failures = commitFailuresTotal;
      cancel = systemClock.after(ingestToldMs, tell);
    };
    tell();
    this.#closers.push(async () => cancel());
  }

  #refused: ReturnType<typeof fieldRefusals> = () => {};

  async #openDesk(): Promise<Desk> {
    const { folder, terminal } = this.#parts;
    const desk = openDeskThread(folder, { clock: systemClock, log: this.#log });
    this.#closers.push(() => desk.close());
    const code = await issueSetupCode({ people: desk.role, clock: systemClock });
    guardFiles(folder);
    await this.#note(desk, 'collector.start');
    this.#closers.push(() => this.#note(desk, 'collector.stop'));
    this.#refused = fieldRefusals({ people: desk.role, book: this.#book, clock: systemClock, log: this.#log });
    if (code !== undefined) terminal.out(setupWords(code));
    return desk;
  }

  #note(desk: Desk, action: string): Promise<void> {
    const act = { action, object: this.#parts.version, result: 'ok' };
    return desk.role.appendAudit(auditOf(systemItself, act, systemClock.now()));
  }

  #serveParts(core: FieldCore, desk: Desk): ServeParts {
    const { options, version, folder } = this.#parts;
    const startedAt = systemClock.now();
    return {
      ...httpSettings(options),
      desk: desk.role,
      keys: fileKeyRing(folder.folder),
      links: linkReader(folder.folder),
      maps: mapImages(folder.folder),
      figures: () => {
        const { ingest, broker } = core.stats();
        return { startedAt, ...healthFigures(ingest, broker) };
      },
      refused: (refusal, ip) => this.#refused({ of: 'http', refusal, ip, agent: undefined, detail: '' }),
      commandMade: (agentId) => core.ingest.commands.notify(AgentId.parse(agentId)),
      version,
      clock: systemClock,
      log: this.#log,
    };
  }
}
