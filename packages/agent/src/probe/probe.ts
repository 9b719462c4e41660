/** One talk with one device: opened, asked who it is, each task run once. Nothing is confirmed to it and nothing is kept. */
import type { Reading } from '@cardwatch/contracts';
import type {
  AnyDriver,
  DeviceFacts,
  DeviceIdentity,
  DriverFailure,
  DriverIo,
  NotTaken,
  Observation,
  PointFailure,
  Session,
} from '@cardwatch/drivers';
import { err, type Result } from '@cardwatch/kernel';
import type { PlannedDevice } from '../config/setup.ts';
import { normaliseReadings } from '../normalise/reading.core.ts';
import { within } from '../sleeper.ts';

export const probeLimits = { openMs: 20_000, identifyMs: 15_000, taskMs: 30_000, waitMsMax: 600_000 } as const;

export interface ProbeStep {
  readonly step: 'open' | 'identify' | 'task' | 'listen';
  readonly name?: string;
  readonly tookMs: number;
  readonly failure?: DriverFailure;
}

export interface ProbeReport {
  readonly deviceId: string;
  readonly protocol: string;
  /** The connection without its credentials. */
  readonly connection: Readonly<Record<string, unknown>>;
  readonly steps: readonly ProbeStep[];
  readonly identity?: DeviceIdentity;
  readonly expectedSerial?: string;
  readonly readings: readonly Reading[];
  readonly facts: DeviceFacts;
  /** Points that could not be read while others could. */
  readonly points: readonly PointFailure[];
  readonly records: number;
  readonly events: number;
  readonly commands: readonly string[];
  readonly rttMs?: number;
  /** Another kind of link on which the device did answer. */
  readonly otherKind?: string;
}

export interface ProbeParts {
  readonly io: DriverIo;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

interface Draft {
  steps: ProbeStep[];
  identity: DeviceIdentity | undefined;
  readings: Reading[];
  facts: DeviceFacts;
  points: PointFailure[];
  records: number;
  events: number;
  commands: readonly string[];
  rttMs: number | undefined;
}

export const failed = ({ steps, points }: Pick<ProbeReport, 'steps' | 'points'>): boolean =>
  points.length > 0 ||
  steps.some(({ step, failure }) => failure !== undefined && (step !== 'identify' || failure.kind !== 'unsupported'));

/** Talks to the device once; when it stays silent and its link has a sister kind at the same place, that is tried as well. */
export async function probeDevice(device: PlannedDevice, parts: ProbeParts): Promise<ProbeReport> {
  const draft = await talk(device, parts);
  const silent = draft.steps.some(
    ({ failure }) => failure !== undefined && ['timeout', 'malformed', 'closed'].includes(failure.kind),
  );
  const otherKind = silent && draft.rttMs === undefined ? await answeringKind(device, parts) : undefined;
  const { identity, rttMs, ...rest } = draft;
  return {
    deviceId: device.declaration.deviceId,
    protocol: device.driver.protocol,
    connection: withoutCredentials(device.connection),
    ...rest,
    ...(identity === undefined ? {} : { identity }),
    ...(device.expectedSerial === undefined ? {} : { expectedSerial: device.expectedSerial }),
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(otherKind === undefined ? {} : { otherKind }),
  };
}

async function talk(device: PlannedDevice, parts: ProbeParts): Promise<Draft> {
  const draft: Draft = {
    steps: [],
    identity: undefined,
    readings: [],
    facts: {},
    points: [],
    records: 0,
    events: 0,
    commands: [],
    rttMs: undefined,
  };
  const opening = timed(parts, probeLimits.openMs, () => device.driver.open(device.connection, device.profile, parts.io));
  const { result: opened, tookMs } = await opening;
  draft.steps.push({ step: 'open', tookMs, ...failureOf(opened) });
  if (!opened.ok) return draft;
  const session = opened.value;
  await identify(session, draft, parts);
  for (const { name } of session.poll?.tasks ?? []) await runTask(session, name, device, draft, parts);
  if (session.listen !== undefined) await listen(session.listen, device, draft, parts);
  draft.commands = session.command?.names ?? [];
  await within(parts.io.clock, probeLimits.openMs, session.close(), () => undefined);
  return draft;
}

async function identify(session: Session, draft: Draft, parts: ProbeParts): Promise<void> {
  const ask = session.identify?.bind(session);
  if (ask === undefined) return;
  const { result, tookMs } = await timed(parts, probeLimits.identifyMs, ask);
  draft.steps.push({ step: 'identify', tookMs, ...failureOf(result) });
  if (result.ok) draft.identity = result.value;
}

async function runTask(session: Session, name: string, device: PlannedDevice, draft: Draft, parts: ProbeParts): Promise<void> {
  const poll = session.poll;
  if (poll === undefined || parts.signal.aborted) return;
  const { result, tookMs } = await timed(parts, probeLimits.taskMs, (signal) => poll.run(name, signal));
  draft.steps.push({ step: 'task', name, tookMs, ...failureOf(result) });
  if (result.ok) see(result.value, device, draft, parts);
}

/** What the device says is looked at and not taken: it keeps it and offers it again to whoever comes next. */
async function listen(
  capability: NonNullable<Session['listen']>,
  device: PlannedDevice,
  draft: Draft,
  parts: ProbeParts,
): Promise<void> {
  const { clock } = parts.io;
  const startedMs = clock.mono();
  let lastFailure: DriverFailure | undefined;
  const heard = new Promise<boolean>((resolve) => {
    parts.signal.addEventListener('abort', () => resolve(false), { once: true });
    capability.start(
      {
        take: (observation): Promise<Result<void, NotTaken>> => {
          see(observation, device, draft, parts);
          resolve(true);
          return Promise.resolve(err({ kind: 'notTaken', detail: 'this is a probe' }));
        },
        failed: (failure) => {
          lastFailure = failure;
        },
      },
      () => undefined,
    );
  });
  const waitMs = Math.min(parts.waitMs, probeLimits.waitMsMax);
  const came = await within(clock, waitMs, heard, () => false);
  const failure = came ? undefined : (lastFailure ?? { kind: 'timeout', afterMs: waitMs });
  draft.steps.push({ step: 'listen', tookMs: clock.mono() - startedMs, ...(failure === undefined ? {} : { failure }) });
}

function see(observation: Observation, { declaration, profile }: PlannedDevice, draft: Draft, { io }: ProbeParts): void {
  const points = observation.failures.flatMap((failure) => failure.points);
  const about = { deviceId: declaration.deviceId, points: profile.points };
  draft.readings.push(...normaliseReadings(observation.readings, points, about, io.clock.now()));
  draft.points.push(...observation.failures);
  draft.facts = { ...draft.facts, ...observation.facts };
  draft.records += observation.records.length;
  draft.events += observation.events?.length ?? 0;
  draft.rttMs ??= observation.rttMs;
}

/** The kind of another link at the same host and port on which the device answers: the mode of a serial server is set wrong on one side. */
async function answeringKind(device: PlannedDevice, parts: ProbeParts): Promise<string | undefined> {
  for (const { kind, connection } of otherConnections(device)) {
    const { steps, rttMs } = await talk({ ...device, connection }, { ...parts, waitMs: 0 });
    if (rttMs !== undefined && steps.some(({ step, failure }) => step === 'task' && failure === undefined)) return kind;
  }
  return undefined;
}

const sisterKinds: readonly string[] = ['modbusTcp', 'rtuOverTcp'];

function otherConnections({
  connection,
  driver,
}: PlannedDevice): readonly { readonly kind: string; readonly connection: unknown }[] {
  const own = connection as Readonly<Record<string, unknown>>;
  if (!sisterKinds.includes(String(own.kind))) return [];
  return sisterKinds.flatMap((kind) => {
    const parsed = kind === own.kind ? undefined : connectionAs(driver, own, kind);
    return parsed === undefined ? [] : [{ kind, connection: parsed }];
  });
}

function connectionAs(driver: AnyDriver, own: Readonly<Record<string, unknown>>, kind: string): unknown {
  const { host, port, unit, connectTimeoutMs, replyTimeoutMs } = own;
  const parsed = driver.connection.safeParse({ kind, host, port, unit, connectTimeoutMs, replyTimeoutMs, retries: 0 });
  return parsed.success ? parsed.data : undefined;
}

function withoutCredentials(connection: unknown): Readonly<Record<string, unknown>> {
  const { credentials: _, ...rest } = connection as Readonly<Record<string, unknown>>;
  return rest;
}

const failureOf = <T>(result: Result<T, DriverFailure>): { readonly failure?: DriverFailure } =>
  result.ok ? {} : { failure: result.error };

async function timed<T>(
  { io, signal }: ProbeParts,
  limitMs: number,
  call: (signal: AbortSignal) => Promise<Result<T, DriverFailure>>,
): Promise<{ readonly result: Result<T, DriverFailure>; readonly tookMs: number }> {
  const startedMs = io.clock.mono();
  const late = new AbortController();
  const result = await within<Result<T, DriverFailure>>(io.clock, limitMs, call(AbortSignal.any([signal, late.signal])), () => {
    late.abort();
    return err({ kind: 'timeout', afterMs: limitMs });
  });
  return { result, tookMs: Math.round(io.clock.mono() - startedMs) };
}
