import type { DeviceState, StateCause } from '@cardwatch/contracts';
import type { CommonProfile, DriverFailure } from '@cardwatch/drivers';
import type { EpochMs } from '@cardwatch/kernel';

export const stateLimits = {
  /** Polls that loss and slowness are judged by. */
  window: 20,
  lossyPct: 10,
  /** A degraded measure must fall below this share of its limit to be well again. */
  recoverShare: 0.8,
  /** Records that may not be taken over for this long: the device sells offline 脱机. */
  blockedMs: 60_000,
} as const;

export interface Condition {
  readonly state: DeviceState;
  readonly cause: StateCause | undefined;
  readonly since: EpochMs;
}

/** What is known of one device beyond its condition. */
export interface DeviceWatch extends Condition {
  readonly failures: number;
  /** When it was last asked for itself and answered or did not; undefined: never yet. */
  readonly askedAt: EpochMs | undefined;
  readonly lastFailure: DriverFailure['kind'] | undefined;
  /** Its silence is not judged before what it is reached through was asked. */
  readonly held: boolean;
  /** Newest last, true: answered; at most `stateLimits.window`. */
  readonly answers: readonly boolean[];
  /** Smoothed over about eight answers. */
  readonly rttMs: number | undefined;
  readonly driftMs: number | undefined;
  readonly storePct: number | undefined;
  /** The device itself says that it works offline. */
  readonly saysOffline: boolean;
  readonly partial: boolean;
  readonly channel: DriverFailure['kind'] | undefined;
  readonly stranger: boolean;
  readonly blockedSince: EpochMs | undefined;
  readonly maintenance: boolean;
}

export type WatchEvent =
  | {
      readonly type: 'answered';
      readonly rttMs: number;
      readonly driftMs?: number;
      readonly storePct?: number;
      readonly saysOffline?: boolean;
      /** Some of the points failed. */
      readonly partial: boolean;
    }
  | {
      readonly type: 'failed';
      readonly failure: DriverFailure['kind'];
      readonly parentDown: boolean;
      /** Says by itself what three failed polls say: long silence of a device that speaks by itself. */
      readonly conclusive?: boolean;
      /** What it is reached through is being asked: nothing is said until that is known. */
      readonly held?: boolean;
      /** A few lost frames would look the same: it does not tip the scales. */
      readonly doubtful?: boolean;
    }
  /** Whose fault the present failures are. Its parents': one failure is enough. */
  | { readonly type: 'judged'; readonly parentDown: boolean }
  /** The failures that it has are enough: others of its line fell silent with it. */
  | { readonly type: 'confirmed' }
  /** The channel on which a device that is also polled speaks by itself; undefined: it speaks. */
  | { readonly type: 'channel'; readonly failure: DriverFailure['kind'] | undefined }
  /** Whether it is the device that it should be. */
  | { readonly type: 'identity'; readonly right: boolean }
  /** Whether records may be taken over: no epoch or failed storage keeps them on the terminal. */
  | { readonly type: 'collecting'; readonly allowed: boolean };

export type WatchEffect = { readonly type: 'changed'; readonly from: Condition; readonly to: Condition };

export const newWatch = (maintenance: boolean, now: EpochMs): DeviceWatch => ({
  state: maintenance ? 'maintenance' : 'unknown',
  cause: maintenance ? undefined : 'neverSeen',
  since: now,
  failures: 0,
  askedAt: undefined,
  lastFailure: undefined,
  held: false,
  answers: [],
  rttMs: undefined,
  driftMs: undefined,
  storePct: undefined,
  saysOffline: false,
  partial: false,
  channel: undefined,
  stranger: false,
  blockedSince: undefined,
  maintenance,
});

type Health = CommonProfile['health'];

/** `Step` with the profile's health rules bound first. */
export const watchStep =
  (health: Health) =>
  (watch: DeviceWatch, event: WatchEvent, now: EpochMs): readonly [DeviceWatch, readonly WatchEffect[]] => {
    const seen = take(watch, event, health, now);
    const to = judge(seen, event, health, now);
    if (to.state === watch.state && to.cause === watch.cause) return [seen, []];
    const next = { ...seen, ...to, since: to.state === watch.state ? watch.since : now };
    return [next, [{ type: 'changed', from: watch, to: next }]];
  };

function take(watch: DeviceWatch, event: WatchEvent, health: Health, now: EpochMs): DeviceWatch {
  if (event.type === 'collecting') {
    const blockedSince = event.allowed ? undefined : (watch.blockedSince ?? now);
    return blockedSince === watch.blockedSince ? watch : { ...watch, blockedSince };
  }
  if (event.type === 'channel') return { ...watch, channel: event.failure };
  if (event.type === 'identity') return { ...watch, stranger: !event.right };
  if (event.type === 'judged') return { ...watch, held: false };
  if (event.type === 'confirmed')
    return watch.failures === 0 ? watch : { ...watch, failures: Math.max(watch.failures, health.offlineAfter) };
  // What its line or its parent lost is no loss of the device.
  const counts = event.type === 'answered' || !event.parentDown;
  const answers = counts ? [...watch.answers.slice(1 - stateLimits.window), event.type === 'answered'] : watch.answers;
  if (event.type === 'failed') {
    const most = event.doubtful === true ? Math.max(1, health.offlineAfter - 1, watch.failures) : Number.POSITIVE_INFINITY;
    const failures = Math.max(Math.min(watch.failures + 1, most), event.conclusive === true ? health.offlineAfter : 0);
    return { ...watch, answers, failures, askedAt: now, lastFailure: event.failure, held: event.held ?? false };
  }
  return {
    ...watch,
    answers,
    failures: 0,
    askedAt: now,
    lastFailure: undefined,
    held: false,
    rttMs: watch.rttMs === undefined ? event.rttMs : watch.rttMs + (event.rttMs - watch.rttMs) / 8,
    driftMs: event.driftMs ?? watch.driftMs,
    storePct: event.storePct ?? watch.storePct,
    saysOffline: event.saysOffline ?? watch.saysOffline,
    partial: event.partial,
  };
}

/** Share of unanswered polls in percent; undefined before the first half window. */
export function lossPct(watch: DeviceWatch): number | undefined {
  if (watch.answers.length < stateLimits.window / 2) return undefined;
  return (100 * watch.answers.filter((answered) => !answered).length) / watch.answers.length;
}

type Verdict = Pick<Condition, 'state' | 'cause'>;

function judge(watch: DeviceWatch, event: WatchEvent, health: Health, now: EpochMs): Verdict {
  if (watch.maintenance) return { state: 'maintenance', cause: undefined };
  if (watch.failures > 0 && watch.lastFailure !== undefined) {
    const told = event.type === 'failed' || event.type === 'judged';
    const parentDown = told ? event.parentDown : watch.cause === 'unreachableParent';
    const silent = watch.lastFailure === 'unreachable' || watch.lastFailure === 'timeout' || watch.lastFailure === 'closed';
    if (silent && watch.held) return { state: watch.state, cause: watch.cause };
    if (silent && event.type === 'judged' && parentDown) return { state: 'offline', cause: 'unreachableParent' };
    return failing(watch, watch.lastFailure, parentDown, health);
  }
  if (watch.stranger) return { state: 'degraded', cause: 'identityChanged' };
  if (watch.answers.length === 0) return { state: watch.state, cause: watch.cause };
  const selling = sellsOffline(watch, now);
  if (selling !== undefined) return { state: 'sellingOffline', cause: selling };
  const cause = weakness(watch, health);
  return cause === undefined ? { state: 'online', cause: undefined } : { state: 'degraded', cause };
}

function failing(watch: DeviceWatch, failure: DriverFailure['kind'], parentDown: boolean, health: Health): Verdict {
  // A wrong password and a missing feature do not pass by asking again.
  const certain = failure === 'unauthorised' || failure === 'unsupported';
  if (watch.failures < health.offlineAfter && !certain) return { state: watch.state, cause: watch.cause };
  switch (failure) {
    case 'unauthorised':
      return { state: 'degraded', cause: 'authFailed' };
    case 'unsupported':
      return { state: 'degraded', cause: 'unsupported' };
    case 'refused':
      return { state: 'degraded', cause: 'protocolError' };
    case 'malformed':
      return { state: 'degraded', cause: 'busFault' };
    case 'unreachable':
    case 'timeout':
    case 'closed':
      return { state: 'offline', cause: parentDown ? 'unreachableParent' : 'noReply' };
  }
}

function sellsOffline(watch: DeviceWatch, now: EpochMs): StateCause | undefined {
  const blocked = watch.blockedSince !== undefined && now - watch.blockedSince >= stateLimits.blockedMs;
  return blocked || watch.saysOffline ? 'uplinkDown' : undefined;
}

/** The first that applies; each has to fall clearly below its limit before it is well again. */
function weakness(watch: DeviceWatch, health: Health): StateCause | undefined {
  const over = (value: number | undefined, limit: number, cause: StateCause): boolean =>
    value !== undefined && value > limit * (watch.cause === cause ? stateLimits.recoverShare : 1);
  if (watch.channel === 'unauthorised') return 'authFailed';
  if (watch.channel === 'unsupported') return 'unsupported';
  if (watch.partial || watch.channel !== undefined) return 'protocolError';
  if (over(watch.storePct, health.storePctMax, 'storeNearlyFull')) return 'storeNearlyFull';
  if (over(watch.driftMs === undefined ? undefined : Math.abs(watch.driftMs), health.driftMsMax, 'clock')) return 'clock';
  if (over(lossPct(watch), stateLimits.lossyPct, 'lossy')) return 'lossy';
  if (over(watch.rttMs, health.slowMs, 'slow')) return 'slow';
  return undefined;
}
