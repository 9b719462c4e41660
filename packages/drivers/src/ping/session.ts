import { type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, Observation, PollCapability, RawReading, RawValue } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import type { Bursts } from './bursts.ts';
import type { PingConnection } from './connection.ts';
import type { Measure, PingProfile } from './model.ts';
import { type BurstStats, statsOf } from './stats.core.ts';

const connectTimeoutMs = 3_000;

/** 0 nobody, 1 open, 2 refused, 3 our own session holds it. */
type Tcp = { readonly code: 0 | 1 | 2 | 3; readonly ms: number | undefined };

/** Asks one host whether it is there. Fails with `timeout` when neither an echo nor a connection came back. */
export function pingPoll(
  { host, program, tcpPort }: PingConnection,
  profile: PingProfile,
  { bursts, lines }: { readonly bursts: Bursts; readonly lines: LinePool },
  io: DriverIo,
): PollCapability {
  const { burst: plan } = profile.tasks;
  const observe = async (signal: AbortSignal): Promise<Result<Observation, DriverFailure>> => {
    const [echoes, tcp] = await Promise.all([bursts.burst(host, program, plan, io), connectProbe(host, tcpPort, lines, io)]);
    if (signal.aborted) return err({ kind: 'closed' });
    const alive = tcp !== undefined && tcp.code !== 0;
    if (!echoes.ok && !alive) return echoes;
    const stats = echoes.ok ? statsOf(echoes.value.slice(1)) : undefined;
    if (stats?.received === 0 && !alive) return err({ kind: 'timeout', afterMs: plan.waitMs });
    const readings = profile.points.flatMap(({ name, measure }): RawReading[] => {
      const raw = measured(measure, stats, tcp);
      return raw === absent ? [] : [{ point: name, raw }];
    });
    const failures = echoes.ok ? [] : [{ points: profile.points.filter(isEcho).map(({ name }) => name), failure: echoes.error }];
    const rttMs = durationMs(stats?.medianMs ?? tcp?.ms ?? 0);
    return ok({ readings, records: [], failures, facts: {}, rttMs, more: false });
  };
  return {
    tasks: [{ name: 'burst', periodMs: plan.periodMs, yields: 'readings' }],
    run: (task, signal) =>
      task === 'burst' ? observe(signal) : Promise.resolve(err({ kind: 'unsupported', detail: `no task ${task}` })),
  };
}

const isEcho = ({ measure }: { readonly measure: Measure }): boolean => measure !== 'tcp' && measure !== 'tcpMs';

/** Not measured in this burst: no reading, other than a measure that has no value. */
const absent = Symbol('absent');

function measured(measure: Measure, stats: BurstStats | undefined, tcp: Tcp | undefined): RawValue | typeof absent {
  if (measure === 'tcp') return tcp?.code ?? absent;
  if (measure === 'tcpMs') return tcp?.ms ?? absent;
  if (stats === undefined) return absent;
  if (measure === 'loss') return stats.lossPct;
  return (
    { min: stats.minMs, median: stats.medianMs, p95: stats.p95Ms, max: stats.maxMs, jitter: stats.jitterMs }[measure] ?? absent
  );
}

/** A connection that is refused proves life. Many serial servers take one client only: where a line of ours leads there, its port is left alone. */
async function connectProbe(host: string, port: number | undefined, lines: LinePool, io: DriverIo): Promise<Tcp | undefined> {
  if (port === undefined) return undefined;
  if (lines.holds(`tcp:${host}:${port}`) || lines.holds(`modbusTcp:${host}:${port}`)) return { code: 3, ms: undefined };
  const startedMs = io.clock.mono();
  const opened = await io.openTcp({ host, port, connectTimeoutMs });
  const ms = Math.round((io.clock.mono() - startedMs) * 10) / 10;
  if (opened.ok) {
    opened.value.close();
    return { code: 1, ms };
  }
  const refused = opened.error.kind === 'unreachable' && opened.error.detail === 'ECONNREFUSED';
  return refused ? { code: 2, ms } : { code: 0, ms: undefined };
}
