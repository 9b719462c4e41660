/** "Why was nobody told?", answered from rows alone. */
import type { AlarmDto, NoticeDto, WhyNotDto } from '@cardwatch/contracts/api';

/** Everything that kept a word of this alarm from somebody; empty: all were told. */
export function whyNot(alarm: AlarmDto, notices: readonly NoticeDto[]): WhyNotDto[] {
  if (alarm.raisedAt === null) return [{ code: 'notRaised', since: alarm.foundAt }];
  const suppressed = alarm.suppressedBy.map((one): WhyNotDto => ({ code: 'suppressed', ...one }));
  const unheard = notices.flatMap(unheardOf);
  const silent = notices.length === 0 && suppressed.length === 0;
  return [...suppressed, ...unheard, ...(silent ? [{ code: 'nobodyNamed' } as const] : [])];
}

function unheardOf({ state, recipient, channel, mutedBy, attempts }: NoticeDto): WhyNotDto[] {
  if (state === 'muted') return [{ code: 'muted', recipient, channel, by: mutedBy ?? 'unknown' }];
  if (state !== 'failed' && state !== 'unconfirmed') return [];
  return [{ code: state, recipient, channel, by: attempts.at(-1)?.outcome ?? 'unknown' }];
}
