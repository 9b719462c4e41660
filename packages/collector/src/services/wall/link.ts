/** Links that open the wall screen: made, listed, taken back, exchanged for a screen's cookie. */
import type { NewWallLinkDto, WallLinkDto } from '@cardwatch/contracts/api';
import { dayMs, err, ok, type Result } from '@cardwatch/kernel';
import { type WallLinkRow, type WallLinkUse, wallLimits, type WallSessionRow } from '../../store/people/walls.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Services } from '../services.ts';

export const wallTokenPrefix = 'cww_';

export const wallTimes = {
  /** A screen that asked nothing for this long is not let in again; each question begins it anew. */
  idleMs: 7 * dayMs,
  /** Use is written down at most this often. */
  touchMs: 600_000,
} as const;

/** Digits of the hash that name a link: enough to be one of a hundred, too few to be a secret. */
const linkIdChars = 16;

type Asking = Pick<Services, 'people' | 'clock'>;

export async function addWallLink(
  { people, clock }: Asking,
  caller: Caller,
  { label, days }: { readonly label: string; readonly days: number },
): Promise<Result<NewWallLinkDto, ServiceFailure>> {
  const token = `${wallTokenPrefix}${newSecret()}`;
  const createdAt = clock.now();
  const row: WallLinkRow = {
    idHash: hashSecret(token),
    label,
    areas: caller.areas,
    createdBy: caller.actor,
    createdAt,
    expiresAt: createdAt + days * dayMs,
  };
  const detail = { linkId: idOf(row), areas: row.areas, expiresAt: row.expiresAt };
  const added = await people.addWallLink(
    row,
    auditOf(caller, { action: 'wall.link.add', object: label, result: 'ok', detail }, createdAt),
  );
  if (!added.ok) return err({ kind: 'full', limit: wallLimits.links });
  return ok({ link: linkDto({ ...row, screens: 0, lastUsedAt: null }), token });
}

export const listWallLinks = async ({ people, clock }: Asking): Promise<Result<{ items: WallLinkDto[] }, ServiceFailure>> =>
  ok({ items: (await people.wallLinks(clock.now())).map(linkDto) });

export async function revokeWallLink(
  services: Asking,
  caller: Caller,
  { linkId, reason }: { readonly linkId: string; readonly reason: string },
): Promise<Result<{ items: WallLinkDto[] }, ServiceFailure>> {
  const { people, clock } = services;
  const known = (await people.wallLinks(clock.now())).find((link) => idOf(link) === linkId);
  if (known === undefined) return err({ kind: 'notFound', place: 'linkId', value: linkId });
  const act = { action: 'wall.link.revoke', object: known.label, result: 'ok', detail: { linkId, reason } };
  const removed = await people.removeWallLink(linkId, auditOf(caller, act, clock.now()));
  return removed ? listWallLinks(services) : err({ kind: 'notFound', place: 'linkId', value: linkId });
}

/** The secret goes into the cookie and nowhere else. Fails as `link`, for a token that never was as for one that was taken back or is over. */
export async function openWall(
  { people, clock }: Asking,
  caller: Caller,
  token: string,
): Promise<Result<{ readonly body: { expiresAt: number }; readonly secret: string; readonly maxAgeS: number }, ServiceFailure>> {
  const refused = err({ kind: 'link', why: 'unknown' } as const);
  if (!token.startsWith(wallTokenPrefix)) return refused;
  const link = await people.wallLink(hashSecret(token));
  const now = clock.now();
  if (link === null) return refused;
  if (now >= link.expiresAt) return err({ kind: 'link', why: 'expired' });
  const secret = newSecret();
  const session = { idHash: hashSecret(secret), linkHash: link.idHash, at: now };
  const act = { action: 'wall.open', object: link.label, result: 'ok', detail: { linkId: idOf(link) } };
  if (!(await people.openWallSession(session, auditOf(caller, act, now)))) return refused;
  return ok({ body: { expiresAt: link.expiresAt }, secret, maxAgeS: Math.floor((link.expiresAt - now) / 1000) });
}

/** The screen of a cookie while its link holds and it was not idle for too long. Asking keeps it alive. */
export async function resumeWall({ people, clock }: Asking, secret: string): Promise<WallSessionRow | null> {
  if (secret.length !== 43) return null;
  const session = await people.wallSession(hashSecret(secret));
  const now = clock.now();
  if (session === null || now >= session.link.expiresAt || now - session.lastUsedAt >= wallTimes.idleMs) return null;
  if (now - session.lastUsedAt >= wallTimes.touchMs) await people.touchWallSession(session.idHash, now);
  return session;
}

const idOf = ({ idHash }: Pick<WallLinkRow, 'idHash'>): string => idHash.slice(0, linkIdChars);

const linkDto = ({ idHash, ...link }: WallLinkUse): WallLinkDto => ({ linkId: idOf({ idHash }), ...link });
