/** What alarms say to people: title and text of every rule, and why nobody was told. Codes and values come from the core; words stand in one file a language. */
import type { Alarm, AlarmReason, RuleId, Suppressor } from '../watch/index.ts';
import { shanghaiFromEpoch, epochMs, yuanFromFen } from '@cardwatch/kernel';
import { alarmEn } from './alarm-en.ts';
import { alarmZh } from './alarm-zh.ts';
import type { HandlingRefusalCode } from './refusal.ts';
import type { Why, WhyCode } from './why.ts';

export type Language = 'zh' | 'en';

/**
 * Gaps of a template are `{name}` and its like. `{value}` and `{expected}` carry their unit (`12 %`, `¥3.50`); `{minutes}` is a length of time in
 * words; `{what}`, `{cause}` and other codes are put into words by `terms`. A gap without a value shows –.
 */
export interface Template {
  readonly title: string;
  readonly text: string;
}

export interface AlarmWords {
  readonly rules: Readonly<Record<RuleId, Template>>;
  /** A crowd of alarms that is told as one, which no rule finds: `{total}`, and `{active}` of them that are not over. */
  readonly storm: Template;
  readonly levels: Readonly<Record<Alarm['level'], string>>;
  readonly conditions: Readonly<Record<Alarm['condition'], string>>;
  readonly handlings: Readonly<Record<Alarm['handling'], string>>;
  readonly suppressors: Readonly<Record<Suppressor, string>>;
  readonly refusals: Readonly<Record<HandlingRefusalCode | 'notOpen', string>>;
  readonly whys: Readonly<Record<WhyCode, string>>;
  /** Units as they stand behind a number. Fen are shown in yuan. */
  readonly units: Readonly<Record<string, string>>;
  /** Codes that rules give as values. */
  readonly terms: Readonly<Record<string, string>>;
  /** `{time}` in each. */
  readonly minutes: string;
  readonly hours: string;
  readonly days: string;
  /** Records and money behind an alarm, in its title: `{records}`, `{money}`. */
  readonly exposure: string;
  readonly exposureRecords: string;
  readonly about: string;
  readonly symptoms: string;
  readonly cleared: string;
}

export const alarmWords: Readonly<Record<Language, AlarmWords>> = { zh: alarmZh, en: alarmEn };

/** Longest title and text, in characters. */
export const titleCharsMax = 120;
export const textCharsMax = 1_000;

/** Title and text of a reason; an unknown code of an older or newer release shows its own name. Never throws. */
export function reasonWords({ code, values }: AlarmReason, language: Language): Template {
  const words = alarmWords[language];
  const template = templateOf(code, words);
  return {
    title: cut(fill(template.title, values, words), titleCharsMax),
    text: cut(fill(template.text, values, words), textCharsMax),
  };
}

function templateOf(code: string, { rules, storm }: AlarmWords): Template {
  if (code === 'storm') return storm;
  return Object.hasOwn(rules, code) ? rules[code as RuleId] : { title: `${code} {name}`, text: `${code} {name} {value}` };
}

/** `一级 三号食堂 07 号机离线（约 120 笔 ¥1234.00 未上传）`: level, what, and what lies behind it. */
export function alarmTitle(alarm: Alarm, language: Language): string {
  const words = alarmWords[language];
  const { title } = reasonWords(alarm.reason, language);
  const mark = alarm.condition === 'cleared' ? words.cleared : words.levels[alarm.level];
  return cut(`${mark} ${title}${exposureWords(alarm, words)}`, titleCharsMax);
}

/** The reason's text, with the number of alarms that it explains. */
export function alarmText(alarm: Alarm, language: Language): string {
  const words = alarmWords[language];
  const { text } = reasonWords(alarm.reason, language);
  const more = alarm.symptoms === 0 ? '' : fill(words.symptoms, { count: alarm.symptoms }, words);
  return cut(`${text}${more}`, textCharsMax);
}

/** One line of "why was nobody told?". */
export const whyText = ({ code, by, since, values }: Why, language: Language): string => {
  const words = alarmWords[language];
  const at = since === null ? {} : { since: clock(since) };
  const times = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      (key === 'at' || key === 'until') && typeof value === 'number' ? clock(value) : value,
    ]),
  );
  return cut(fill(words.whys[code], { ...at, ...(by === null ? {} : { by }), ...times }, words), textCharsMax);
};

function exposureWords({ exposure }: Alarm, words: AlarmWords): string {
  if (exposure.records === 0) return '';
  const about = exposure.estimated ? words.about : '';
  const template = exposure.fen === null ? words.exposureRecords : words.exposure;
  return fill(template, { records: exposure.records, money: `¥${yuanFromFen(exposure.fen ?? 0)}`, about }, words);
}

type Values = Readonly<Record<string, string | number>>;

function fill(template: string, values: Values, words: AlarmWords): string {
  return template.replaceAll(/\{([A-Za-z]+)\}/g, (_, gap: string) => gapText(gap, values, words));
}

const dash = '–';
/** Gaps whose text is a code. All others are names, and stand as they are. */
const termGaps: ReadonlySet<string> = new Set([
  'value',
  'what',
  'cause',
  'direction',
  'channel',
  'failure',
  'mutedBy',
  'handling',
  'duty',
]);

/** A code in words; of `maintenance:<id>` the code, its id stays. An unknown one stands as it is. */
function termText(value: string, words: AlarmWords): string {
  const [code = '', id] = value.split(':', 2);
  const known: Readonly<Record<string, string>> = { ...words.handlings, ...words.suppressors, ...words.terms };
  const text = Object.hasOwn(known, code) ? (known[code] ?? code) : code;
  return id === undefined ? text : `${text} ${id}`;
}

function gapText(gap: string, values: Values, words: AlarmWords): string {
  const value = Object.hasOwn(values, gap) ? values[gap] : undefined;
  if (gap === 'about') return String(value ?? '');
  if (gap === 'unit') return unitText(values, words) || dash;
  if (value === undefined || value === '' || (typeof value === 'number' && !Number.isFinite(value))) return dash;
  if (typeof value === 'string') return termGaps.has(gap) ? termText(value, words) : value;
  if (gap === 'minutes') return duration(value, words);
  return gap === 'value' || gap === 'expected' ? quantity(value, values, words) : String(value);
}

function unitText(values: Values, words: AlarmWords): string {
  const unit = Object.hasOwn(values, 'unit') ? String(values['unit']) : '';
  return Object.hasOwn(words.units, unit) ? (words.units[unit] ?? unit) : unit;
}

function quantity(value: number, values: Values, words: AlarmWords): string {
  if (values['unit'] === 'fen') return `¥${yuanFromFen(Math.round(value))}`;
  const unit = unitText(values, words);
  return unit === '' ? String(value) : `${value} ${unit}`;
}

/** Up to two hours in minutes, up to two days in hours. */
function duration(minutes: number, words: AlarmWords): string {
  const [template, time] =
    minutes < 120 ? [words.minutes, minutes] : minutes < 2_880 ? [words.hours, minutes / 60] : [words.days, minutes / 1_440];
  return template.replace('{time}', String(Math.round(time * 10) / 10));
}

/** `11-23 12:04`, Asia/Shanghai. */
function clock(at: number): string {
  const { month, day, hour, minute } = shanghaiFromEpoch(epochMs(at));
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

const cut = (text: string, chars: number): string => {
  const letters = Array.from(text);
  return letters.length <= chars ? text : `${letters.slice(0, chars - 1).join('')}…`;
};
