/**
 * What a whole line tells of itself: a share of damaged frames that no healthy line has, and neighbours that fall silent one after the other, as they do when
 * water gets into a cable or a joint. A single dead device, and a line of which nothing answers, are told elsewhere.
 */
import { type EpochMs, minuteMs } from '@cardwatch/kernel';

export const busLimits = {
  /** Frames that are judged at once; CJ/T 188 health rules: more than 2 % over 100 frames. */
  frames: 100,
  errorPctMax: 2,
  errorPctEnd: 1,
  /** Neighbours that fall silent within this are one fault, not several. */
  neighbours: 3,
  withinMs: 30 * minuteMs,
} as const;

export type BusAlarm = 'busErrorRate' | 'busSegment';

export interface BusStation {
  readonly deviceId: string;
  readonly answering: boolean;
}

/** Counters are rises since the last look. Stations in the order in which they hang on the line, as far as the configuration tells it. */
export interface BusLook {
  readonly stations: readonly BusStation[];
  readonly requests: number;
  readonly crcErrors: number;
}

export interface BusWatch {
  readonly active: ReadonlySet<BusAlarm>;
  readonly frames: number;
  readonly errors: number;
  /** When each silent station fell silent; those that never answered since the start are not in it. */
  readonly silentSince: ReadonlyMap<string, EpochMs>;
  readonly answered: ReadonlySet<string>;
}

export const newBusWatch: BusWatch = { active: new Set(), frames: 0, errors: 0, silentSince: new Map(), answered: new Set() };

/** `deviceId`: the station that the alarm is told of, the first one of the segment or of the line. */
export interface BusEffect {
  readonly alarm: BusAlarm;
  readonly active: boolean;
  readonly deviceId: string;
  readonly detail: string;
}

export function busStep(state: BusWatch, look: BusLook, now: EpochMs): readonly [BusWatch, readonly BusEffect[]] {
  const [first] = look.stations;
  if (first === undefined) return [state, []];
  const seen = seenAfter(state, look, now);
  const rate = rateAfter(state, look);
  const segment = segmentOf(look.stations, seen.silentSince);
  const verdicts: readonly (readonly [BusAlarm, boolean | undefined, string, string])[] = [
    ['busErrorRate', rate.verdict, first.deviceId, `${rate.errors} of ${rate.judged} frames damaged`],
    [
      'busSegment',
      segmentVerdict(state, segment, look.stations),
      segment[0] ?? first.deviceId,
      `fell silent one after the other: ${segment.join(', ')}`.slice(0, 200),
    ],
  ];
  const effects = verdicts.flatMap(([alarm, active, deviceId, detail]): BusEffect[] =>
    active === undefined || active === state.active.has(alarm)
      ? []
      : [{ alarm, active, deviceId, detail: active ? detail : 'no longer' }],
  );
  const active = new Set(state.active);
  for (const effect of effects) {
    if (effect.active) active.add(effect.alarm);
    else active.delete(effect.alarm);
  }
  return [{ ...seen, active, frames: rate.frames, errors: rate.left }, effects];
}

function seenAfter(state: BusWatch, { stations }: BusLook, now: EpochMs): Pick<BusWatch, 'silentSince' | 'answered'> {
  const answered = new Set(state.answered);
  const silentSince = new Map(state.silentSince);
  for (const { deviceId, answering } of stations) {
    if (answering) {
      answered.add(deviceId);
      silentSince.delete(deviceId);
    } else if (answered.has(deviceId) && !silentSince.has(deviceId)) silentSince.set(deviceId, now);
  }
  return { answered, silentSince };
}

interface Rate {
  readonly frames: number;
  readonly left: number;
  readonly verdict: boolean | undefined;
  readonly errors: number;
  readonly judged: number;
}

/** Judged in blocks of at least 100 frames. */
function rateAfter({ frames, errors, active }: BusWatch, look: BusLook): Rate {
  const judged = frames + look.requests;
  const total = errors + look.crcErrors;
  if (judged < busLimits.frames) return { frames: judged, left: total, verdict: undefined, errors: total, judged };
  const pct = (100 * total) / judged;
  const most = active.has('busErrorRate') ? busLimits.errorPctEnd : busLimits.errorPctMax;
  return { frames: 0, left: 0, verdict: pct > most, errors: total, judged };
}

/** The longest run of neighbours that fell silent within `withinMs`. */
function segmentOf(stations: readonly BusStation[], silentSince: ReadonlyMap<string, EpochMs>): readonly string[] {
  let best: readonly string[] = [];
  let run: string[] = [];
  for (const { deviceId } of stations) {
    const since = silentSince.get(deviceId);
    const first = silentSince.get(run[0] ?? '');
    const near = since !== undefined && (first === undefined || Math.abs(since - first) <= busLimits.withinMs);
    if (near) run.push(deviceId);
    else run = since === undefined ? [] : [deviceId];
    if (run.length > best.length) best = [...run];
  }
  return best.length >= busLimits.neighbours ? best : [];
}

/** A line of which nothing answers is a fault of its parent, not of a segment. */
function segmentVerdict(state: BusWatch, segment: readonly string[], stations: readonly BusStation[]): boolean | undefined {
  if (stations.every(({ answering }) => !answering)) return undefined;
  if (segment.length >= busLimits.neighbours) return true;
  return state.active.has('busSegment') ? false : undefined;
}
