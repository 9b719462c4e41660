import { join } from 'node:path';
import { assert, type Clock, err, ok, type Result, SeededRandom, unreachable } from '@cardwatch/kernel';
import { Campus } from './campus/campus.ts';
import { Clusters } from './clusters/clusters.ts';
import { type HttpDoor, openHttp } from './http/server.ts';
import { Bus, timingOf } from './line/bus.ts';
import type { Line, LineResult } from './line/line.ts';
import { openSerial } from './line/serial.ts';
import { openModbusTcp, openRtuOverTcp } from './line/tcp.ts';
import type { Plan, PlanLine } from './plan/plan.ts';
import { systemClock } from './shell/clock.ts';
import { type LogFile, openLogFile } from './shell/log-file.ts';
import { type SnapshotFiles, snapshotFiles } from './shell/snapshot-files.ts';
import { type LogEntry, logEntry, logLine } from './truth/log.core.ts';

export interface SimulatorOptions {
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Default 1. */
  readonly seed?: number;
  /** Campus minutes per real minute. Default 1. */
  readonly speed?: number;
  /** Minute of day at which the campus starts. Default 21:00 = 1260. */
  readonly startMinute?: number;
  /** Money records a second in all, instead of people. */
  readonly ratePerSecond?: number;
  /** Keep state and truth here, and go on from what is there. */
  readonly dataFolder?: string;
  /** Students who eat and walk through gates. Default 800. */
  readonly students?: number;
  /** 0 = a free port; undefined = no HTTP. */
  readonly httpPort?: number;
  /** No people at first; `campus.startDemand()` brings them. Default false. */
  readonly quiet?: boolean;
}

export interface RunningSimulators {
  readonly campus: Campus;
  readonly lines: readonly Line[];
  readonly clusters: Clusters;
  readonly httpPort: number | undefined;
  /** Ends everything; may be called twice. */
  close(): Promise<void>;
}

export interface StartFailure {
  readonly kind: 'cannotStart';
  readonly detail: string;
}

const babbleMs = 40;
const babbleBytes = 24;

/** Starts all lines of a plan; throws when a port or a path cannot be had. */
export async function startSimulators(plan: Plan, options: SimulatorOptions = {}): Promise<RunningSimulators> {
  const started = await openSimulators(plan, options);
  if (!started.ok) throw new Error(started.error.detail);
  return started.value;
}

/** As `startSimulators`, with the failure as a value. Nothing stays open after a failure. */
export async function openSimulators(plan: Plan, options: SimulatorOptions): Promise<Result<RunningSimulators, StartFailure>> {
  const clock = options.clock ?? systemClock;
  const { dataFolder } = options;
  let log: LogFile | undefined;
  const campus = new Campus(plan, {
    clock,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    startMinute: options.startMinute ?? 1_260,
    append: (entry) => log?.append(logLine(entry)),
  });
  if (dataFolder !== undefined) log = openLogFile(dataFolder, (line) => replay(campus, logEntry(line)));
  const files = dataFolder === undefined ? undefined : snapshotFiles(join(dataFolder, 'clusters'));
  const opening: Opening = { campus, clock, lines: [], clusters: undefined, http: undefined };
  const closeAll = async (): Promise<void> => {
    campus.close();
    opening.clusters?.keepAll();
    await Promise.all([...opening.lines.map((line) => line.close()), opening.clusters?.close(), opening.http?.close()]);
    log?.close();
  };
  const failure = await openAll(opening, plan, options, files);
  if (failure !== undefined) {
    await closeAll();
    return err({ kind: 'cannotStart', detail: failure });
  }
  const { lines, clusters, http } = opening;
  assert(clusters !== undefined, 'clusters are open');
  campus.onFlood((name) => babble(campus, lines, { name, clock }));
  campus.start(options.ratePerSecond);
  if (options.quiet === true) campus.stopDemand();
  let closing: Promise<void> | undefined;
  return ok({ campus, lines, clusters, httpPort: http?.port, close: () => (closing ??= closeAll()) });
}

interface Opening {
  readonly campus: Campus;
  readonly clock: Clock;
  readonly lines: Line[];
  clusters: Clusters | undefined;
  http: HttpDoor | undefined;
}

/** Undefined when all is open, else why not. */
async function openAll(
  opening: Opening,
  plan: Plan,
  options: SimulatorOptions,
  files: SnapshotFiles | undefined,
): Promise<string | undefined> {
  const { campus, clock, lines } = opening;
  for (const line of plan.lines) {
    const opened = await openLine(campus, line, { clock, random: new SeededRandom(lines.length + 1) });
    if (!opened.ok) return `line ${opened.error.line}: ${opened.error.detail}`;
    lines.push(opened.value);
  }
  const random = new SeededRandom(options.seed ?? 1).fork(9);
  const parts = { clock, truth: campus.truthSink, randomOf: (index: number) => random.fork(index) };
  const clusters = await Clusters.open(plan.clusters, parts, files);
  if (!clusters.ok) return `cluster ${clusters.error.cluster}: ${clusters.error.detail}`;
  opening.clusters = clusters.value;
  campus.populate(clusters.value, options.students ?? 800);
  const http =
    options.httpPort === undefined ? undefined : await openHttp({ campus, lines, clusters: clusters.value }, options.httpPort);
  if (http?.ok === false) return http.error;
  opening.http = http?.value;
  return undefined;
}

function replay(campus: Campus, entry: LogEntry | undefined): void {
  if (entry !== undefined) campus.replay(entry);
}

function openLine(
  campus: Campus,
  plan: PlanLine,
  { clock, random }: { readonly clock: Clock; readonly random: SeededRandom },
): Promise<LineResult> {
  const bus = new Bus({
    name: plan.name,
    slaves: campus.devicesOfLine(plan),
    timing: timingOf(plan.baudRate, plan.paceBytes, plan.kind === 'serial'),
    clock,
    random,
    desk: campus.desk,
    moment: () => campus.moment(),
  });
  switch (plan.kind) {
    case 'rtuOverTcp':
      return openRtuOverTcp(plan, bus, clock);
    case 'modbusTcp':
      return openModbusTcp(plan, bus);
    case 'serial':
      return openSerial(plan, bus, clock);
    default:
      return unreachable(plan);
  }
}

/** A babbling slave: noise on the line until the fault ends. A Modbus/TCP gateway does not let it through. */
function babble(campus: Campus, lines: readonly Line[], { name, clock }: { readonly name: string; readonly clock: Clock }): void {
  const line = lines.find((candidate) => candidate.plan.name === name);
  if (line === undefined || line.plan.kind === 'modbusTcp' || !campus.desk.floods(name)) return;
  line.babble(line.bus.noise(babbleBytes));
  clock.after(babbleMs, () => babble(campus, lines, { name, clock }));
}
