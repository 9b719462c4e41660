import { type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DeviceIdentity,
  DriverFailure,
  DriverIo,
  Observation,
  PointFailure,
  PollCapability,
  PollTask,
  RawReading,
  RawValue,
} from '../contract.ts';
import { Collector } from './collect.ts';
import type { FactName } from './command-model.ts';
import { type Exchange, malformed } from './exchange.ts';
import { factsOf, identityOf } from './facts.core.ts';
import type { FramedProfile } from './model.ts';
import { recollect } from './recollect.ts';

/** Tasks of a profile, as the contract wants them. */
export function tasksOf({ tasks }: FramedProfile): readonly PollTask[] {
  return [
    { name: 'live', periodMs: tasks.live.periodMs, yields: 'readings' },
    ...(tasks.identity === undefined
      ? []
      : [{ name: 'identity', periodMs: tasks.identity.periodMs, yields: 'readings' as const }]),
    ...(tasks.records === undefined ? [] : [{ name: 'records', periodMs: tasks.records.periodMs, yields: 'records' as const }]),
  ];
}

/** Polls one terminal by its profile. */
export function framedPoll(profile: FramedProfile, exchange: Exchange, io: DriverIo): PollCapability {
  const collector = profile.store === undefined ? undefined : new Collector(profile, profile.store, exchange);
  const run = async (task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> => {
    if (task === 'records' && collector !== undefined) return collect(collector, exchange, signal);
    const asks = task === 'live' || task === 'identity' ? profile.tasks[task]?.ask : undefined;
    return asks === undefined
      ? err({ kind: 'unsupported', detail: `no task ${task}` })
      : observe(asks, profile, exchange, io, signal);
  };
  const { store } = profile;
  const byNumber =
    store !== undefined && (store.reread !== undefined || store.restore !== undefined || store.read.by !== 'oldest');
  return {
    tasks: tasksOf(profile),
    run,
    ...(byNumber ? { recollect: (range, signal) => recollect({ spec: store, exchange }, range, signal) } : {}),
  };
}

async function collect(
  collector: Collector,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Result<Observation, DriverFailure>> {
  const collected = await collector.collect(signal);
  if (!collected.ok) return collected;
  const { records, facts, more, confirm } = collected.value;
  const failures = collected.value.failures.map((failure): PointFailure => ({ points: [], failure }));
  const rttMs = durationMs(exchange.rttMs);
  return ok({ readings: [], records, failures, facts, rttMs, more, ...(confirm === undefined ? {} : { confirm }) });
}

/** Asks each command; one that fails leaves its values out, and all of them failing fails the task. */
async function observe(
  asks: readonly string[],
  profile: FramedProfile,
  exchange: Exchange,
  io: DriverIo,
  signal: AbortSignal,
): Promise<Result<Observation, DriverFailure>> {
  const facts = new Map<FactName, RawValue>();
  const readings: RawReading[] = [];
  const failures: PointFailure[] = [];
  for (const name of asks) {
    const reply = await exchange.read(name, {}, signal);
    if (!reply.ok) {
      failures.push({ points: pointsOf(profile, name), failure: reply.error });
      continue;
    }
    for (const [point, raw] of reply.value.points) readings.push({ point, raw });
    for (const [fact, raw] of reply.value.facts) if (!ofStore.has(fact)) facts.set(fact, raw);
    for (const { name: part, reason } of reply.value.bad)
      failures.push({ points: [part], failure: malformed(`${part}: ${reason}`, new Uint8Array()) });
  }
  const [first] = failures;
  if (first !== undefined && readings.length === 0 && facts.size === 0) return err(first.failure);
  return ok({
    readings,
    records: [],
    failures,
    facts: factsOf(facts, io.clock.now()),
    rttMs: durationMs(exchange.rttMs),
    more: false,
  });
}

/** What decides on numbers and generations is told by the records task alone, which knows where the counter begins anew. */
const ofStore: ReadonlySet<FactName> = new Set([
  'newestRecordNo',
  'storeLife',
  'totalRecords',
  'totalFen',
  'collectedRecords',
  'collectedFen',
  'uncollectedFen',
  'overwrittenRecords',
]);

const pointsOf = (profile: FramedProfile, name: string): readonly string[] =>
  (profile.commands[name]?.values ?? []).flatMap(({ point, fact }) => point ?? fact ?? []);

/** Who answers there, by the `identity` task; undefined when no command tells a serial number. */
export function framedIdentify(
  profile: FramedProfile,
  exchange: Exchange,
): ((signal: AbortSignal) => Promise<Result<DeviceIdentity, DriverFailure>>) | undefined {
  const asks = profile.tasks.identity?.ask ?? [];
  const name = asks.find((ask) => profile.commands[ask]?.values.some(({ fact }) => fact === 'serial'));
  if (name === undefined) return undefined;
  return async (signal) => {
    const reply = await exchange.read(name, {}, signal);
    if (!reply.ok) return reply;
    const identity = identityOf(reply.value.facts);
    return identity === undefined ? err(malformed('no serial number', new Uint8Array())) : ok(identity);
  };
}
