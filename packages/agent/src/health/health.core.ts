import type { AgentHealth, AgentLines, LineHealth, Stream } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type { JournalHealth, StreamState } from '../journal/journal.ts';
import type { HostFacts } from '../ports.ts';

export interface Depth {
  readonly bytes: number;
  readonly records: number;
  readonly oldestUnackedAt?: number;
}

/** What of one stream is not yet acknowledged, over all lives; `bytes` is what the stream takes on disk. */
export function depthOf(states: readonly StreamState[]): Depth {
  const oldest = states.flatMap(({ oldestUnackedAt }) => (oldestUnackedAt === undefined ? [] : [oldestUnackedAt]));
  return {
    bytes: states.reduce((sum, state) => sum + state.bytes, 0),
    records: states.reduce((sum, state) => sum + Math.max(0, state.last - state.acked), 0),
    ...(oldest.length === 0 ? {} : { oldestUnackedAt: Math.min(...oldest) }),
  };
}

export interface HealthFacts {
  readonly depths: Readonly<Record<Stream, Depth>>;
  readonly journal: JournalHealth;
  readonly lines: readonly LineHealth[];
  readonly host: HostFacts;
  readonly versions: AgentHealth['versions'];
}

/** A journal line holds 8 KiB; the measures of one polled line take up to about 200 bytes of it. What does not fit follows in lines of its own. */
export const healthLinesMax = 32;
/** Lines of an agent that are told at all: the busiest. */
export const toldLinesMax = 256;

const round1 = (value: number): number => Math.round(value * 10) / 10;

const busiest = (lines: readonly LineHealth[]): readonly LineHealth[] =>
  [...lines].sort((a, b) => b.utilisationPct - a.utilisationPct).slice(0, toldLinesMax);

/** What `agentHealthOf` had no room for, of the same moment. */
export function moreLinesOf(lines: readonly LineHealth[], now: EpochMs): readonly AgentLines[] {
  const rest = busiest(lines).slice(healthLinesMax);
  return Array.from({ length: Math.ceil(rest.length / healthLinesMax) }, (_, part) => ({
    type: 'agentLines' as const,
    lines: rest.slice(part * healthLinesMax, (part + 1) * healthLinesMax),
    recordedAt: now,
  }));
}

/** One line of agent health, with the busiest of its lines. */
export function agentHealthOf({ depths, journal, lines, host, versions }: HealthFacts, now: EpochMs): AgentHealth {
  return {
    type: 'agentHealth',
    journal: { money: depths.money, event: depths.event, health: depths.health },
    storage: journal.storage,
    syncP50Ms: round1(journal.syncP50Ms),
    syncP99Ms: round1(journal.syncP99Ms),
    lines: busiest(lines).slice(0, healthLinesMax),
    rssBytes: Math.round(host.rssBytes),
    cpuPct: round1(host.cpuPct),
    diskFreeBytes: Math.round(host.diskFreeBytes),
    ...(host.temperatureC === undefined ? {} : { temperatureC: round1(host.temperatureC) }),
    clockQuality: host.clockQuality,
    versions,
    recordedAt: now,
  };
}
