/** "Who would be told now?": the very function that routes, with the text that each would get. */
import { compose } from './compose.core.ts';
import type { AlarmSay, Frame } from './frame.core.ts';
import { planNotice } from './notice.core.ts';
import { firedReason } from './plan.step.ts';
import { quietUntil } from './roster.core.ts';
import { nextDigestAt } from './digest.core.ts';
import { type PersonWhy, type Roster, route, type RouteFinding, type Considered } from './route.core.ts';
import type { ChannelLimits } from '../../channels/channel.ts';
import type { Alarm, ChannelKind } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

export interface DryRunAsk {
  readonly alarm: Alarm;
  readonly roster: Roster;
  readonly language: (language: 'zh' | 'en') => { readonly say: AlarmSay; readonly frame: Frame };
  readonly limitsOf: (channel: ChannelKind) => ChannelLimits | undefined;
}

export interface DryRunPerson {
  readonly recipientId: string;
  readonly displayName: string;
  readonly why: PersonWhy;
  readonly duty: string | null;
  readonly onSite: boolean | null;
  readonly channels: readonly ChannelKind[];
  readonly title: string;
  readonly text: string;
  readonly missing: readonly string[];
}

export interface DryRun {
  readonly policyId: string;
  readonly builtIn: boolean;
  readonly considered: readonly Considered[];
  readonly importantEvent: string | null;
  /** When the first step would really go out: quiet hours and digests included; null: at once. */
  readonly heldUntil: EpochMs | null;
  readonly heldBy: 'suppressed' | 'acknowledged' | 'quietHours' | 'digest' | null;
  readonly steps: readonly { readonly afterMs: number; readonly people: readonly DryRunPerson[] }[];
  readonly findings: readonly RouteFinding[];
}

/** Tells nobody and changes nothing. */
export function dryRun(ask: DryRunAsk, now: EpochMs): DryRun {
  const found = route(ask.alarm, ask.roster, now);
  const divisor = found.importantEvent === null ? 1 : 2;
  return {
    policyId: found.policy.policyId,
    builtIn: found.builtIn,
    considered: found.considered,
    importantEvent: found.importantEvent?.name ?? null,
    ...heldOf(ask.alarm, found, now),
    steps: found.steps.map((step) => ({
      afterMs: step.afterMs / divisor,
      people: step.people.map((person) => {
        const [first, ...rest] = person.channels;
        const { recipientId, displayName, language } = person.recipient;
        const said = textFor(ask, { recipientId, language, channel: first.channel }, now);
        const { why, duty, onSite } = person;
        return { recipientId, displayName, why, duty, onSite, channels: [first, ...rest].map((each) => each.channel), ...said };
      }),
    })),
    findings: found.findings,
  };
}

function heldOf(alarm: Alarm, found: ReturnType<typeof route>, now: EpochMs): Pick<DryRun, 'heldUntil' | 'heldBy'> {
  if (alarm.suppressedBy.length > 0) return { heldUntil: null, heldBy: 'suppressed' };
  if (alarm.handling !== 'new') return { heldUntil: null, heldBy: 'acknowledged' };
  const { policy } = found;
  const until = alarm.level === 1 || found.importantEvent !== null ? null : quietUntil(policy.quiet, now);
  if (until !== null) return { heldUntil: until, heldBy: 'quietHours' };
  if (alarm.level !== 3 || policy.digestEveryMs === null) return { heldUntil: null, heldBy: null };
  return { heldUntil: nextDigestAt(policy.digestEveryMs, now), heldBy: 'digest' };
}

/** Where a channel is not configured: room for any text. */
const unlimited = { titleBytes: 1_000, textBytes: 16_384 };

function textFor(
  ask: DryRunAsk,
  to: { readonly recipientId: string; readonly language: 'zh' | 'en'; readonly channel: ChannelKind },
  now: EpochMs,
): Pick<DryRunPerson, 'title' | 'text' | 'missing'> {
  const terms = { channels: [to.channel] as const, fallbackAfterMs: 0, quiet: null, hasty: false, items: [] };
  const { alarm } = ask;
  const { notice } = planNotice(
    {
      noticeId: 'dry-run',
      alarmIds: [alarm.alarmId],
      reason: firedReason(alarm),
      telling: 0,
      level: alarm.level,
      recipient: to.recipientId,
      terms,
    },
    now,
  );
  const { message, missing } = compose(
    {
      notice,
      items: [],
      alarms: new Map([[alarm.alarmId, alarm]]),
      ...ask.language(to.language),
      limits: ask.limitsOf(to.channel) ?? unlimited,
      shrinks: 0,
      address: '',
      link: null,
      acknowledgeLink: null,
    },
    now,
  );
  return { title: message.title, text: message.text, missing };
}
