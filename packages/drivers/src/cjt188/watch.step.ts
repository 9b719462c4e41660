/**
 * What a meter's own readings tell of its health (facts of CJ/T 188 meters, health rules): valve stuck, battery low, counter running backwards, water
 * through a closed valve. Alarms are told when they begin and when they end, once each.
 */
import type { EpochMs } from '@cardwatch/kernel';
import type { ValveState } from './data.core.ts';

export type MeterAlarm = 'valveStuck' | 'batteryLow' | 'meterBackwards' | 'leak';

export interface MeterWatch {
  readonly active: ReadonlySet<MeterAlarm>;
  readonly litres: number | undefined;
  /** Highest value seen: a meter that ran backwards is sound again when it passed it. */
  readonly peakLitres: number | undefined;
  /** What stood on the register when the valve was first seen closed. */
  readonly closedAtLitres: number | undefined;
  /** What a person ordered, and until when the motor may take. */
  readonly ordered: { readonly valve: 'open' | 'closed'; readonly untilAt: EpochMs } | undefined;
}

export const newMeterWatch: MeterWatch = {
  active: new Set(),
  litres: undefined,
  peakLitres: undefined,
  closedAtLitres: undefined,
  ordered: undefined,
};

export type MeterEvent =
  | {
      readonly type: 'read';
      readonly litres: number | undefined;
      readonly valve: ValveState;
      readonly batteryLow: boolean;
      readonly leakLitres: number;
    }
  | { readonly type: 'ordered'; readonly valve: 'open' | 'closed'; readonly motorMs: number };

export interface MeterEffect {
  readonly alarm: MeterAlarm;
  readonly active: boolean;
  readonly detail: string;
}

export function meterStep(state: MeterWatch, event: MeterEvent, now: EpochMs): readonly [MeterWatch, readonly MeterEffect[]] {
  if (event.type === 'ordered')
    return [{ ...state, ordered: { valve: event.valve, untilAt: (now + event.motorMs) as EpochMs } }, []];
  const peakLitres = Math.max(state.peakLitres ?? event.litres ?? 0, event.litres ?? 0);
  const closedAtLitres = event.valve === 'closed' ? (state.closedAtLitres ?? event.litres) : undefined;
  const obeyed = state.ordered !== undefined && state.ordered.valve === event.valve;
  const overdue = state.ordered !== undefined && !obeyed && now >= state.ordered.untilAt;
  const verdicts: readonly (readonly [MeterAlarm, boolean | undefined, string])[] = [
    ['batteryLow', event.batteryLow, 'ST: battery low'],
    [
      'valveStuck',
      stuck(event.valve, { ordered: state.ordered !== undefined, overdue, obeyed }),
      stuckDetail(event.valve, state.ordered?.valve),
    ],
    ['meterBackwards', backwards(state, event.litres), `counter at ${event.litres} L, was at ${state.peakLitres} L`],
    ['leak', leaking(closedAtLitres, event), `${(event.litres ?? 0) - (closedAtLitres ?? 0)} L ran while the valve was closed`],
  ];
  const effects = verdicts.flatMap(([alarm, active, detail]): MeterEffect[] =>
    active === undefined || active === state.active.has(alarm) ? [] : [{ alarm, active, detail: active ? detail : 'no longer' }],
  );
  const active = new Set(state.active);
  for (const effect of effects) {
    if (effect.active) active.add(effect.alarm);
    else active.delete(effect.alarm);
  }
  return [
    { active, litres: event.litres ?? state.litres, peakLitres, closedAtLitres, ordered: obeyed ? undefined : state.ordered },
    effects,
  ];
}

/** undefined: this reading says nothing about it. */
function stuck(
  valve: ValveState,
  { ordered, overdue, obeyed }: { readonly ordered: boolean; readonly overdue: boolean; readonly obeyed: boolean },
): boolean | undefined {
  if (valve === 'abnormal') return true;
  if (valve === 'unknown') return undefined;
  if (ordered && !obeyed) return overdue ? true : undefined;
  return false;
}

const stuckDetail = (valve: ValveState, ordered: string | undefined): string =>
  valve === 'abnormal' ? 'ST: valve abnormal' : `ordered ${ordered ?? ''}, still ${valve}`;

function backwards(state: MeterWatch, litres: number | undefined): boolean | undefined {
  if (litres === undefined || state.peakLitres === undefined) return undefined;
  return litres < state.peakLitres;
}

function leaking(
  closedAtLitres: number | undefined,
  { litres, valve, leakLitres }: Extract<MeterEvent, { type: 'read' }>,
): boolean | undefined {
  if (valve === 'open') return false;
  if (litres === undefined || closedAtLitres === undefined) return undefined;
  return litres - closedAtLitres > leakLitres;
}
