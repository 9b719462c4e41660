import type { Stream } from '@cardwatch/contracts';
import type { Session } from '@cardwatch/drivers';
import type { EpochMs } from '@cardwatch/kernel';
import type { AgentConfig, AgentPorts } from '../agent.ts';
import type { CursorKeeper } from '../collect/cursor-keeper.ts';
import type { Line } from '../collect/line.ts';
import type { StorageGuard } from '../collect/storage-guard.ts';
import type { HealthLoop } from '../health/health-loop.ts';
import { depthOf } from '../health/health.core.ts';
import type { Supervisor } from '../uplink/supervisor.ts';
import type { AgentStatus, DeviceStatus, ReloadStatus } from './status.ts';

/** The parts of a started agent that its status is read from. */
export interface Running {
  readonly startedAt: EpochMs;
  readonly cursors: CursorKeeper;
  readonly guard: StorageGuard;
  readonly lines: readonly Line[];
  readonly supervisor: Supervisor;
  readonly health: HealthLoop;
  readonly reload: ReloadStatus | undefined;
}

export function statusOf({ journal, clock }: AgentPorts, config: AgentConfig, running: Running | undefined): AgentStatus {
  const stream = (name: Stream): AgentStatus['streams'][Stream] => {
    const depth = depthOf(journal.states(name));
    const flights = running?.supervisor.pump?.flights(name) ?? { inFlight: 0, credit: 0 };
    return { records: depth.records, bytes: depth.bytes, oldestUnackedAt: depth.oldestUnackedAt, ...flights };
  };
  const at = clock.now();
  return {
    site: config.site,
    agent: config.agent,
    version: config.versions.agent,
    startedAt: running?.startedAt ?? at,
    at,
    epoch: journal.epoch()?.no,
    moneyBlocked: journal.epoch() === undefined ? 'noEpoch' : running?.guard.failed === true ? 'storageFailed' : undefined,
    storage: journal.health().storage,
    streams: { money: stream('money'), event: stream('event'), health: stream('health') },
    uplink: running?.supervisor.status ?? notYet(at),
    devices: running?.lines.flatMap((line) => devicesOf(line, running.cursors)) ?? [],
    lines: running?.health.lines ?? [],
    silentLines: running?.lines.flatMap(silentOf) ?? [],
    ...(running?.reload === undefined ? {} : { reload: running.reload }),
  };
}

const notYet = (since: number): AgentStatus['uplink'] => ({
  phase: 'waiting',
  since,
  attempts: 0,
  lastProblem: undefined,
  lastHeardAt: undefined,
  nextAttemptAt: undefined,
});

const silentOf = ({ name, silentSince, units }: Line): AgentStatus['silentLines'] =>
  silentSince === undefined ? [] : [{ line: name, since: silentSince, devices: units.size }];

const devicesOf = (line: Line, cursors: CursorKeeper): DeviceStatus[] =>
  [...line.units].map(([deviceId, { device, watch, facts, session }]) => {
    const cursor = cursors.get(deviceId);
    const serial = cursors.identityOf(deviceId);
    const { campus, zone, building, area } = device.declaration.place;
    return {
      deviceId,
      name: device.declaration.name,
      line: device.declaration.line,
      place: [campus, zone, building, area].filter((part) => part !== undefined).join(' / '),
      state: watch.state,
      cause: watch.cause,
      since: watch.since,
      rttMs: watch.rttMs,
      generation: cursor?.generation,
      lastRecordNo: cursor?.lastRecordNo,
      uncollected: facts.uncollected,
      openGaps: cursor?.gaps.length ?? 0,
      ...(device.linkKind === undefined ? {} : { linkKind: device.linkKind }),
      ...(session === undefined ? {} : { way: wayOf(session) }),
      ...(serial === undefined ? {} : { serial }),
    };
  });

function wayOf({ poll, listen }: Session): NonNullable<DeviceStatus['way']> {
  if (listen === undefined) return 'polled';
  return (poll?.tasks.length ?? 0) > 0 ? 'both' : 'listening';
}
