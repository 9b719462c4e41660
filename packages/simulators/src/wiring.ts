import { type Clock, err, ok, type Result, SeededRandom, unreachable } from '@cardwatch/kernel';
import { Campus } from './campus/campus.ts';
import { openHttp } from './http/server.ts';
import { Bus, timingOf } from './line/bus.ts';
import type { Line, LineResult } from './line/line.ts';
import { openSerial } from './line/serial.ts';
import { openModbusTcp, openRtuOverTcp } from './line/tcp.ts';
import type { Plan, PlanLine } from './plan/plan.ts';
import { systemClock } from './shell/clock.ts';
import { type LogFile, openLogFile } from './shell/log-file.ts';
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
  /** 0 = a free port; undefined = no HTTP. */
  readonly httpPort?: number;
  /** No people at first; `campus.startDemand()` brings them. Default false. */
  readonly quiet?: boolean;
}

export interface RunningSimulators {
  readonly campus: Campus;
  readonly lines: readonly Line[];
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
  let log: LogFile | undefined;
  const campus = new Campus(plan, {
    clock,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    startMinute: options.startMinute ?? 1_260,
    append: (entry) => log?.append(logLine(entry)),
  });
  if (options.dataFolder !== undefined) log = openLogFile(options.dataFolder, (line) => replay(campus, logEntry(line)));
  const lines: Line[] = [];
  const closeAll = async (): Promise<void> => {
    campus.close();
    await Promise.all(lines.map((line) => line.close()));
    log?.close();
  };
  for (const line of plan.lines) {
    const opened = await openLine(campus, line, { clock, random: new SeededRandom(lines.length + 1) });
    if (!opened.ok) {
      await closeAll();
      return err({ kind: 'cannotStart', detail: `line ${opened.error.line}: ${opened.error.detail}` });
    }
    lines.push(opened.value);
  }
  const http = options.httpPort === undefined ? undefined : await openHttp({ campus, lines }, options.httpPort);
  if (http?.ok === false) {
    await closeAll();
    return err({ kind: 'cannotStart', detail: http.error });
  }
  campus.onFlood((name) => babble(campus, lines, { name, clock }));
  campus.start(options.ratePerSecond);
  if (options.quiet === true) campus.stopDemand();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= Promise.all([closeAll(), http?.value.close()]).then(() => undefined));
  return ok({ campus, lines, httpPort: http?.value.port, close });
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
