/** A small campus to try rules on: a learned world with plain ways to draw it, and findings as short lines. Used by tests alone. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { businessTimeOf } from '../world/business-time.core.ts';
import { createLearned, type Learned } from '../world/learn.core.ts';
import type { AgentFact, DeviceFact, EventFact, MoneyFact, PointFact } from '../world/world.core.ts';
import type { Finding } from './rule.core.ts';
import { defaultVersion, type Settled, settle, type Watching } from './registry.core.ts';

/** Monday 2026-11-23 00:00 in Shanghai. */
const midnight = 1_795_363_200_000;

/** `12:05` or `12:05:30` of that Monday. */
export function at(clock: string): EpochMs {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return epochMs(midnight + hours * hourMs + minutes * minuteMs + seconds * 1_000);
}

const device: DeviceFact = {
  deviceId: 'pos-1',
  agentId: 'agent-a',
  name: 'Window 1',
  kind: 'pos',
  profile: 'framed/cardwatch/pos',
  line: 'tcp-1',
  campus: 'main',
  area: 'main/b3/canteen',
  areaType: 'canteen',
  state: 'online',
  cause: null,
  since: at('06:00'),
  lastRecordAt: null,
  uncollected: null,
  freeRecords: null,
  blacklistVersion: null,
  parameterVersion: null,
  driftMs: null,
  busErrors: null,
  rttMs: null,
  maintenance: false,
  upstream: [],
};

const agent: AgentFact = {
  agentId: 'agent-a',
  state: 'online',
  since: at('00:00'),
  backlogRecords: 0,
  backlogOldestAt: null,
  storage: 'ok',
  diskFreeBytes: 50 * 1_073_741_824,
  clockQuality: 'synced',
  duplicateIdentity: false,
  lines: [],
};

/** Draws one world, a call a thing. */
export class SampleWorld {
  readonly world: Learned;
  readonly #perHour: Map<string, number>;

  constructor() {
    const perHour = new Map<string, number>();
    this.#perHour = perHour;
    this.world = createLearned({
      dayType: () => 'teaching',
      businessTime: businessTimeOf,
      expected(id, metric, from, to) {
        const rate = perHour.get(`${id}/${metric}`);
        if (rate === undefined) return null;
        return { median: (rate * (to - from)) / hourMs, mad: 1, days: ['2026-11-09', '2026-11-16', '2026-11-20'] };
      },
    });
  }

  device(deviceId: string, more: Partial<DeviceFact> = {}, heardAt: EpochMs = at('06:00')): this {
    this.world.device({ ...device, deviceId, ...more }, heardAt);
    return this;
  }

  /** `prefix-1` to `prefix-<count>`. */
  devices(prefix: string, count: number, more: Partial<DeviceFact> = {}): this {
    for (let no = 1; no <= count; no++) this.device(`${prefix}-${no}`, more);
    return this;
  }

  agent(agentId: string, more: Partial<AgentFact> = {}): this {
    this.world.agent({ ...agent, agentId, ...more });
    return this;
  }

  /** What is normal, in an hour. */
  expects(id: string, metric: string, perHour: number): this {
    this.#perHour.set(`${id}/${metric}`, perHour);
    return this;
  }

  point(deviceId: string, point: string, value: PointFact['value'], observedAt: EpochMs, quality = 'good'): this {
    this.world.point({ deviceId, point, value, quality, observedAt });
    return this;
  }

  event(fact: EventFact): this {
    this.world.event(fact);
    return this;
  }

  money(fact: MoneyFact): this {
    this.world.money(fact);
    return this;
  }
}

export const lineOf = (type: EventFact['type'], deviceId: string, line: Record<string, unknown>, when: EpochMs): EventFact => ({
  type,
  agentId: 'agent-a',
  deviceId,
  observedAt: when,
  ingestedAt: when,
  line,
});

export const alarmOf = (deviceId: string, alarm: string, active: boolean, when: EpochMs): EventFact =>
  lineOf('deviceAlarm', deviceId, { alarm, active }, when);

export const doorOf = (deviceId: string, point: string, state: string, when: EpochMs): EventFact =>
  lineOf('door', deviceId, { point, state }, when);

export const passOf = (deviceId: string, result: string, when: EpochMs): EventFact => lineOf('pass', deviceId, { result }, when);

export const moneyOf = (deviceId: string, observedAt: EpochMs, more: Partial<MoneyFact> = {}): MoneyFact => ({
  deviceId,
  generation: 1,
  recordNo: 1,
  kind: 'consume',
  mode: 'cardOffline',
  amountFen: 1_200,
  balanceBeforeFen: null,
  balanceAfterFen: null,
  cardRef: 'card-1',
  cardTail: '0001',
  cardCounter: null,
  offline: false,
  grey: false,
  tac: 'ok',
  observedAt,
  recordedAt: observedAt,
  ingestedAt: observedAt,
  ...more,
});

/** The rule with its defaults and what differs from them. */
export function ruleWith(rule: RuleId, params: Readonly<Record<string, unknown>> = {}): Settled {
  const version = defaultVersion(rule, at('00:00'));
  if (version === undefined) throw new Error(`no rule ${rule}`);
  const settled = settle({ ...version, params });
  if (!settled.ok) throw new Error(`${rule}: ${JSON.stringify(settled.error)}`);
  return settled.value;
}

export function watching(rule: RuleId, params: Readonly<Record<string, unknown>> = {}): Watching {
  const settled = ruleWith(rule, params);
  if (settled.shape !== 'watcher') throw new Error(`${rule} is no watcher`);
  return settled.start();
}

/** What a look finds of the world that was drawn. */
export function findingsOf(
  rule: RuleId,
  world: SampleWorld,
  now: EpochMs,
  params: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  const settled = ruleWith(rule, params);
  return settled.shape === 'look' ? settled.look(world.world, now) : settled.start().look(world.world, now);
}

/** `breach 2 device:pos-1`, joined by commas. */
export const told = (findings: readonly Finding[]): string =>
  findings.map(({ grade, level, subject }) => `${grade} ${level} ${subject.kind}:${subject.id}`).join(', ');

/** `told` of what a look finds. */
export const found = (rule: RuleId, world: SampleWorld, now: EpochMs, params: Readonly<Record<string, unknown>> = {}): string =>
  told(findingsOf(rule, world, now, params));
