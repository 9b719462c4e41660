/**
 * Title and text of a message in the recipient's language, within the bytes that his channel takes, whatever the alarm brings along. Links are the
 * channel's to show. The short reference at the end lets a reader see that two copies are one message where a channel cannot.
 */
import type { AlarmSay, Frame, Said } from './frame.core.ts';
import type { DigestItem } from './notice.core.ts';
import type { ChannelLimits, ChannelMessage } from '../../channels/channel.ts';
import type { Alarm, Exposure, Notice } from '@cardwatch/contracts/watch';
import { stormCode } from './storm-groups.core.ts';
import {
  cutUtf8,
  epochMs,
  linesWithin,
  minuteMs,
  shanghaiFromEpoch,
  utf8Length,
  yuanFromFen,
  type EpochMs,
} from '@cardwatch/kernel';

/** Devices named in one message. */
export const devicesNamedMax = 5;
/** Characters of an alarm's words that are looked at. */
const saidCharsMax = 20_000;
/** One field of a template, e.g. a name that a device gave itself. */
export const fieldBytesMax = 300;

export interface ComposeAsk {
  readonly notice: Notice;
  readonly items: readonly DigestItem[];
  /** By id; what cleared meanwhile should be among them, what is missing is left out of a digest. */
  readonly alarms: Pick<ReadonlyMap<string, Alarm>, 'get'>;
  readonly say: AlarmSay;
  readonly frame: Frame;
  readonly limits: Pick<ChannelLimits, 'titleBytes' | 'textBytes'>;
  /** How often the channel called it too large: each halves the limit. */
  readonly shrinks: number;
  readonly address: string;
  readonly link: string | null;
  readonly acknowledgeLink: string | null;
}

/** `missing`: gaps that the template has and the alarm did not fill; rendered as `‹name?›` and to be reported. */
export interface Composed {
  readonly message: ChannelMessage;
  readonly missing: readonly string[];
}

/** Never fails: what cannot be said is named as missing, what is too long is cut with a word about the rest. */
export function compose(ask: ComposeAsk, now: EpochMs): Composed {
  const missing = new Set<string>();
  const lines = ask.notice.reason === 'digest' ? digestLines(ask, missing) : alarmLines(ask, missing, now);
  const foot = `\n${ask.frame.reference(ask.notice.noticeId.slice(0, 8))}`;
  const textBytes = Math.floor(ask.limits.textBytes / 2 ** ask.shrinks);
  const footBytes = utf8Length(foot);
  const roomy = footBytes <= textBytes / 2;
  const body = linesWithin(lines, roomy ? textBytes - footBytes : textBytes, ask.frame.moreLines);
  const message: ChannelMessage = {
    noticeId: ask.notice.noticeId,
    title: cutUtf8(oneLine(titleOf(ask, missing)), Math.floor(ask.limits.titleBytes / 2 ** ask.shrinks)),
    text: roomy ? body + foot : body,
    level: ask.notice.level,
    cleared: ask.notice.reason === 'cleared',
    link: ask.link,
    acknowledgeLink: ask.acknowledgeLink,
    address: ask.address,
  };
  return { message, missing: [...missing] };
}

const oneLine = (text: string): string =>
  text
    .slice(0, 4_000)
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .trim();

function titleOf(ask: ComposeAsk, missing: Set<string>): string {
  const { notice, frame } = ask;
  const head = `【${frame.level[notice.level]}·${frame.reason[notice.reason]}】`;
  if (notice.reason === 'digest') return `${head}${digestCount(ask)}`;
  const alarm = ask.alarms.get(notice.alarmIds[0] ?? '');
  if (alarm === undefined) return head;
  const stake = stakeOf(alarm.exposure, frame);
  return `${head}${stake === '' ? '' : `${stake} · `}${saidOf(alarm, ask, missing).title}`;
}

/** What is at stake, in records and yuan; nothing where nothing is. */
function stakeOf(exposure: Exposure, frame: Frame): string {
  if (exposure.records === 0 && (exposure.fen ?? 0) === 0) return '';
  const records = frame.records(exposure.records, exposure.estimated);
  return exposure.fen === null ? records : `${records} ${frame.yuan(yuanFromFen(exposure.fen), exposure.estimated)}`;
}

/** The alarm's own words; control characters and overlong fields of devices do not get through, open gaps are marked. */
function saidOf(
  alarm: Alarm,
  { say, frame }: Pick<ComposeAsk, 'say' | 'frame'>,
  missing: Set<string>,
): Pick<Said, 'title' | 'text'> {
  const { code } = alarm.reason;
  if (code === stormCode) return stormSaid(alarm, frame);
  const values = Object.fromEntries(
    Object.entries(alarm.reason.values).map(([name, value]) => [name, typeof value === 'string' ? cleaned(value) : value]),
  );
  const said = say({ code, values });
  for (const name of said.missing) missing.add(name);
  const marked = (text: string): string =>
    text.slice(0, saidCharsMax).replace(/\{([A-Za-z]\w{0,31})\}/g, (_, name: string) => {
      missing.add(name);
      return `‹${name}?›`;
    });
  return { title: marked(said.title), text: marked(said.text) };
}

/** A storm is counted by its groups; their names are those of causes, sites and rules. */
function stormSaid(alarm: Alarm, frame: Frame): Pick<Said, 'title' | 'text'> {
  const { total, active, ...groups } = alarm.reason.values;
  const counted = Object.entries(groups).map(([name, count]) => frame.group(cleaned(name), Number(count)));
  const text = frame.storm(Number(total ?? 0), Number(active ?? 0), counted.join(', '));
  return { title: text, text };
}

const cleaned = (text: string): string => cutUtf8(oneLine(text).replace(/\p{Cc}/gu, ''), fieldBytesMax).replace(/[{}]/g, ' ');

function alarmLines(ask: ComposeAsk, missing: Set<string>, now: EpochMs): string[] {
  const { notice, frame } = ask;
  const alarm = ask.alarms.get(notice.alarmIds[0] ?? '');
  if (alarm === undefined) return [frame.reason[notice.reason]];
  const { exposure } = alarm;
  const place = alarm.area ?? alarm.campus;
  const from = alarm.raisedAt ?? alarm.foundAt;
  const cleared = alarm.clearedAt ?? now;
  return [
    saidOf(alarm, ask, missing).text,
    ...(place === null ? [] : [frame.place(cleaned(place))]),
    frame.since(timeText(from)),
    ...(notice.reason === 'cleared'
      ? [frame.clearedAt(timeText(cleared), Math.max(0, Math.round((cleared - from) / minuteMs)))]
      : []),
    ...(stakeOf(exposure, frame) === '' ? [] : [stakeOf(exposure, frame)]),
    ...(exposure.oldestAt === null ? [] : [frame.oldest(timeText(exposure.oldestAt))]),
    ...(alarm.devices.length === 0 ? [] : [devicesLine(alarm, frame)]),
    ...(alarm.symptoms === 0 ? [] : [frame.symptoms(alarm.symptoms)]),
  ];
}

function devicesLine(alarm: Alarm, frame: Frame): string {
  const names = alarm.devices.slice(0, devicesNamedMax).map(cleaned);
  return frame.devices(names, alarm.devices.length - names.length);
}

function digestCount(ask: ComposeAsk): string {
  const cleared = ask.items.filter(({ what }) => what === 'cleared').length;
  return ask.frame.digest(ask.items.length - cleared, cleared);
}

/** The counted total, then what burns before what is over, the more urgent first. */
function digestLines(ask: ComposeAsk, missing: Set<string>): string[] {
  const { frame } = ask;
  const lines = ask.items.flatMap(({ alarmId, what }) => {
    const alarm = ask.alarms.get(alarmId);
    return alarm === undefined ? [] : [{ alarm, what }];
  });
  lines.sort((a, b) => Number(a.what === 'cleared') - Number(b.what === 'cleared') || a.alarm.level - b.alarm.level);
  return [
    digestCount(ask),
    ...lines.map(({ alarm, what }) =>
      frame.line(what, `${frame.level[alarm.level]} ${oneLine(saidOf(alarm, ask, missing).title)}`),
    ),
  ];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23 12:34:56` in Shanghai. */
function timeText(at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}
