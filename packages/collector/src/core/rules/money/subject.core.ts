/** Whom a finding is about, and the gaps of its text. Cards appear as pseudonyms in `subject`, as tails in text, never otherwise. */
import type { AlarmLevel, AlarmReason, RuleId, Subject } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { Finding, Grade } from '../rule.core.ts';
import type { MoneyFact, World } from '../../world/world.core.ts';

/** Devices that one finding names. */
export const devicesNamedMax = 32;

export type About = Pick<Finding, 'subject' | 'devices' | 'campus' | 'area'> & { readonly name: string };

export function aboutDevice(world: World, deviceId: string): About {
  const device = world.devices.get(deviceId);
  return {
    subject: { kind: 'device', id: deviceId },
    name: device?.name ?? deviceId,
    devices: [deviceId],
    campus: device?.campus ?? null,
    area: device?.area ?? null,
  };
}

/** The card of a record; place and devices are those where it was seen. */
export function aboutCard(
  world: World,
  card: Pick<MoneyFact, 'cardRef' | 'cardTail' | 'deviceId'>,
  devices: readonly string[],
): About {
  const place = aboutDevice(world, card.deviceId);
  const named = [...new Set([...devices, card.deviceId])].slice(0, devicesNamedMax);
  return { ...place, subject: { kind: 'card', id: card.cardRef }, name: `****${card.cardTail}`, devices: named };
}

/** The merchant of the terminal at that time; the terminal itself where none is bound. */
export function aboutMerchant(world: World, deviceId: string, at: EpochMs): About {
  const merchant = world.merchantOf?.(deviceId, at) ?? null;
  const place = aboutDevice(world, deviceId);
  if (merchant === null) return place;
  return { ...place, subject: { kind: 'merchant', id: merchant.merchantId }, name: merchant.merchantName };
}

/** `campus/building/area`. */
export const aboutArea = (area: string, devices: readonly string[]): About => ({
  subject: { kind: 'area', id: area },
  name: area,
  devices: devices.slice(0, 1_000),
  campus: area.split('/')[0] ?? null,
  area,
});

export const keyOf = (subject: Subject): string => `${subject.kind}:${subject.id}`;

/** What a rule found about somebody, before it is a finding. */
export interface Verdict {
  readonly level: AlarmLevel;
  readonly value: number | null;
  readonly unit: string;
  readonly expected?: number | null;
  readonly band?: readonly [number, number] | null;
  readonly sampleDays?: readonly string[];
  readonly count?: number;
  readonly minutes?: number;
  /** Further gaps of the text, e.g. the tail of a card. */
  readonly more?: Readonly<Record<string, string | number>>;
}

/** Reason code = id of the rule; gaps: name, area, value, unit, expected, count, minutes, and what the rule adds. */
export function findingOf(rule: RuleId, about: About, verdict: Verdict, grade: Grade = 'breach'): Finding {
  const { level, value, unit } = verdict;
  return {
    subject: about.subject,
    grade,
    level,
    reason: { code: rule, values: gapsOf(about, verdict) },
    evidence: {
      value,
      unit,
      expected: verdict.expected ?? null,
      band: verdict.band === undefined || verdict.band === null ? null : [verdict.band[0], verdict.band[1]],
      sampleDays: (verdict.sampleDays ?? []).slice(0, 12),
    },
    devices: about.devices,
    campus: about.campus,
    area: about.area,
  };
}

const numberGaps = ['value', 'expected', 'count', 'minutes'] as const;

function gapsOf(about: About, verdict: Verdict): AlarmReason['values'] {
  const values: Record<string, string | number> = {
    name: about.name.slice(0, 200),
    area: about.area ?? '',
    unit: verdict.unit,
  };
  for (const gap of numberGaps) {
    const value = verdict[gap];
    if (typeof value === 'number') values[gap] = value;
  }
  return verdict.more === undefined ? values : { ...values, ...verdict.more };
}

/** How long a momentary finding is shown after the record that made it was booked, minutes. */
export const holdMinutes = z.int().min(1).max(240);
/** Records of so long ago are told again after a restart: the longest hold and the longest window of a momentary rule. */
export const momentaryLookBackMs = (240 + 60) * minuteMs;

/** Found at once, gone when its hold is over. */
export const momentaryTiming = { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null } as const;

export const saleKinds: ReadonlySet<string> = new Set(['consume', 'waterHold', 'waterContinue', 'fee']);
/** Money that leaves a purse at a terminal. */
export const isSale = (fact: MoneyFact): boolean => saleKinds.has(fact.kind) && !fact.grey;
/** A purchase: what a person did by a card or code, without holds and fees that a machine adds. */
export const isPurchase = (fact: MoneyFact): boolean => fact.kind === 'consume' && !fact.grey;
