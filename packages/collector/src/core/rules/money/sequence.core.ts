/** T-SEQ: one card in two places, faster than anybody gets there. */
import { businessDay, type EpochMs, epochMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { EventFact, MoneyFact, World } from '../../world/world.core.ts';
import { type Asking, type Finding, watcher } from '../rule.core.ts';
import { type BurstState, heldNow } from './burst.core.ts';
import { aboutCard, findingOf, holdMinutes, isPurchase, momentaryLookBackMs, momentaryTiming } from './subject.core.ts';
import { heldMax, HitMemory, Remembered } from './window.core.ts';

export const impossibleSequenceParams = z.strictObject({
  /** Nobody is faster inside of a campus. */
  metresPerSecond: z.number().min(1).max(40),
  campusMinutes: z.int().min(1).max(600),
  /** A pass into a dormitory and a purchase elsewhere so close together. */
  dormSeconds: z.int().min(1).max(600),
  /** Distance of two buildings of a campus (`campus/building`) that `distances` does not name. */
  buildingMetres: z.number().min(0).max(5_000),
  distances: z
    .array(z.strictObject({ from: z.string().max(200), to: z.string().max(200), metres: z.number().min(0).max(100_000) }))
    .max(2_000),
  /** What a pair counts when a code or an account was used, which two people can share. */
  accountWeight: z.number().min(0).max(1),
  /** So many pairs of a card in a day raise the level. */
  raiseLevelAt: z.int().min(1).max(100),
  holdMinutes,
});
type Params = z.infer<typeof impossibleSequenceParams>;

/** One time that a card was somewhere, by the agent's clock. */
interface Sighting {
  readonly at: EpochMs;
  readonly deviceId: string;
  /** Empty where a gate does not tell it. */
  readonly cardTail: string;
  readonly campus: string;
  readonly building: string;
  readonly what: 'purchase' | 'dormPass';
  readonly weight: number;
}
interface Pairs {
  score: number;
  count: number;
}
type State = BurstState<Remembered<Pairs>> & { readonly seen: HitMemory<Sighting> };

/** Sightings of one card that a new one is compared with. */
const comparedMs = 30 * minuteMs;

/** T-SEQ after correction by the terminals' own drift. A finding from a score of 1 on: one pair of cards, or four of codes. Level 2 with three pairs a day. */
export const impossibleSequence = watcher<Params, State>({
  id: 'impossibleSequence',
  source: 'T-SEQ',
  params: impossibleSequenceParams,
  defaults: {
    metresPerSecond: 6,
    campusMinutes: 30,
    dormSeconds: 60,
    buildingMetres: 150,
    distances: [],
    accountWeight: 0.3,
    raiseLevelAt: 3,
    holdMinutes: 120,
  },
  timing: momentaryTiming,
  lookBackMs: momentaryLookBackMs,
  start: () => ({ hits: new HitMemory(), held: new Remembered(heldMax), own: new Remembered(), seen: new HitMemory() }),
  money: (state, fact, ask) => {
    if (isPurchase(fact)) see(state, fact, sightingOf(ask.world, fact, weightOf(fact, ask.params)), ask);
  },
  event: (state, fact, ask) => {
    const pass = passOf(fact, ask.world);
    if (pass !== null) see(state, pass, sightingOf(ask.world, pass, 1, 'dormPass'), ask);
  },
  look: (state, { now }) => heldNow(state, now),
});

type Seen = Pick<MoneyFact, 'cardRef' | 'cardTail' | 'deviceId' | 'observedAt' | 'ingestedAt'>;

const weightOf = (fact: MoneyFact, { accountWeight }: Params): number =>
  fact.mode?.startsWith('account') === true ? accountWeight : 1;

/** A granted pass into a dormitory by card; others say nothing of where a card is. */
function passOf(fact: EventFact, world: World): Seen | null {
  const { type, deviceId, line, observedAt, ingestedAt } = fact;
  if (type !== 'pass' || deviceId === null || world.devices.get(deviceId)?.areaType !== 'dorm') return null;
  const { cardRef, result, direction } = line;
  if (typeof cardRef !== 'string' || (result !== 'granted' && result !== 'taken') || direction !== 'in') return null;
  return { cardRef, cardTail: '', deviceId, observedAt, ingestedAt };
}

function sightingOf(world: World, seen: Seen, weight: number, what: Sighting['what'] = 'purchase'): Sighting | null {
  const device = world.devices.get(seen.deviceId);
  if (device === undefined) return null;
  const [campus = device.campus, building = ''] = (device.area ?? device.campus).split('/');
  const at = epochMs(seen.observedAt - (device.driftMs ?? 0));
  return { at, deviceId: seen.deviceId, cardTail: seen.cardTail, campus, building: `${campus}/${building}`, what, weight };
}

function see(state: State, seen: Seen, sighting: Sighting | null, { world, params }: Asking<Params>): void {
  if (sighting === null) return;
  const other = state.seen.of(seen.cardRef).find((one) => isImpossible(one, sighting, params));
  state.seen.add(seen.cardRef, sighting, comparedMs);
  if (other === undefined) return;
  const pairs = state.own.touch(`${seen.cardRef} ${businessDay(seen.observedAt)}`, () => ({ score: 0, count: 0 }));
  pairs.score += Math.min(sighting.weight, other.weight);
  pairs.count++;
  if (pairs.score < 1) return;
  const until = epochMs(seen.ingestedAt + params.holdMinutes * minuteMs);
  state.held.set(seen.cardRef, {
    until,
    finding: { ...pairFinding(world, seen, [other, sighting], pairs, params), holdsUntil: until },
  });
}

function isImpossible(a: Sighting, b: Sighting, params: Params): boolean {
  const apartMs = Math.abs(a.at - b.at);
  if (a.building === b.building || a.deviceId === b.deviceId) return false;
  if (a.campus !== b.campus) return apartMs < params.campusMinutes * minuteMs;
  if (a.what !== b.what && apartMs <= params.dormSeconds * secondMs) return true;
  return metresBetween(a.building, b.building, params) > params.metresPerSecond * (apartMs / secondMs);
}

function metresBetween(a: string, b: string, { distances, buildingMetres }: Params): number {
  const named = distances.find(({ from, to }) => (from === a && to === b) || (from === b && to === a));
  return named?.metres ?? buildingMetres;
}

function pairFinding(world: World, seen: Seen, pair: readonly [Sighting, Sighting], pairs: Pairs, params: Params): Finding {
  const [other, sighting] = pair;
  const cardTail = seen.cardTail === '' ? other.cardTail : seen.cardTail;
  const about = aboutCard(world, { ...seen, cardTail }, [other.deviceId]);
  const value = Math.round(Math.abs(sighting.at - other.at) / secondMs);
  const places = { from: other.building, to: sighting.building };
  const level = pairs.score >= params.raiseLevelAt ? 2 : 3;
  return findingOf('impossibleSequence', about, { level, value, unit: 's', count: pairs.count, more: places });
}
