/** What the page behind a message's link shows: only to whoever holds a link of ours. Looking changes nothing. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { readAckToken } from '../../core/notify/ack-link.core.ts';
import { linkUseKey } from '../../core/notify/link-ring.core.ts';
import type { LinkReader } from '../../shell/watch-key.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export type LinkedAlarm = Pick<
  Alarm,
  'alarmId' | 'reason' | 'level' | 'subject' | 'condition' | 'raisedAt' | 'foundAt' | 'handling'
>;

export async function showLink(
  { watch, clock }: Watched,
  { links, token }: { readonly links: LinkReader; readonly token: string },
): Promise<Result<LinkedAlarm, ServiceFailure>> {
  const proof = links.proof();
  if (!proof.ok) return err({ kind: 'link', why: 'unknown' });
  const read = readAckToken(token, { ...proof.value, isUsed: () => false }, clock.now());
  if (!read.ok) return err({ kind: 'link', why: read.error.kind === 'expired' ? 'expired' : 'unknown' });
  const { tokenId, alarmId } = read.value;
  if ((await watch.actDone(linkUseKey(tokenId))) !== null) return err({ kind: 'link', why: 'used' });
  const alarm = await watch.alarm(alarmId);
  return alarm === null ? err({ kind: 'link', why: 'unknown' }) : ok(alarm);
}
