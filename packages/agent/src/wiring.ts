/** Puts an agent together from its ports. Pure composition: no file, socket or clock of the machine is touched here. */
import { type Agent, type AgentConfig, type AgentDevice, type AgentPorts, defaultTimings, type Reconfigured } from './agent.ts';
import { CursorKeeper } from './collect/cursor-keeper.ts';
import { Line, type LineParts } from './collect/line.ts';
import { StorageGuard } from './collect/storage-guard.ts';
import { Fleet } from './fleet.ts';
import { HealthLoop } from './health/health-loop.ts';
import { Parents } from './health/parents.ts';
import { Reloads } from './reloads.ts';
import { Reporter } from './report/reporter.ts';
import { within } from './sleeper.ts';
import { type Running, statusOf } from './status/status-of.ts';
import { Commander } from './uplink/commands.ts';
import { Supervisor } from './uplink/supervisor.ts';
import { Ways } from './ways/ways.ts';

export const stopMs = 2_500;
/** First questions of a line are spread over this. */
const spreadMs = 1_000;

/** An agent over the given ports. `start()` first; nothing runs before. */
export function createAgent(ports: AgentPorts, config: AgentConfig): Agent {
  const stopping = new AbortController();
  let running: Promise<Started> | undefined;
  let now: Started | undefined;
  let stopped: Promise<void> | undefined;
  return {
    start: async () => {
      running ??= run(ports, config, stopping.signal);
      now = await running;
    },
    stop: () => {
      stopped ??= (async () => {
        stopping.abort();
        const loops = (await running)?.loops ?? Promise.resolve();
        await within(ports.clock, stopMs, loops, () => ports.log.log('warn', 'stopWasSlow', { afterMs: stopMs }));
      })();
      return stopped;
    },
    status: () => statusOf(ports, config, now),
    reconfigure: async (devices) => {
      running ??= run(ports, config, stopping.signal);
      return (await running).reconfigure(devices);
    },
    pollNow: async (deviceId) => (await now?.pollNow(deviceId)) ?? false,
    configRefused: (reason) => now?.configRefused(reason),
  };
}

interface Started extends Running {
  readonly loops: Promise<void>;
  reconfigure(devices: readonly AgentDevice[]): Promise<Reconfigured>;
  pollNow(deviceId: string): Promise<boolean>;
  configRefused(reason: string): void;
}

async function run(ports: AgentPorts, config: AgentConfig, signal: AbortSignal): Promise<Started> {
  const { journal, clock, log, random } = ports;
  const timings = { ...defaultTimings, ...config.timings };
  const startedAt = clock.now();
  const reporter = new Reporter({ journal, clock, log });
  const guard = new StorageGuard(clock, reporter);
  const { keeper: cursors, failure } = await CursorKeeper.load(ports.cursorStore);
  if (failure !== undefined) log.log('error', 'cursorsLost', { kind: failure.kind, detail: failure.detail });
  const mayCollect = (deviceId: string): boolean => journal.epoch() !== undefined && cursors.knows(deviceId) && guard.mayTry();
  const shared = { journal, clock, log, cursors, reporter };
  const lineParts: LineParts = {
    ...shared,
    crypto: ports.crypto,
    guard,
    mayCollect,
    spreadMs,
    readingPeriodMs: timings.readingPeriodMs,
    openSession: (device) => ports.openSession(device),
    reach: {
      answered: (deviceId) => parents.answered(deviceId),
      failed: (deviceId) => parents.failed(deviceId),
    },
  };
  const fleet: Fleet = new Fleet(config.devices, (name, devices) => new Line(name, devices, lineParts), log);
  const pollNow = async (deviceId: string): Promise<boolean> => (await fleet.lineOf(deviceId)?.pollNow(deviceId)) ?? false;
  const parents = new Parents({
    devices: () => fleet.devices,
    uplink: () => supervisor.pump !== undefined,
    pollNow,
    judged: (deviceId, parentDown) => fleet.lineOf(deviceId)?.units.get(deviceId)?.judged(parentDown),
    clock,
    log,
  });
  signal.addEventListener('abort', () => parents.stop(), { once: true });
  const { lines } = fleet;
  const host = (): ReturnType<AgentPorts['host']> => ports.host();
  const health = new HealthLoop({ journal, clock, reporter, guard, cursors, lines, timings, versions: config.versions, host });
  const lineOf = (deviceId: string): Line | undefined => fleet.lineOf(deviceId);
  const supervisor: Supervisor = new Supervisor({
    ...shared,
    random,
    config: {
      ...config,
      get devices() {
        return fleet.devices;
      },
    },
    commander: new Commander({ clock, log, lineOf, generationOf: (deviceId) => cursors.get(deviceId)?.generation }),
    compress: ports.compress,
    address: { site: config.site, agent: config.agent },
    instance: ports.newInstanceId(),
    bootedAt: startedAt,
    link: ports.link,
    firstConnectMs: timings.firstConnectMs,
    onWelcome: (fresh) => {
      for (const line of lines) line.welcomed(fresh);
      if (fresh) health.beatNow();
    },
  });
  journal.onDurable((stream) => supervisor.pump?.wake(stream));
  reporter.notice({ notice: 'started', detail: `agent ${config.versions.agent}, node ${config.versions.node}` });
  const { neighbourhood } = ports;
  const ways = neighbourhood && new Ways({ devices: () => fleet.devices, neighbourhood, reporter, clock });
  const loops = Promise.all([
    fleet.run(signal),
    supervisor.run(signal),
    health.run(signal),
    reporter.run(signal),
    ways?.run(signal),
  ]).then(() => undefined);
  // A loop that breaks is a bug: it is told once, and the rest goes on until it is stopped.
  loops.catch((error: unknown) => log.log('error', 'loopBroke', { detail: String(error) }));
  const reloads = new Reloads({ fleet, supervisor, reporter, clock });
  return {
    startedAt,
    cursors,
    guard,
    lines,
    supervisor,
    health,
    loops,
    get reload() {
      return reloads.last;
    },
    reconfigure: (devices) => reloads.take(devices),
    pollNow,
    configRefused: (reason) => reloads.refuse(reason),
  };
}
