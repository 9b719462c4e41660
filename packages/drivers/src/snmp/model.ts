/** The profile of a device that is asked by SNMP: which scalars it has, how its ports are named, and what is an alarm. */
import { z } from 'zod';
import { CommonProfile, PointMeaning } from '../profile.ts';
import { partsOf } from './oid.core.ts';
import { portMeanings, portPoints, type PortPointName } from './port-points.core.ts';

export const modelLimits = { points: 100, ports: 64, alarms: 32 } as const;

const periodMs = z.int().min(1_000).max(86_400_000);
const oid = z.string().refine((text) => partsOf(text) !== undefined, { message: 'dotted numbers without a leading dot' });
const text = z.string().min(1).max(120);
const words = z.record(z.string(), z.string());

/** One scalar. `oids` are asked in their order; the first that exists counts. */
export const SnmpRead = z.strictObject({
  task: z.enum(['live', 'identity']).default('live'),
  oid,
  otherwise: z.array(oid).max(4).default([]),
  as: z.enum(['number', 'text']).default('number'),
});
export type SnmpRead = z.infer<typeof SnmpRead>;

/** Without `read` it is a point of a port, made from `ports`. */
export const SnmpPoint = PointMeaning.extend({ read: SnmpRead.optional() });
export type SnmpPoint = z.infer<typeof SnmpPoint>;

const portNames = Object.keys(portPoints) as [PortPointName, ...PortPointName[]];

const Ports = z.strictObject({
  /** Finds the port's number, as group 1, in its ifName. What does not match is no port of ours. */
  name: text.refine(compiles, { message: 'a regular expression with one group' }),
  count: z.int().min(1).max(modelLimits.ports),
  points: z.array(z.enum(portNames)).min(1),
  /** Ports whose going down is an event where the device's YAML names none. */
  watch: z.enum(['all', 'none']).default('all'),
  /** A port with more stations than this leads to another switch. */
  stationsMax: z.int().min(1).max(256).default(8),
  /** `{port}` is the port's number: a PoE table counts by group and port, never by ifIndex. */
  poe: z
    .strictObject({
      status: oid.optional(),
      index: z
        .string()
        .regex(/^[\d.]*\{port\}[\d.]*$/)
        .default('1.{port}'),
      words: words.optional(),
      delivering: z.array(z.int()).default([3]),
      faults: z.array(z.int()).default([4, 6]),
    })
    .optional(),
});
export type SnmpPorts = z.infer<typeof Ports>;

const Alarm = z.strictObject({
  alarm: z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/),
  point: z.string(),
  when: z.array(z.int()).min(1).max(16),
  /** A point that tells for how many seconds it has been so. */
  secondsPoint: z.string().optional(),
});
export type SnmpAlarm = z.infer<typeof Alarm>;

const Identity = z.strictObject({
  /** Text, or octets shown as hex. */
  serial: oid,
  model: oid.optional(),
  firmware: oid.optional(),
  /** Also the serial where `serial` is none or the same. */
  mac: oid.optional(),
});

const task = z.strictObject({ periodMs });

const Written = CommonProfile.extend({
  protocol: z.literal('snmp'),
  tasks: z.strictObject({ live: task, counters: task.optional(), topology: task.optional(), identity: task.optional() }),
  points: z.array(SnmpPoint),
  ports: Ports.optional(),
  alarms: z.array(Alarm).max(modelLimits.alarms).default([]),
  identity: Identity.optional(),
}).superRefine((profile, context) => {
  const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) say(['points'], 'names a point twice');
  if (profile.points.filter((point) => point.read !== undefined).length > modelLimits.points)
    say(['points'], `at most ${modelLimits.points}`);
  if (profile.tasks.identity === undefined && profile.points.some((point) => point.read?.task === 'identity'))
    say(['tasks', 'identity'], 'is read for and has no period');
  profile.alarms.forEach((alarm, index) => {
    for (const name of [alarm.point, alarm.secondsPoint])
      if (name !== undefined && !names.includes(name)) say(['alarms', index], `there is no point ${name}`);
  });
  for (const [name, needed] of neededTasks)
    if (profile.ports?.points.includes(name) === true && profile.tasks[needed] === undefined)
      say(['tasks', needed], `is needed for ${name}`);
});

const neededTasks: readonly (readonly [PortPointName, 'counters' | 'topology'])[] = [
  ['Errors', 'counters'],
  ['In', 'counters'],
  ['Out', 'counters'],
  ['Speed', 'counters'],
  ['Duplex', 'counters'],
  ['Alias', 'counters'],
  ['Neighbour', 'topology'],
  ['Mac', 'topology'],
];

/** As it is written, with the points of all ports beside the written ones. */
export const SnmpProfile = Written.transform((profile) => {
  const { points, ports } = profile;
  const there = new Set(points.map((point) => point.name));
  const made = ports === undefined ? [] : portMeanings(ports.count, ports.points, ports.poe?.words);
  const all: SnmpPoint[] = [...points, ...made.filter((point) => !there.has(point.name))];
  return { ...profile, points: all };
});
export type SnmpProfile = z.infer<typeof SnmpProfile>;

function compiles(pattern: string): boolean {
  try {
    return new RegExp(`${pattern}|`).exec('')?.length === 2;
  } catch {
    return false;
  }
}
