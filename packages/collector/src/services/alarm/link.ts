/** What the page behind a message's link shows: only to whoever holds a link of ours. Looking changes nothing. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { readAckToken } from '../../core/notify/ack-link.core.ts';
import { linkUseKey } from '../../core/notify/link-ring.core.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export type LinkedAlarm = Pick<
  Alarm,
  'alarmId' | 'reason' | 'level' | 'subject' | 'condition' | 'raisedAt' | 'foundAt' | 'handling'
>;

/** Asked once for each look and each press: the door counts it. */
export async function showLink(
  { watch, clock, linkDoor }: Watched,
  { ip }: Caller,
  token: string,
): Promise<Result<LinkedAlarm, ServiceFailure>> {
  const waitS = linkDoor.knock({ ip, token });
  if (waitS !== null) return err({ kind: 'locked', retryAfterS: waitS });
  const proof = linkDoor.links.proof();
  if (!proof.ok) return err({ kind: 'link', why: 'unknown' });
  const read = readAckToken(token, { ...proof.value, isUsed: () => false }, clock.now());
  if (!read.ok) return err({ kind: 'link', why: read.error.kind === 'expired' ? 'expired' : 'unknown' });
  const { tokenId, alarmId } = read.value;
  if ((await watch.actDone(linkUseKey(tokenId))) !== null) return err({ kind: 'link', why: 'used' });
  const alarm = await watch.alarm(alarmId);
  return alarm === null ? err({ kind: 'link', why: 'unknown' }) : ok(alarm);
}

export interface LinkPress {
  readonly token: string;
  /** Made by the caller of this. */
  readonly idempotencyKey: string;
}

/** The token proves who asks and is spent by it; the trail keeps the alarms, not the token. A link that does not hold is refused before anything is written down. */
export async function pressLink(
  services: Watched,
  caller: Caller,
  { token, idempotencyKey }: LinkPress,
): Promise<Result<LinkedAlarm, ServiceFailure>> {
  const shown = await showLink(services, caller, token);
  if (!shown.ok) return shown;
  const act = { kind: 'acknowledgeByLink', token } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: 'link', detail: {} });
  return done.ok ? ok({ ...shown.value, handling: 'acknowledged' }) : done;
}
