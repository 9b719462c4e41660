/** What agents report of their own custody and no measure of theirs shows: a clock that jumped, health data that found no room, a configuration they refused. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { groupBy, measured, ofAgent, round1, type Said } from '../finding.core.ts';
import { type AnyRule, type Asking, type Finding, watcher } from '../rule.core.ts';
import { holdMinutesMax, toldAgainMs } from './told.core.ts';

interface Notice {
  readonly at: EpochMs;
  readonly value: number;
  readonly count: number;
  readonly detail: string;
}
type Notices = Map<string, Notice>;

const level = z.literal([2, 3]);
const head = { lookBackMs: toldAgainMs, start: (): Notices => new Map() } as const;
const atOnce = { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null } as const;
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

interface Holding {
  readonly asking: Asking<{ readonly level: 2 | 3 }>;
  readonly holdMs: number;
}

/** Agents whose notice still holds; what is over is forgotten. */
function findings(state: Notices, { asking, holdMs }: Holding, said: (notice: Notice) => Omit<Said, 'grade' | 'level'>) {
  const { world, params, now } = asking;
  const served = state.size === 0 ? new Map<string, never[]>() : groupBy(world, (device) => device.agentId);
  const found: Finding[] = [];
  for (const [agentId, notice] of state) {
    const agent = world.agents.get(agentId);
    if (agent === undefined || now - notice.at >= holdMs) {
      state.delete(agentId);
      continue;
    }
    const grade = agent.state === 'online' ? 'breach' : 'unknown';
    const finding = ofAgent(agent, served.get(agentId) ?? [], { ...said(notice), grade, level: params.level });
    found.push({ ...finding, holdsUntil: epochMs(notice.at + holdMs) });
  }
  return found;
}

const MomentParams = z.strictObject({ level, holdMinutes: z.int().min(1).max(holdMinutesMax) });

function noticed(rule: RuleId, notice: 'clockJump' | 'dropped', source: string): AnyRule {
  return watcher<z.infer<typeof MomentParams>, Notices>({
    ...head,
    id: rule,
    source,
    params: MomentParams,
    defaults: { level: 3, holdMinutes: 60 },
    timing: atOnce,
    event(state, { type, agentId, observedAt, line }, { world }) {
      if (type !== 'agentNotice' || line['notice'] !== notice || !world.agents.has(agentId)) return;
      const before = state.get(agentId);
      const dropped = Math.max(1, numberOf(line['last']) - numberOf(line['first']) + 1);
      const value = notice === 'dropped' ? (before?.value ?? 0) + dropped : round1(numberOf(line['deltaMs']) / secondMs);
      state.set(agentId, { at: observedAt, value, count: (before?.count ?? 0) + 1, detail: '' });
    },
    look: (state, asking) =>
      findings(state, { asking, holdMs: asking.params.holdMinutes * minuteMs }, ({ value, count }) =>
        notice === 'dropped'
          ? { rule, values: { count: value } }
          : { rule, values: { value, unit: 's', count }, evidence: measured(value, 's') },
      ),
  });
}

/** The agent's clock was set: records between are dated by it. `value`: seconds, negative is back. */
export const agentClockJump = noticed('agentClockJump', 'clockJump', 'S-CLOCK');

/** Health data gave way to records. `count`: lines since the first. */
export const healthDropped = noticed('healthDropped', 'dropped', '8 trap 9');

/** What somebody configured does not hold: the agent works on by the old one until it takes a new one or is started anew. */
export const configRefused = watcher({
  ...head,
  id: 'configRefused',
  source: 'M-2',
  params: z.strictObject({ level, holdHours: z.int().min(1).max(720) }),
  defaults: { level: 3, holdHours: 24 },
  timing: atOnce,
  event(state: Notices, { type, agentId, observedAt, line }, { world }) {
    if (type !== 'agentNotice' || !world.agents.has(agentId)) return;
    const { notice, detail } = line;
    if (notice === 'configReloaded' || notice === 'started') state.delete(agentId);
    if (notice !== 'configRefused') return;
    const text = typeof detail === 'string' ? detail.slice(0, 200) : '';
    state.set(agentId, { at: observedAt, value: 0, count: 1, detail: text });
  },
  look: (state: Notices, asking: Asking<{ readonly level: 2 | 3; readonly holdHours: number }>) =>
    findings(state, { asking, holdMs: asking.params.holdHours * hourMs }, ({ detail }) => ({
      rule: 'configRefused',
      values: { detail },
    })),
});

export const noticeRules: readonly AnyRule[] = [configRefused, agentClockJump, healthDropped];
