/** The book in the store: rows of the machine's memory beside the rows that people see. JSON in, JSON out, nothing is computed anew. */
import { type Alarm, AlarmCondition, AlarmId, AlarmLevel, LevelChange } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { MachineRow } from '../../store/watch/roles.ts';
import type { Book } from './book.core.ts';
import { conditionAtStart } from './condition.step.ts';
import { type AlarmMachine, type Entry, keyOf, phaseOf, type Rested } from './entry.core.ts';
import { unhushed } from './hush.step.ts';
import { nothingRests } from './rest.core.ts';
import { type Steady, steadyAt } from './steady.core.ts';
import { coversNothing } from './suppression.core.ts';

export const machineKinds = { alarm: 'alarm', rested: 'alarmRested', clock: 'alarmClock' } as const;
export interface MachineKey {
  readonly kind: string;
  readonly key: string;
}

const row = (kind: string, key: string, state: unknown): MachineRow => ({ kind, key, state: JSON.stringify(state), dueAt: null });
export const alarmRow = (key: string, { machine }: Entry): MachineRow => row(machineKinds.alarm, key, machine);
export const restRow = (key: string, rested: Rested): MachineRow => row(machineKinds.rested, key, rested);
export const clockRow = (steady: Steady): MachineRow => row(machineKinds.clock, 'steady', steady);

const wall = z.number().transform(epochMs);
const Condition = z.strictObject({
  condition: AlarmCondition,
  hidden: AlarmCondition.nullable(),
  since: wall,
  raised: z.boolean(),
  foundAt: z.number().nullable(),
  goneAt: z.number().nullable(),
  lostAt: z.number().nullable(),
  slots: z.array(z.number()).max(60),
  flap: z.strictObject({ bits: z.int(), at: z.number() }),
  announced: z.boolean(),
});
const Machine = z.strictObject({
  condition: Condition,
  hush: z.strictObject({ unsuppressedMs: z.number(), runsFrom: z.number().nullable(), graceFrom: z.number().nullable() }),
  transitions: z.int().min(0),
  ruleLevel: AlarmLevel,
  personLevel: AlarmLevel.nullable(),
  raises: z.array(LevelChange.shape.why),
  toldLevel: AlarmLevel.nullable(),
  holdsUntil: z.number().nullable(),
});
const RestedRow = z.strictObject({ alarmId: AlarmId, condition: Condition, clearedAt: z.number() });
const Clock = z.strictObject({ wallAt: wall, steadyMs: z.number() });

export interface Restored {
  readonly book: Book;
  /** Keys of rows that could not be read: the alarm goes on from what people see, a last occurrence is forgotten. Worth a line in the log. */
  readonly unreadable: readonly string[];
}

/** The book as it was, from the rows of a store. `alarms`: those that are open; cleared ones are passed over. */
export function fromRows(
  rows: { readonly alarms: readonly Alarm[]; readonly machines: readonly MachineRow[] },
  now: EpochMs,
): Restored {
  const unreadable: string[] = [];
  const of = (kind: string): MachineRow[] => rows.machines.filter((one) => one.kind === kind);
  const steady =
    of(machineKinds.clock)
      .map((one) => read(Clock, one, unreadable))
      .find((one) => one !== undefined) ?? steadyAt(now);
  const machines = new Map(of(machineKinds.alarm).map((one) => [one.key, read(Machine, one, unreadable)] as const));
  const open = new Map<string, Entry>();
  for (const alarm of rows.alarms) {
    if (alarm.condition === 'cleared') continue;
    const key = keyOf(alarm.rule, alarm.subject);
    open.set(key, { alarm, machine: machines.get(key) ?? rebuilt(alarm, steady), phaseMs: phaseOf(key) });
  }
  const rested = of(machineKinds.rested)
    .flatMap((one) => {
      const value = read(RestedRow, one, unreadable);
      return value === undefined || open.has(one.key) ? [] : [[one.key, value] as const];
    })
    .toSorted(([, one], [, other]) => one.clearedAt - other.clearedAt);
  const keys = new Map([...open].map(([key, { alarm }]) => [alarm.alarmId, key] as const));
  return {
    book: {
      steady,
      clockKept: steady.steadyMs,
      open,
      keys,
      rested: new Map(rested),
      covered: coversNothing,
      rests: nothingRests(),
      names: null,
    },
    unreadable,
  };
}

function read<T>(schema: z.ZodType<T>, one: MachineRow, unreadable: string[]): T | undefined {
  const parsed = schema.safeParse(parse(one.state));
  if (parsed.success) return parsed.data;
  unreadable.push(`${one.kind} ${one.key}`);
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** From the alarm alone: its durations begin anew, nothing that was told is told again. */
function rebuilt(alarm: Alarm, { steadyMs }: Steady): AlarmMachine {
  const raised = alarm.raisedAt !== null;
  const known =
    alarm.condition === 'unknown' || alarm.condition === 'flapping' ? (raised ? 'active' : 'pending') : alarm.condition;
  return {
    condition: { ...conditionAtStart(epochMs(alarm.since)), condition: known, raised, foundAt: steadyMs, announced: raised },
    hush: { ...unhushed, runsFrom: raised && alarm.suppressedBy.length === 0 ? steadyMs : null },
    /** Far above what any alarm reaches, so that no number is used twice. */
    transitions: rebuiltFrom,
    ruleLevel: alarm.levels.at(-1)?.why === 'rule' ? alarm.level : (alarm.levels[0]?.level ?? alarm.level),
    personLevel: null,
    raises: [],
    toldLevel: raised ? alarm.level : null,
    holdsUntil: null,
  };
}

/** Number of the last transition of an alarm whose memory was lost. */
export const rebuiltFrom = 1_000_000;
