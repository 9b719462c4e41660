/** What was heard against what should have been: from the timetable, the rows that the watch kept and the messages that arrived. */
import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import { cutOffAs, cutOffsOf } from '../../../packages/collector/src/core/notify/handover.core.ts';
import type { Weather } from './weather.ts';

export interface Heard {
  readonly order: number;
  readonly noticeId: string;
  /** Whose address it came to. */
  readonly recipient: string;
}

export interface Verdict {
  readonly counts: {
    readonly outages: number;
    readonly alarms: number;
    readonly suppressed: number;
    readonly told: number;
    readonly messages: number;
    readonly copies: number;
    readonly mostCopies: number;
    /** Messages that two deaths cut off where they may have arrived: not sent a third time. */
    readonly unconfirmed: number;
    /** Attempts that a death ended before, and after, the mark of handing over. */
    readonly diedBefore: number;
    readonly diedAfter: number;
    /** Readers whose first word was cut off by a death and overtaken by the end: told that it is over alone. */
    readonly endAlone: number;
    /** Readers whose first word no life let out before the alarm was over: muted `cleared`, and not told that it is over either. */
    readonly overtaken: number;
  };
  readonly problems: readonly string[];
}

export interface Evidence {
  readonly weather: Weather;
  readonly alarms: readonly Alarm[];
  readonly notices: readonly Notice[];
  readonly heard: readonly Heard[];
  /** Whom the policy names. */
  readonly onDuty: readonly string[];
}

export function judge({ weather, alarms, notices, heard, onDuty }: Evidence): Verdict {
  const problems: string[] = [];
  const noticeOf = new Map(notices.map((notice) => [notice.noticeId as string, notice]));
  const rung = new Map<string, number>();
  const byAlarm = new Map<string, { readonly notice: Notice; readonly order: number }[]>();
  for (const { noticeId, recipient, order } of heard) {
    rung.set(noticeId, (rung.get(noticeId) ?? 0) + 1);
    const notice = noticeOf.get(noticeId);
    if (!onDuty.includes(recipient)) problems.push(`${recipient} was told`);
    if (notice === undefined) problems.push(`message ${noticeId} has no row`);
    else if (notice.recipient !== recipient) problems.push(`${recipient} got what was for ${notice.recipient}`);
    for (const alarmId of notice?.alarmIds ?? [])
      byAlarm.set(alarmId, [...(byAlarm.get(alarmId) ?? []), { notice: notice as Notice, order }]);
  }
  const copies = [...rung.values()].map((count) => count - 1);
  for (const [noticeId, count] of rung) {
    const deaths = cutOff(noticeOf.get(noticeId));
    if (count > copiesMax + 1) problems.push(`message ${noticeId} came ${count} times`);
    if (count > 1 + deaths) problems.push(`message ${noticeId} came ${count} times over ${deaths} deaths`);
  }
  let endAlone = 0;
  let overtaken = 0;
  let told = 0;
  let suppressed = 0;
  for (const alarm of alarms) {
    const fate = weather.fates.get(alarm.subject.id);
    const messages = byAlarm.get(alarm.alarmId) ?? [];
    const name = `${alarm.rule} ${alarm.subject.id}`;
    if (fate === undefined) problems.push(`${name} was not caused`);
    if (alarm.condition !== 'cleared') problems.push(`${name} is ${alarm.condition}`);
    if (messages.length > 0) told++;
    if (fate === 'behind') suppressed++;
    if ((fate === 'behind' || fate === 'blip') && messages.length > 0) problems.push(`${name}, ${fate}, was told`);
    if (fate === 'alone' || fate === 'switch' || fate === 'flapping') {
      if (alarm.raisedAt === null) continue;
      for (const recipient of onDuty) {
        const own = messages.filter(({ notice }) => notice.recipient === recipient);
        const why = pairProblem(own, fate);
        if (why === overAlone && maybeTold(notices, alarm.alarmId, recipient)) endAlone++;
        else if (why === neverTold && isOvertaken(notices, alarm.alarmId, recipient)) overtaken++;
        else if (why !== null) problems.push(`${name} to ${recipient}: ${why}`);
      }
    }
  }
  for (const [deviceId, outages] of weather.outages) {
    const raised = alarms.filter(({ subject, raisedAt }) => subject.id === deviceId && raisedAt !== null).length;
    if (raised !== outages) problems.push(`${deviceId} went ${outages} times and was raised ${raised} times`);
  }
  const counts = {
    outages: weather.outages.size,
    alarms: alarms.length,
    suppressed,
    told,
    messages: heard.length,
    copies: copies.reduce((sum, each) => sum + each, 0),
    mostCopies: Math.max(0, ...copies),
    unconfirmed: notices.filter(({ state }) => state === 'unconfirmed').length,
    diedBefore: notices.flatMap(({ attempts }) => attempts.filter(({ code }) => code === cutOffAs.before.code)).length,
    diedAfter: notices.reduce((sum, notice) => sum + cutOffsOf(notice), 0),
    endAlone,
    overtaken,
  };
  return { counts, problems };
}

const overAlone = 'told that it is over and not that it burns';
const neverTold = 'never told';

/** What one reader may have of one message beside it. */
const copiesMax = 1;

/** Attempts that a dying process left without an answer and that may have arrived. */
const cutOff = (notice: Notice | undefined): number => (notice === undefined ? 0 : cutOffsOf(notice));

const maybeTold = (notices: readonly Notice[], alarmId: string, recipient: string): boolean =>
  notices.some((notice) => {
    const ofIt = notice.recipient === recipient && notice.alarmIds.some((id) => id === alarmId);
    return ofIt && notice.reason !== 'cleared' && cutOff(notice) > 0;
  });

/** There is a row of it that says so: queued or begun, nothing of it went out, over when the next life could have sent it. */
function isOvertaken(notices: readonly Notice[], alarmId: string, recipient: string): boolean {
  const own = notices.filter((notice) => notice.recipient === recipient && notice.alarmIds.some((id) => id === alarmId));
  const isSilent = ({ attempts, mutedBy }: Notice): boolean =>
    attempts.every(({ code }) => code === cutOffAs.before.code) && (mutedBy === 'cleared' || mutedBy === 'superseded');
  return own.length > 0 && own.every(isSilent);
}

/** Burning was told, and after it that it is over. */
function pairProblem(own: readonly { readonly notice: Notice; readonly order: number }[], fate: string): string | null {
  const ends = own.filter(({ notice }) => notice.reason === 'cleared');
  const burns = own.filter(({ notice }) => notice.reason !== 'cleared');
  if (burns.length === 0) return ends.length === 0 ? neverTold : overAlone;
  if (ends.length === 0) return 'never told that it is over';
  const [raised, over] = [noticesOf(own, 'raised'), noticesOf(own, 'cleared')];
  if (fate !== 'flapping' && (raised > 1 || over > 1)) return `raised by ${raised} messages, ended by ${over}`;
  if (fate !== 'flapping' && Math.min(...ends.map(({ order }) => order)) < Math.min(...burns.map(({ order }) => order)))
    return 'over before it burnt';
  return null;
}

const noticesOf = (own: readonly { readonly notice: Notice }[], reason: Notice['reason']): number =>
  new Set(own.flatMap(({ notice }) => (notice.reason === reason ? [notice.noticeId] : []))).size;
