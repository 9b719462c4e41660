import { AgentId, DeviceId, Place } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import { PlanCluster } from '../clusters/plan-cluster.ts';
import { ringCapacityDefault, ringCapacityMax } from '../device/ring.core.ts';

export const planLimits = { bytes: 4 * 1024 * 1024, lines: 512, clusters: 512, devicesOfLine: 247 } as const;

const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63');

export const PlanDevice = z.strictObject({
  unit: z.int().min(1).max(247),
  deviceId: DeviceId,
  model: z.enum(['ring-shower', 'plain-shower']),
  name: z.string().min(1).max(64),
  place: Place,
  /** ring-shower only: records that the ring has room for, one is always kept free. */
  ringCapacity: z.int().min(8).max(ringCapacityMax).default(ringCapacityDefault),
  temperatureSensor: z.boolean().default(true),
});
export type PlanDevice = z.infer<typeof PlanDevice>;

const lineBase = {
  name: slug,
  /** The agent that polls this line. */
  agent: AgentId,
  baudRate: z.int().min(300).max(921_600).default(9_600),
  /** Emulate the byte times of `baudRate` with 11 bits a character, so that line utilisation is meaningful. */
  paceBytes: z.boolean().default(false),
  devices: z.array(PlanDevice).min(1).max(planLimits.devicesOfLine),
};
/** 0 takes a free port; `GET /lines` tells which. */
const port = z.int().min(0).max(65_535);

export const PlanLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rtuOverTcp'), port, ...lineBase }),
  z.strictObject({ kind: z.literal('modbusTcp'), port, ...lineBase }),
  z.strictObject({
    kind: z.literal('serial'),
    path: z.string().min(1).max(256),
    ...lineBase,
    paceBytes: z.boolean().default(true),
  }),
]);
export type PlanLine = z.infer<typeof PlanLine>;

/** Simulated lines with their slaves, and how many people shower there. */
export const Plan = z
  .strictObject({
    v: z.literal(1),
    name: z.string().min(1).max(64),
    /** Card holders in all; without it 17 a shower head. */
    people: z.int().min(0).max(200_000).optional(),
    lines: z.array(PlanLine).max(planLimits.lines).default([]),
    clusters: z.array(PlanCluster).max(planLimits.clusters).default([]),
  })
  .superRefine((plan, context) => {
    if (plan.lines.length + plan.clusters.length === 0)
      context.addIssue({ code: 'custom', path: ['lines'], message: 'a plan has at least one line or cluster' });
    const groups: readonly { readonly name: string; readonly devices: readonly { readonly deviceId: string }[] }[] = [
      ...plan.lines,
      ...plan.clusters,
    ];
    for (const twice of duplicates(groups.map((group) => group.name)))
      context.addIssue({ code: 'custom', path: ['lines'], message: `line name ${twice} stands there twice` });
    const devices = groups.flatMap((group) => group.devices.map((device) => device.deviceId));
    for (const twice of duplicates(devices))
      context.addIssue({ code: 'custom', path: ['lines'], message: `deviceId ${twice} stands there twice` });
    for (const [index, line] of plan.lines.entries())
      for (const twice of duplicates(line.devices.map((device) => String(device.unit))))
        context.addIssue({ code: 'custom', path: ['lines', index, 'devices'], message: `unit ${twice} stands there twice` });
  });
export type Plan = z.infer<typeof Plan>;

export interface PlanFailure {
  readonly kind: 'badPlan';
  /** One sentence per mistake: path, value, what is allowed. */
  readonly problems: readonly string[];
}

/** A plan from YAML text. */
export function readPlan(text: string): Result<Plan, PlanFailure> {
  if (text.length > planLimits.bytes)
    return err({ kind: 'badPlan', problems: [`a plan has at most ${planLimits.bytes} characters`] });
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (reason) {
    return err({ kind: 'badPlan', problems: [`not YAML: ${reason instanceof Error ? reason.message : String(reason)}`] });
  }
  const parsed = Plan.safeParse(value);
  return parsed.success
    ? ok(parsed.data)
    : err({ kind: 'badPlan', problems: parsed.error.issues.map((issue) => sentence(issue, value)) });
}

function sentence(issue: z.core.$ZodIssue, whole: unknown): string {
  let value: unknown = whole;
  for (const key of issue.path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value).slice(0, 80);
  return `${pathText(issue.path)}: ${shown}; ${issue.message}`;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'plan'
    : path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`)).join('');

function duplicates(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
