/** Sales beside what is normal, and the share that was sold offline. */
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { entityOf } from '../../metrics/entity.core.ts';
import { modifiedZ, modifiedZBand, modifiedZMax, ratioTrialsMin, wilsonLowerBound } from '../../metrics/statistics.core.ts';
import { rollOf } from '../../world/roll.core.ts';
import type { DeviceFact, World } from '../../world/world.core.ts';
import { type Finding, look } from '../rule.core.ts';
import { type About, aboutArea, aboutDevice, aboutMerchant, findingOf } from './subject.core.ts';

const slotMs = 5 * minuteMs;

export const salesDeviationParams = z.strictObject({
  windowMinutes: z.int().min(10).max(240),
  zMax: z.number().min(2).max(20),
  /** Below this |M| a deviation that was found is over. */
  zClear: z.number().min(1).max(20),
  /** The difference must also be at least this share of what is normal… */
  percentMin: z.number().min(1).max(1_000),
  /** …and at least so much money. */
  fenMin: z.int().min(0).max(100_000_000),
  /** Slots are judged so long after they ended, for records on their way. */
  settleMinutes: z.int().min(0).max(60),
});

/** T-MERCH-DEV: half an hour's sales of a merchant (a terminal without one: its own) against like days. Level 3; a drop in a meal level 2. */
export const salesDeviation = look({
  id: 'salesDeviation',
  source: 'T-MERCH-DEV',
  params: salesDeviationParams,
  defaults: { windowMinutes: 30, zMax: modifiedZMax, zClear: 2.5, percentMin: 30, fenMin: 20_000, settleMinutes: 2 },
  timing: { raiseAfterMs: 0, clearAfterMs: 15 * minuteMs, nOfM: { n: 2, m: 3 } },
  look: (world, params, now) => {
    const to = epochMs(Math.floor((now - params.settleMinutes * minuteMs) / slotMs) * slotMs);
    const from = epochMs(to - params.windowMinutes * minuteMs);
    const findings: Finding[] = [];
    for (const seller of sellersOf(world, from)) {
      const found = salesFinding(world, seller, params, from, to);
      if (found !== undefined) findings.push(found);
    }
    return findings;
  },
});

interface Seller {
  /** Of `core/metrics/entity.core.ts`. */
  readonly id: string;
  readonly devices: readonly DeviceFact[];
}

/** Merchants with their terminals, and each terminal that was bound to none. */
function sellersOf(world: World, at: EpochMs): readonly Seller[] {
  const sellers: Seller[] = [];
  const merchants = new Map<string, DeviceFact[]>();
  for (const device of rollOf(world.roll, 'kind', 'pos')) {
    const merchant = world.merchantOf?.(device.deviceId, at) ?? null;
    if (merchant === null) sellers.push({ id: entityOf.device(device.deviceId), devices: [device] });
    else {
      const devices = merchants.get(merchant.merchantId);
      if (devices === undefined) merchants.set(merchant.merchantId, [device]);
      else devices.push(device);
    }
  }
  for (const [merchantId, devices] of merchants) sellers.push({ id: entityOf.merchant(merchantId), devices });
  return sellers;
}

function salesFinding(
  world: World,
  seller: Seller,
  params: z.infer<typeof salesDeviationParams>,
  from: EpochMs,
  to: EpochMs,
): Finding | undefined {
  const normal = world.expected(seller.id, 'amountFen', from, to);
  const first = seller.devices[0];
  if (normal === null || first === undefined) return undefined;
  const value = seller.devices.reduce((sum, { deviceId }) => sum + world.figures(deviceId, from, to).amountFen, 0);
  const z = modifiedZ(value, normal.median, normal.mad);
  const differs = Math.abs(value - normal.median) >= Math.max((params.percentMin / 100) * normal.median, params.fenMin);
  const unheard = value < normal.median && seller.devices.some((device) => !isHeard(world, device));
  if (!unheard && (!differs || Math.abs(z) <= params.zClear)) return undefined;
  const about = ofSeller(world, seller, first.deviceId, from);
  const isDrop = value < normal.median;
  const level = isDrop && world.businessTime(first.areaType, epochMs(to - 1)).peak !== null ? 2 : 3;
  const band = modifiedZBand(normal.median, normal.mad, params.zMax);
  const { median: expected, days: sampleDays } = normal;
  const verdict = { level, value, unit: 'fen', expected, band, sampleDays, minutes: params.windowMinutes } as const;
  return findingOf('salesDeviation', about, verdict, unheard ? 'unknown' : Math.abs(z) > params.zMax ? 'breach' : 'band');
}

function ofSeller(world: World, seller: Seller, deviceId: string, at: EpochMs): About {
  return { ...aboutMerchant(world, deviceId, at), devices: seller.devices.map((device) => device.deviceId).slice(0, 1_000) };
}

/** Records of a terminal that is out of reach, or behind an agent that is, come later. */
const isHeard = (world: World, { state, agentId }: DeviceFact): boolean =>
  (state === 'online' || state === 'degraded') && (world.agents.get(agentId)?.state ?? 'online') === 'online';

export const offlineRatioParams = z.strictObject({
  windowMinutes: z.int().min(5).max(120),
  percent: z.number().min(1).max(100),
  clearPercent: z.number().min(0.5).max(100),
  recordsMin: z.int().min(10).max(1_000),
});

/** T-OFFLINE-RATIO: of a quarter of an hour's records of a place surely more than 20 % were made offline (Wilson, 95 %). Level 2. */
export const offlineRatio = look({
  id: 'offlineRatio',
  source: 'T-OFFLINE-RATIO',
  params: offlineRatioParams,
  defaults: { windowMinutes: 15, percent: 20, clearPercent: 15, recordsMin: ratioTrialsMin },
  timing: { raiseAfterMs: 0, clearAfterMs: 5 * minuteMs, nOfM: { n: 2, m: 3 } },
  look: (world, params, now) => {
    const from = epochMs(now - params.windowMinutes * minuteMs);
    const alone = rollOf(world.roll, 'kind', 'pos').flatMap((device) =>
      device.area === null ? [[device.deviceId, [device]] as const] : [],
    );
    return [...world.roll.by('terminals'), ...alone].flatMap(([place, devices]) => {
      const { records, offline } = soldOf(world, devices, from, now);
      const sure = 100 * wilsonLowerBound(offline, records);
      if (records < params.recordsMin || sure <= params.clearPercent) return [];
      const first = devices[0];
      const isArea = first !== undefined && first.area === place;
      const about = isArea
        ? aboutArea(
            place,
            devices.map((device) => device.deviceId),
          )
        : aboutDevice(world, place);
      const value = Math.round((1_000 * offline) / records) / 10;
      const verdict = {
        level: 2,
        value,
        unit: '%',
        expected: params.percent,
        count: offline,
        minutes: params.windowMinutes,
      } as const;
      return [findingOf('offlineRatio', about, verdict, sure > params.percent ? 'breach' : 'band')];
    });
  },
});

function soldOf(world: World, devices: readonly DeviceFact[], from: EpochMs, to: EpochMs): { records: number; offline: number } {
  const sold = { records: 0, offline: 0 };
  for (const { deviceId } of devices) {
    const { records, offline } = world.figures(deviceId, from, to);
    sold.records += records;
    sold.offline += offline;
  }
  return sold;
}
