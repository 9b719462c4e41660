/** How findings are made: one shape of subject, place, reason and evidence for all families. */
import type { AlarmEvidence, AlarmLevel, RuleId, Subject } from '@cardwatch/contracts/watch';
import { inService, lineIdOf } from '../world/roll.core.ts';
import type { AgentFact, DeviceFact, World } from '../world/world.core.ts';
import type { Finding, Grade } from './rule.core.ts';

/** What a rule says of its subject. The reason's values have `expected` of the evidence unless they give their own. */
export interface Said {
  readonly rule: RuleId;
  readonly grade: Grade;
  readonly level: AlarmLevel;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly evidence?: AlarmEvidence;
}

/** Most devices that one finding names; `Alarm.devices` takes no more. */
export const devicesNamedMax = 1_000;

/** What was measured against a threshold. */
export const measured = (value: number, unit: string, expected: number | null = null): AlarmEvidence => ({
  value,
  unit,
  expected,
  band: null,
  sampleDays: [],
});

export function ofDevice(device: DeviceFact, said: Said): Finding {
  const { deviceId, name, campus, area } = device;
  return make(said, { kind: 'device', id: deviceId }, [deviceId], campus, area, { name });
}

/** `devices`: those that the agent serves. */
export function ofAgent(agent: AgentFact, devices: readonly DeviceFact[], said: Said): Finding {
  const { agentId } = agent;
  return make(said, { kind: 'agent', id: agentId }, idsOf(devices), sameOf(devices, 'campus'), sameOf(devices, 'area'), {
    name: agentId,
  });
}

/** A polled line: `agent/line`. */
export function ofLine(line: { readonly id: string; readonly devices: readonly DeviceFact[] }, said: Said): Finding {
  const { id, devices } = line;
  return make(said, { kind: 'line', id }, idsOf(devices), sameOf(devices, 'campus'), sameOf(devices, 'area'), { name: id });
}

export function ofArea(area: string, devices: readonly DeviceFact[], said: Said): Finding {
  return make(said, { kind: 'area', id: area }, idsOf(devices), sameOf(devices, 'campus'), area, { name: area });
}

export const ofCampus = (campus: string, devices: readonly DeviceFact[], said: Said): Finding =>
  make(said, { kind: 'campus', id: campus }, idsOf(devices), campus, null, { name: campus });

export const ofCollector = (said: Said): Finding => make(said, { kind: 'collector', id: 'collector' }, [], null, null, {});

function make(
  { rule, grade, level, values, evidence }: Said,
  subject: Subject,
  devices: readonly string[],
  campus: string | null,
  area: string | null,
  named: Readonly<Record<string, string>>,
): Finding {
  const gaps: Record<string, string | number> = { ...named };
  const expected = evidence?.expected ?? null;
  if (area !== null) gaps['area'] = area;
  if (expected !== null) gaps['expected'] = expected;
  if (values !== undefined) Object.assign(gaps, values);
  return { subject, grade, level, reason: { code: rule, values: gaps }, evidence: evidence ?? null, devices, campus, area };
}

const idsOf = (devices: readonly DeviceFact[]): readonly string[] =>
  devices.slice(0, devicesNamedMax).map(({ deviceId }) => deviceId);

/** What all have in common; null when they differ. */
function sameOf(devices: readonly DeviceFact[], field: 'campus' | 'area'): string | null {
  const first = devices[0]?.[field] ?? null;
  return devices.every((device) => device[field] === first) ? first : null;
}

export { inService, lineIdOf };

/** Devices in service by anything that they have; those that have none are left out. */
export function groupBy(world: World, keyOf: (device: DeviceFact) => string | null): ReadonlyMap<string, DeviceFact[]> {
  const groups = new Map<string, DeviceFact[]>();
  for (const device of world.roll.inService) {
    const key = keyOf(device);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [device]);
    else group.push(device);
  }
  return groups;
}

/** At or beyond `raise`: breach; at or beyond `clear`: band. Both thresholds are part of what they name. */
export function gradeAbove(value: number, raise: number, clear: number): Grade | undefined {
  if (value >= raise) return 'breach';
  return value >= clear ? 'band' : undefined;
}

export function gradeBelow(value: number, raise: number, clear: number): Grade | undefined {
  if (value <= raise) return 'breach';
  return value <= clear ? 'band' : undefined;
}

export const round1 = (value: number): number => Math.round(value * 10) / 10;
