/** Records and money that lie in terminals and agents behind an alarm (domain T-5): counted where a terminal can be asked, else what it should have sold. */
import type { Alarm, Exposure } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import type { AgentFact, DeviceFact, World } from '../world/world.core.ts';
import { noExposure } from './entry.core.ts';

/** Sales of a silent terminal are estimated for at most this long back. */
export const estimateMsMax = 72 * hourMs;

/** What lies behind one alarm: its subject, the devices it stands for, and those of its symptoms; each device and each agent once. */
export function exposureOf(alarm: Alarm, symptoms: readonly Alarm[], world: World, now: EpochMs): Exposure {
  // what a card did says nothing of what still lies in terminals
  if (alarm.subject.kind === 'card') return noExposure;
  const devices = new Set<string>();
  const agents = new Set<string>();
  for (const one of [alarm, ...symptoms]) {
    for (const device of one.devices) devices.add(device);
    if (one.subject.kind === 'device') devices.add(one.subject.id);
    if (one.subject.kind === 'agent') agents.add(one.subject.id);
  }
  const parts: Exposure[] = [];
  for (const id of devices) {
    const device = world.devices.get(id);
    if (device !== undefined) parts.push(exposureOfDevice(device, world, now));
  }
  for (const id of agents) {
    const agent = world.agents.get(id);
    if (agent !== undefined) parts.push(backlogOf(agent));
  }
  return parts.reduce(joined, noExposure);
}

/** Not yet collected, and what it should have sold since it was last heard, less what came of that time. */
export function exposureOfDevice(device: DeviceFact, world: World, now: EpochMs): Exposure {
  const waiting = device.uncollected ?? 0;
  const unheardSince = silentSince(device, world);
  const counted: Exposure = {
    records: waiting,
    fen: waiting === 0 ? 0 : fenOf(waiting, device, world, now),
    estimated: waiting > 0,
    oldestAt: waiting === 0 ? null : (device.lastRecordAt ?? device.since),
  };
  if (unheardSince === null || device.kind === 'network') return counted;
  const sold = soldUnheard(device, world, unheardSince, now);
  return sold === null ? { ...counted, estimated: true } : joined(counted, sold);
}

/** Since when nothing is heard of a device; null while it is heard. */
export function silentSince(device: DeviceFact, world: World): EpochMs | null {
  const agent = world.agents.get(device.agentId);
  const starts = [
    ...(device.state === 'offline' || device.state === 'unknown' ? [device.since] : []),
    ...(agent?.state === 'offline' ? [agent.since] : []),
  ];
  return starts.length === 0 ? null : epochMs(Math.min(...starts));
}

function soldUnheard(device: DeviceFact, world: World, since: EpochMs, now: EpochMs): Exposure | null {
  const from = wholeMinute(Math.max(since, now - estimateMsMax));
  const to = wholeMinute(now);
  if (to <= from) return null;
  const records = world.expected(device.deviceId, 'records', from, to);
  const amount = world.expected(device.deviceId, 'amountFen', from, to);
  if (records === null) return null;
  const came = world.figures(device.deviceId, from, to);
  const missing = Math.max(0, Math.round(records.median - came.records));
  return {
    records: missing,
    fen: amount === null ? null : Math.max(0, Math.round(amount.median - came.amountFen)),
    estimated: true,
    oldestAt: missing === 0 ? null : from,
  };
}

const wholeMinute = (at: number): EpochMs => epochMs(Math.floor(at / minuteMs) * minuteMs);

/** Money of so many records by what this terminal takes on average over a day; null where it took nothing. */
function fenOf(records: number, device: DeviceFact, world: World, now: EpochMs): number | null {
  const to = wholeMinute(now);
  const day = world.figures(device.deviceId, epochMs(to - 24 * hourMs), to);
  return day.records === 0 ? null : Math.round((records * day.amountFen) / day.records);
}

/** Records that wait in an agent's journal: it counts them, it does not say what they are worth. */
const backlogOf = (agent: AgentFact): Exposure => ({
  records: agent.backlogRecords,
  fen: null,
  estimated: false,
  oldestAt: agent.backlogOldestAt,
});

/** `Fen` of the contract ends at ten million yuan. */
const fenMax = 1_000_000_000;

/** Money that is known for one part only is at least that much. */
export function joined(one: Exposure, other: Exposure): Exposure {
  const fen = one.fen === null ? other.fen : other.fen === null ? one.fen : Math.min(fenMax, one.fen + other.fen);
  const ages = [one.oldestAt, other.oldestAt].filter((at) => at !== null);
  return {
    records: one.records + other.records,
    fen,
    estimated: one.estimated || other.estimated,
    oldestAt: ages.length === 0 ? null : Math.max(0, Math.min(...ages)),
  };
}

/** When a terminal's memory is full at the pace that it sells: null when it says nothing of its memory, or sells nothing. */
export function memoryFullAt(device: DeviceFact, world: World, now: EpochMs): EpochMs | null {
  if (device.freeRecords === null) return null;
  const perHour = recordsPerHour(device, world, now);
  return perHour <= 0 ? null : epochMs(Math.round(now + (device.freeRecords / perHour) * hourMs));
}

/** The greater of what it sold in the last hour and what it is expected to sell in the next. */
function recordsPerHour(device: DeviceFact, world: World, now: EpochMs): number {
  const minute = wholeMinute(now);
  const sold = world.figures(device.deviceId, epochMs(minute - hourMs), minute).records;
  return Math.max(sold, world.expected(device.deviceId, 'records', minute, epochMs(minute + hourMs))?.median ?? 0);
}
