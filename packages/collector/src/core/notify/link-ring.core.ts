/** Which keys sign and prove acknowledgement links: a new one each year, the one before it for as long as links that it signed may live. */
import { dayMs, epochMs, type EpochMs } from '@cardwatch/kernel';

export const linkLimits = {
  /** A link is good for so long. */
  lifeMs: dayMs,
  rotateMs: 365 * dayMs,
  /** A clock that was wrong for a while may have cut a key short or made one early. */
  graceMs: 7 * dayMs,
  keysMax: 4,
} as const;

export interface LinkKey {
  readonly keyId: string;
  /** 32 bytes, base64url. */
  readonly secret: string;
  readonly madeAt: EpochMs;
}

/** Newest first; the first one signs. */
export type LinkRing = readonly LinkKey[];

/** The ring as it should be now: `fresh` is asked for a key only when one is due. The same ring comes back when nothing changes. */
export function ringAt(ring: LinkRing, fresh: () => Omit<LinkKey, 'madeAt'>, now: EpochMs): LinkRing {
  const [newest] = ring;
  const old = newest === undefined || Math.abs(now - newest.madeAt) >= linkLimits.rotateMs;
  const grown = old ? [{ ...fresh(), madeAt: epochMs(now) }, ...ring] : ring;
  const kept = grown.filter((_, index) => isHonoured(grown, index, now)).slice(0, linkLimits.keysMax);
  return kept.length === ring.length && !old ? ring : kept;
}

/** The newest, and each whose successor is younger than the longest life of a link. */
function isHonoured(ring: LinkRing, index: number, now: EpochMs): boolean {
  const successor = ring[index - 1];
  return successor === undefined || now - successor.madeAt <= linkLimits.lifeMs + linkLimits.graceMs;
}

/** Under this key the store remembers that a link was used, for longer than any link lives. */
export const linkUseKey = (tokenId: string): string => `link:${tokenId}`;
