/** The page behind the link of a message: what burns, and one button. Plain HTML without script; no names of people, no cards. */
import type { Alarm } from '@cardwatch/contracts/watch';
import { epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import type { Language, Words } from './words.core.ts';

/** UTF-8 bytes that a page stays under. */
export const pageBytesMax = 20_000;

export type PageAlarm = Pick<Alarm, 'reason' | 'level' | 'subject' | 'condition' | 'raisedAt' | 'foundAt' | 'handling'>;

interface PageWords {
  readonly product: string;
  readonly level: string;
  readonly since: string;
  readonly condition: string;
  readonly handling: string;
  readonly button: string;
  readonly hint: string;
  readonly done: string;
  readonly doneHint: string;
  readonly failed: string;
}

const words: Readonly<Record<Language, PageWords>> = {
  zh: {
    product: '一卡通值守',
    level: '级别',
    since: '开始时间',
    condition: '状态',
    handling: '处置',
    button: '确认此预警',
    hint: '确认后暂停催办，到期未处理完会再次提醒。链接只能使用一次。',
    done: '已确认',
    doneHint: '已暂停催办。处置过程请在值守台中记录。',
    failed: '未能确认',
  },
  en: {
    product: 'Cardwatch',
    level: 'Level',
    since: 'Since',
    condition: 'Condition',
    handling: 'Handling',
    button: 'Acknowledge this alarm',
    hint: 'Reminders pause until the acknowledgement runs out. The link works once.',
    done: 'Acknowledged',
    doneHint: 'Reminders pause for now. Record what is done in the console.',
    failed: 'Not acknowledged',
  },
};

/** `asking`: the button is to be pressed. `done`: it was. `failed`: why it cannot be. */
export type PageState =
  | { readonly kind: 'asking'; readonly alarm: PageAlarm }
  | { readonly kind: 'done'; readonly alarm: PageAlarm }
  | { readonly kind: 'failed'; readonly why: Words };

export function acknowledgePage(state: PageState, language: Language): string {
  const say = words[language];
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>${escape(say.product)}</title><style>${style}</style>
<main><p class="product">${escape(say.product)}</p>${bodyOf(state, language)}</main></html>`;
}

function bodyOf(state: PageState, language: Language): string {
  const say = words[language];
  if (state.kind === 'failed') return `<h1>${escape(say.failed)}</h1><p>${escape(state.why[language])}</p>`;
  const shown = alarmOf(state.alarm, language);
  if (state.kind === 'done') return `<p class="done" role="status">${escape(say.done)}</p>${shown}<p>${escape(say.doneHint)}</p>`;
  return `${shown}<form method="post"><button type="submit">${escape(say.button)}</button></form><p>${escape(say.hint)}</p>`;
}

function alarmOf(alarm: PageAlarm, language: Language): string {
  const say = words[language];
  const { levels, conditions, handlings } = alarmWords[language];
  const rows = [
    [say.level, levels[alarm.level]],
    [say.since, timeText(alarm.raisedAt ?? alarm.foundAt)],
    [say.condition, conditions[alarm.condition]],
    [say.handling, handlings[alarm.handling]],
  ];
  const list = rows.map(([name = '', value = '']) => `<dt>${escape(name)}<dd>${escape(value)}`).join('');
  return `<h1 class="level-${alarm.level}">${escape(titleOf(alarm, language))}</h1><dl>${list}</dl>`;
}

/** Of a card only what happened is said, not which card. */
function titleOf({ reason, subject }: PageAlarm, language: Language): string {
  const values = subject.kind === 'card' ? {} : reason.values;
  return reasonWords({ code: reason.code, values }, language).title;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23 12:34` in Shanghai. */
function timeText(at: number): string {
  const { year, month, day, hour, minute } = shanghaiFromEpoch(epochMs(at));
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark; }
body { font: 16px/24px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0; }
main { max-width: 480px; margin: 0 auto; padding: 24px 16px; } h1 { font-size: 20px; line-height: 28px; overflow-wrap: anywhere; }
h1[class] { border-left: 4px solid; padding-left: 12px; } .level-1 { border-color: #c62828; } .level-2 { border-color: #ef6c00; } .level-3 { border-color: #f9a825; }
.product { opacity: .7; margin: 0 0 16px; } .done { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; } dt { opacity: .7; } dd { margin: 0; }
button { font: inherit; font-weight: 600; width: 100%; min-height: 48px; border: 0; border-radius: 4px; background: #1f5fbf; color: #fff; cursor: pointer; }`;
