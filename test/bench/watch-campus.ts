/** A campus of 10,000 devices as the watch knows it at lunch: six like days learned, two hours of records, and half of its terminals gone. */
import { dayMs, type EpochMs, epochFromShanghai, epochMs, hourMs, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { dayName, dayNumberOf } from '../../packages/collector/src/core/calendar/day.core.ts';
import { Baselines } from '../../packages/collector/src/core/metrics/baselines.core.ts';
import { businessTimeOf } from '../../packages/collector/src/core/world/business-time.core.ts';
import { createLearned, type Learned } from '../../packages/collector/src/core/world/learn.core.ts';
import type { AreaType } from '../../packages/collector/src/core/world/place.core.ts';
import type { AgentFact, DeviceFact, MoneyFact } from '../../packages/collector/src/core/world/world.core.ts';

/** Monday at lunch. */
export const lunch = epochMs(epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 12, minute: 0, second: 0 }) ?? 0);
const agents = 20;

interface Share {
  readonly kind: DeviceFact['kind'];
  readonly areaType: AreaType;
  readonly count: number;
  readonly perArea: number;
}
const shares: readonly Share[] = [
  { kind: 'pos', areaType: 'canteen', count: 5_600, perArea: 40 },
  { kind: 'pos', areaType: 'shop', count: 1_400, perArea: 5 },
  { kind: 'gate', areaType: 'dorm', count: 1_000, perArea: 4 },
  { kind: 'shower', areaType: 'bathhouse', count: 1_600, perArea: 32 },
  { kind: 'network', areaType: 'other', count: 400, perArea: 4 },
];
export const campusDevices = shares.reduce((sum, { count }) => sum + count, 0);

export interface BenchCampus {
  readonly world: Learned;
  readonly baselines: Baselines;
  readonly terminals: readonly string[];
  /** Sets the state of devices from `now` on. */
  turn(ids: readonly string[], state: DeviceFact['state'], now: EpochMs): void;
}

export function benchCampus(): BenchCampus {
  const baselines = new Baselines(() => ({ type: 'teaching', weekday: 1 }));
  const world = createLearned({
    dayType: () => 'teaching',
    businessTime: businessTimeOf,
    expected: (id, metric, from, to) => baselines.expected(id, metric, from, to),
  });
  for (let no = 0; no < agents; no++) world.agent(agentOf(`agent-${no}`));
  let no = 0;
  for (const share of shares)
    for (let of = 0; of < share.count; of++, no++) world.device(deviceOf(share, of, `agent-${no % agents}`), lunch);
  const terminals =
    world.roll
      .by('kind')
      .get('pos')
      ?.map(({ deviceId }) => deviceId) ?? [];
  learn(baselines, terminals);
  sell(world, terminals);
  return {
    world,
    baselines,
    terminals,
    turn: (ids, state, now) => {
      for (const id of ids) {
        const device = world.devices.get(id);
        const cause = state === 'offline' ? 'noReply' : null;
        if (device !== undefined) world.device({ ...device, state, cause, since: now }, now);
      }
    },
  };
}

const agentOf = (agentId: string): AgentFact => ({
  agentId,
  state: 'online',
  since: epochMs(lunch - dayMs),
  backlogRecords: 0,
  backlogOldestAt: null,
  storage: 'ok',
  diskFreeBytes: 50e9,
  clockQuality: 'synced',
  duplicateIdentity: false,
  lines: [],
});

function deviceOf({ kind, areaType, perArea }: Share, no: number, agentId: string): DeviceFact {
  const deviceId = `${areaType}-${kind}-${no}`;
  return {
    deviceId,
    agentId,
    name: deviceId,
    kind,
    profile: `bench/${kind}`,
    line: kind === 'shower' ? `bus-${Math.floor(no / perArea)}` : `tcp-${no % 8}`,
    campus: 'main',
    area: `main/${areaType}-${Math.floor(no / perArea)}/hall`,
    areaType,
    state: 'online',
    cause: null,
    since: epochMs(lunch - dayMs),
    lastRecordAt: null,
    uncollected: 0,
    freeRecords: kind === 'pos' ? 10_000 : null,
    blacklistVersion: kind === 'pos' ? 7 : null,
    parameterVersion: 3,
    driftMs: 400,
    busErrors: null,
    rttMs: 20,
    maintenance: false,
    upstream: kind === 'network' ? [] : [[`other-network-${no % 400}`]],
  };
}

/** Six Mondays before, with three meals each. */
function learn(baselines: Baselines, terminals: readonly string[]): void {
  const random = new SeededRandom(11);
  for (let week = 6; week >= 1; week--)
    for (const entity of terminals) {
      const records = new Float32Array(288);
      for (const [from, to] of [
        [78, 108],
        [126, 162],
        [198, 234],
      ] as const)
        for (let slot = from; slot < to; slot++) records[slot] = Math.floor(random.next() * 6);
      const day = dayName(dayNumberOf(lunch) - 7 * week);
      const taken = { entity, campus: 'campus:main', kind: { type: 'teaching', weekday: 1 } as const, day };
      baselines.learn({ ...taken, metric: 'records', values: records });
      baselines.learn({ ...taken, metric: 'amountFen', values: records.map((count) => count * 1_200) });
    }
}

/** About as much as was learned, over the last two hours. */
function sell(world: Learned, terminals: readonly string[]): void {
  const random = new SeededRandom(12);
  for (const deviceId of terminals) {
    let last = lunch - 2 * hourMs;
    for (;;) {
      const at = last + Math.floor(random.next() * 4 * minuteMs);
      if (at >= lunch) break;
      last = at;
      world.money(saleOf(deviceId, epochMs(at)));
    }
    const device = world.devices.get(deviceId);
    if (device !== undefined) world.device({ ...device, lastRecordAt: epochMs(last) }, epochMs(last));
  }
}

const saleOf = (deviceId: string, at: EpochMs): MoneyFact => ({
  deviceId,
  generation: 1,
  recordNo: 1,
  kind: 'consume',
  mode: null,
  amountFen: 1_200,
  balanceBeforeFen: null,
  balanceAfterFen: null,
  cardRef: 'card',
  cardTail: '0001',
  cardCounter: null,
  offline: false,
  grey: false,
  tac: 'ok',
  observedAt: at,
  recordedAt: at,
  ingestedAt: at,
});
