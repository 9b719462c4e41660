/** Who knows what: the ledger that lets everybody who was told that it burns hear that it is over, and nobody else. */
import { isOver, isTold, mayHaveArrived } from './notice.core.ts';
import type { Hearer, OpenNotice } from './plan-state.core.ts';
import type { ChannelKind, Notice } from '@cardwatch/contracts/watch';

/** Told, or on the way, or waiting in a digest. */
export const isInformed = (hearer: Hearer): boolean => hearer.heard !== null || hearer.open.length > 0 || hearer.binned;

export const hearerOf = (hearers: readonly Hearer[], recipient: string): Hearer | undefined =>
  hearers.find((hearer) => hearer.recipient === recipient);

export const withHearer = (hearers: readonly Hearer[], hearer: Hearer): readonly Hearer[] =>
  hearerOf(hearers, hearer.recipient) === undefined
    ? [...hearers, hearer]
    : hearers.map((each) => (each.recipient === hearer.recipient ? hearer : each));

export const newHearer = (recipient: string, channels: readonly [ChannelKind, ...ChannelKind[]]): Hearer => ({
  recipient,
  channels,
  heard: null,
  heardByDigest: false,
  binned: false,
  open: [],
  lastToldAt: 0,
});

/** The hearer after one of his notices that say "it burns" moved; a fallback by another channel is one that was not known before. */
export function heardNotice(hearer: Hearer, notice: Notice): Hearer {
  const others = hearer.open.filter((each) => each.noticeId !== notice.noticeId);
  const maybe = mayHaveArrived(notice);
  if (isTold(notice)) return { ...hearer, heard: notice.channel, heardByDigest: notice.reason === 'digest', open: others };
  if (isOver(notice)) {
    const heard = maybe ? (hearer.heard ?? notice.channel) : hearer.heard;
    return { ...hearer, heard, open: others };
  }
  const open: OpenNotice = {
    noticeId: notice.noticeId,
    telling: notice.transition,
    channel: notice.channel,
    // A digest carries others too: it is never taken back for one alarm's sake.
    sending: notice.state === 'sending' || notice.reason === 'digest',
    maybe,
  };
  return { ...hearer, open: [...others, open] };
}

/** Channels with the one by which he was reached first. */
export function channelsFrom(
  channels: readonly [ChannelKind, ...ChannelKind[]],
  first: ChannelKind,
): readonly [ChannelKind, ...ChannelKind[]] {
  return [first, ...channels.filter((channel) => channel !== first)];
}
