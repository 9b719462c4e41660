/** What of a message a channel must fit, and its links with their labels. */
import type { RobotLink } from '@cardwatch/contracts/robots';
import { utf8Length } from '@cardwatch/kernel';
import type { ChannelLimits, ChannelMessage } from './channel.ts';
import { failed, type Refusal } from './failure.core.ts';
import { acknowledgeLabel, openLabel } from './words/words.ts';

/** A message over the limits is not sent: whoever made it did not know the channel. */
export function overLimits({ title, text }: ChannelMessage, limits: ChannelLimits): Refusal | null {
  const fits = utf8Length(title) <= limits.titleBytes && utf8Length(text) <= limits.textBytes;
  return fits ? null : failed({ kind: 'tooLarge', detail: 'tooLong' });
}

/** The links of a message, the one to acknowledge last: nearest to the thumb. */
export const linksOf = ({ link, acknowledgeLink }: ChannelMessage): readonly RobotLink[] => [
  ...(link === null ? [] : [{ label: openLabel, url: link }]),
  ...(acknowledgeLink === null ? [] : [{ label: acknowledgeLabel, url: acknowledgeLink }]),
];
