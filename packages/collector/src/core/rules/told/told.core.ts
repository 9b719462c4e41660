/** Rules of what devices report of themselves: a row of the table says which alarms are one meaning, and how long a word of them counts. */
import type { AlarmLevel, RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { type DeviceFact, type EventFact, type World } from '../../world/world.core.ts';
import { worldLimits } from '../../world/told.core.ts';
import { inService, ofDevice, round1 } from '../finding.core.ts';
import { type Finding, type Grade, watcher, type Watcher } from '../rule.core.ts';

/** One meaning that an operator would tell from others. */
export interface ToldRow {
  readonly id: RuleId;
  readonly source: string;
  /** Whether this name is of this meaning. */
  readonly alarms: (alarm: string) => boolean;
  /** Devices that it is asked of; left out: all. */
  readonly of?: (device: DeviceFact) => boolean;
  readonly level: AlarmLevel;
  /** The device's own words go into the reason: sums, never people. */
  readonly detail?: true;
  readonly raiseAfterMs?: number;
  readonly clearAfterMs?: number;
}

interface Word {
  /** When it began, and when it was last told of. */
  readonly since: EpochMs;
  readonly at: EpochMs;
  readonly active: boolean;
  readonly count: number;
  readonly detail: string;
}
/** By device, then alarm; ended ones stay for a while, so that a word that comes late does not begin them again. */
type Words = Map<string, Map<string, Word>>;

/** Facts are told again so far back after a start: what a device said before that and never again is not known then. */
export const toldAgainMs = 24 * hourMs;
export const namesPerDeviceMax = 128;
export const holdMinutesMax = 1_440;

const level = z.literal([1, 2, 3]);
const StandingParams = z.strictObject({ level, holdHours: z.int().min(1).max(720) });
const MomentParams = z.strictObject({ level, holdMinutes: z.int().min(1).max(holdMinutesMax) });

/** Holds from its beginning to its end; one whose end is never told, for `holdHours` after it was last told of. */
export const standing = (row: ToldRow & { readonly holdHours: number }): Watcher<z.infer<typeof StandingParams>, Words> =>
  watcher({
    ...headOf(row),
    params: StandingParams,
    defaults: { level: row.level, holdHours: row.holdHours },
    start: () => new Map(),
    event: (state, fact, { world }) => take(state, row, fact, world),
    look: (state, { world, params, now }) =>
      found(state, row, { world, level: params.level, holdMs: params.holdHours * hourMs, ends: true }, now),
  });

/** Something that happened: holds for `holdMinutes` after the last time. Its end, where a device tells one, says nothing. */
export const moment = (row: ToldRow & { readonly holdMinutes: number }): Watcher<z.infer<typeof MomentParams>, Words> =>
  watcher({
    ...headOf(row),
    params: MomentParams,
    defaults: { level: row.level, holdMinutes: row.holdMinutes },
    start: () => new Map(),
    event(state, fact, { world }) {
      if (fact.line['active'] === true) take(state, row, fact, world);
    },
    look: (state, { world, params, now }) =>
      found(state, row, { world, level: params.level, holdMs: params.holdMinutes * minuteMs, ends: false }, now),
  });

const headOf = ({ id, source, raiseAfterMs = 0, clearAfterMs = 0 }: ToldRow) => ({
  id,
  source,
  timing: { raiseAfterMs, clearAfterMs, nOfM: null },
  lookBackMs: toldAgainMs,
});

function take(state: Words, row: ToldRow, { type, deviceId, observedAt, line }: EventFact, world: World): void {
  const { alarm } = line;
  if (type !== 'deviceAlarm' || deviceId === null || typeof alarm !== 'string' || !row.alarms(alarm)) return;
  if (!world.devices.has(deviceId)) return;
  const words = state.get(deviceId) ?? new Map<string, Word>();
  const before = words.get(alarm);
  if (before === undefined ? words.size >= namesPerDeviceMax : observedAt < before.at) return;
  const goesOn = before?.active === true;
  const active = line['active'] === true;
  const detail = typeof line['detail'] === 'string' ? line['detail'] : '';
  const since = goesOn ? before.since : observedAt;
  words.set(alarm, { since, at: observedAt, active, count: (goesOn ? before.count : 0) + 1, detail });
  state.set(deviceId, words);
}

interface Held {
  readonly world: World;
  readonly level: AlarmLevel;
  readonly holdMs: number;
  /** Its end is told: when the device is not heard, nobody knows whether it holds. */
  readonly ends: boolean;
}

function found(state: Words, row: ToldRow, held: Held, now: EpochMs): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [deviceId, words] of state) {
    const device = held.world.devices.get(deviceId);
    forget(words, held.holdMs, now);
    if (words.size === 0 || device === undefined) state.delete(deviceId);
    else if (inService(device) && row.of?.(device) !== false) findings.push(...ofWords(device, words, row, held, now));
  }
  return findings;
}

function forget(words: Map<string, Word>, holdMs: number, now: EpochMs): void {
  for (const [alarm, { at, active }] of words)
    if (now - at >= (active ? holdMs : Math.min(holdMs, worldLimits.keepMs))) words.delete(alarm);
}

/** One finding of a device, whatever number of its alarms say the same; it is told of by the one that began first. */
function ofWords(
  device: DeviceFact,
  words: ReadonlyMap<string, Word>,
  row: ToldRow,
  held: Held,
  now: EpochMs,
): readonly Finding[] {
  const active = [...words].filter(([, word]) => word.active).toSorted(([, a], [, b]) => a.since - b.since);
  const [first] = active;
  if (first === undefined) return [];
  const [what, { since, detail }] = first;
  const ports = active.flatMap(([alarm]) => /^port0*(\d+)/.exec(alarm)?.[1] ?? []).toSorted((a, b) => Number(a) - Number(b));
  const found = ofDevice(device, {
    rule: row.id,
    grade: held.ends ? heard(device) : 'breach',
    level: held.level,
    values: {
      what,
      minutes: round1(Math.max(0, now - since) / minuteMs),
      count: held.ends ? active.length : active.reduce((sum, [, { count }]) => sum + count, 0),
      ...(ports.length === 0 ? {} : { ports: ports.join(' ').slice(0, 200) }),
      ...(row.detail === true && detail !== '' ? { detail: detail.slice(0, 200) } : {}),
    },
  });
  const last = Math.max(...active.map(([, { at }]) => at));
  return [held.ends ? found : { ...found, holdsUntil: epochMs(last + held.holdMs) }];
}

/** What a device said counts no more when it is not heard. */
const heard = ({ state }: DeviceFact): Grade => (state === 'unknown' || state === 'offline' ? 'unknown' : 'breach');
