/**
 * What a shower controller's own points and records tell of its health. Points go by their names: `valveCommand` and `valveOpen` that differ, `flowPresent`
 * without `sessionRunning`, `tamper`, `supplyLow`. A session that was held and never released keeps money that is a student's.
 */
import { type EpochMs, minuteMs, secondMs } from '@cardwatch/kernel';

export const showerLimits = { valveMs: 30 * secondMs, flowMs: minuteMs, sessions: 64 } as const;

export type ShowerAlarm = 'valveStuck' | 'leak' | 'tamper' | 'supplyLow' | 'unreleasedSession';

export interface ShowerWatch {
  readonly active: ReadonlySet<ShowerAlarm>;
  /** Since when valve and command differ, and since when water runs without a session. */
  readonly valveSince: EpochMs | undefined;
  readonly flowSince: EpochMs | undefined;
  /** Open sessions by number, with the time of their last record. Oldest first. */
  readonly open: ReadonlyMap<number, EpochMs>;
  readonly told: ReadonlySet<number>;
}

export const newShowerWatch: ShowerWatch = {
  active: new Set(),
  valveSince: undefined,
  flowSince: undefined,
  open: new Map(),
  told: new Set(),
};

export type ShowerEvent =
  | { readonly type: 'points'; readonly values: ReadonlyMap<string, boolean>; readonly unreleasedAfterMs: number | undefined }
  | { readonly type: 'record'; readonly kind: string; readonly sessionRef: number };

export interface ShowerEffect {
  readonly alarm: ShowerAlarm;
  readonly active: boolean;
  readonly detail: string;
}

export function showerStep(
  state: ShowerWatch,
  event: ShowerEvent,
  now: EpochMs,
): readonly [ShowerWatch, readonly ShowerEffect[]] {
  if (event.type === 'record') return recordStep(state, event, now);
  const { values } = event;
  const valveSince = since(state.valveSince, differs(values, 'valveCommand', 'valveOpen'), now);
  const flowSince = since(state.flowSince, without(values, 'flowPresent', 'sessionRunning'), now);
  const verdicts: readonly (readonly [ShowerAlarm, boolean | undefined, string])[] = [
    ['valveStuck', lasting(valveSince, showerLimits.valveMs, now), 'valve does not follow its command'],
    ['leak', lasting(flowSince, showerLimits.flowMs, now), 'water runs without a session'],
    ['tamper', values.get('tamper'), 'case opened'],
    ['supplyLow', values.get('supplyLow'), 'supply voltage low'],
  ];
  const effects = verdicts.flatMap(([alarm, active, detail]): ShowerEffect[] =>
    active === undefined || active === state.active.has(alarm) ? [] : [{ alarm, active, detail: active ? detail : 'no longer' }],
  );
  const next = { ...state, valveSince, flowSince, active: after(state.active, effects) };
  return unreleased(next, effects, event.unreleasedAfterMs, now);
}

function recordStep(
  state: ShowerWatch,
  { kind, sessionRef }: Extract<ShowerEvent, { type: 'record' }>,
  now: EpochMs,
): readonly [ShowerWatch, readonly ShowerEffect[]] {
  const open = new Map(state.open);
  open.delete(sessionRef);
  if (kind === 'waterHold' || kind === 'waterContinue') {
    open.set(sessionRef, now);
    for (const oldest of [...open.keys()].slice(0, Math.max(0, open.size - showerLimits.sessions))) open.delete(oldest);
    return [{ ...state, open }, []];
  }
  if (kind !== 'waterRelease') return [state, []];
  // A release, of whichever session, says that cards are taken again.
  if (!state.active.has('unreleasedSession')) return [{ ...state, open, told: new Set() }, []];
  const effects: readonly ShowerEffect[] = [
    { alarm: 'unreleasedSession', active: false, detail: `session ${sessionRef} was released` },
  ];
  return [{ ...state, open, told: new Set(), active: after(state.active, effects) }, effects];
}

function unreleased(
  state: ShowerWatch,
  before: readonly ShowerEffect[],
  afterMs: number | undefined,
  now: EpochMs,
): readonly [ShowerWatch, readonly ShowerEffect[]] {
  if (afterMs === undefined) return [state, before];
  const late = [...state.open].filter(([, at]) => now - at >= afterMs).map(([sessionRef]) => sessionRef);
  if (late.length === 0) return [state, before];
  const open = new Map([...state.open].filter(([sessionRef]) => !late.includes(sessionRef)));
  const detail = `held and not released for ${Math.round(afterMs / minuteMs)} min: session ${late.join(', ')}`.slice(0, 200);
  const effects = [...before, { alarm: 'unreleasedSession' as const, active: true, detail }];
  return [{ ...state, open, told: new Set([...state.told, ...late]), active: after(state.active, effects) }, effects];
}

const since = (before: EpochMs | undefined, holds: boolean | undefined, now: EpochMs): EpochMs | undefined =>
  holds === undefined ? before : holds ? (before ?? now) : undefined;

const lasting = (from: EpochMs | undefined, limitMs: number, now: EpochMs): boolean =>
  from !== undefined && now - from >= limitMs;

function differs(values: ReadonlyMap<string, boolean>, one: string, other: string): boolean | undefined {
  const [a, b] = [values.get(one), values.get(other)];
  return a === undefined || b === undefined ? undefined : a !== b;
}

function without(values: ReadonlyMap<string, boolean>, one: string, other: string): boolean | undefined {
  const [a, b] = [values.get(one), values.get(other)];
  return a === undefined || b === undefined ? undefined : a && !b;
}

function after(active: ReadonlySet<ShowerAlarm>, effects: readonly ShowerEffect[]): ReadonlySet<ShowerAlarm> {
  const next = new Set(active);
  for (const effect of effects) {
    if (effect.active) next.add(effect.alarm);
    else next.delete(effect.alarm);
  }
  return next;
}
