/** What a robot or gateway allows: in no minute more than `perMinute`, in no second more than `perSecond`, whatever came before. */
import type { ChannelLimits } from '../../channels/channel.ts';
import type { AlarmLevel, ChannelKind } from '@cardwatch/contracts/watch';
import { epochMs, minuteMs, secondMs, type EpochMs } from '@cardwatch/kernel';

/** Times of the tokens that are out, oldest first; a token comes back a minute after it was taken. At most `perMinute` of them. */
export interface Bucket {
  readonly taken: readonly EpochMs[];
}
export const fullBucket: Bucket = { taken: [] };

/** Share of the minute that a level may use: the rest is kept for the more urgent. */
export const shareOf: Readonly<Record<AlarmLevel, number>> = { 1: 1, 2: 0.8, 3: 0.6 };

export type TakeAnswer =
  | { readonly kind: 'taken'; readonly bucket: Bucket }
  /** `minute`: what can wait is better told in one digest. */
  | { readonly kind: 'empty'; readonly until: EpochMs; readonly limit: 'minute' | 'second' };

/** Takes one token for a message of the level, or says when there will be one. */
export function takeToken(
  bucket: Bucket,
  ask: { readonly limits: Pick<ChannelLimits, 'perMinute' | 'perSecond'>; readonly level: AlarmLevel },
  now: EpochMs,
): TakeAnswer {
  const taken = bucket.taken.filter((at) => at > now - minuteMs && at <= now);
  const allowed = Math.max(1, Math.floor(ask.limits.perMinute * shareOf[ask.level]));
  if (taken.length >= allowed) {
    const freed = taken[taken.length - allowed] ?? now;
    return { kind: 'empty', until: epochMs(freed + minuteMs), limit: 'minute' };
  }
  const { perSecond } = ask.limits;
  const lately = taken.filter((at) => at > now - secondMs);
  if (perSecond !== null && lately.length >= perSecond) {
    return { kind: 'empty', until: epochMs((lately[lately.length - perSecond] ?? now) + secondMs), limit: 'second' };
  }
  return { kind: 'taken', bucket: { taken: [...taken, now] } };
}

/** Whose tokens a message takes. */
export const bucketKey = (channel: ChannelKind, address: string, countedBy: ChannelLimits['countedBy']): string =>
  countedBy === 'channel' ? channel : `${channel} ${address}`;
