/** The collector's own words of alarms as `compose` wants them, with the gaps that an alarm left open. */
import { frameEn } from './frame-en.core.ts';
import { frameZh } from './frame-zh.core.ts';
import type { AlarmSay, Frame } from './frame.core.ts';
import { alarmWords, reasonWords, type Language } from '@cardwatch/contracts/words';
import type { RuleId } from '@cardwatch/contracts/watch';

/** Words and frame of a language, for `compose` and `dryRun`. */
export const languageOf = (language: Language): { readonly say: AlarmSay; readonly frame: Frame } => ({
  say: (reason) => {
    const { rules } = alarmWords[language];
    const template = Object.hasOwn(rules, reason.code) ? rules[reason.code as RuleId] : { title: '', text: '' };
    const missing = missingGaps(`${template.title} ${template.text}`, reason.values);
    return { ...reasonWords(reason, language), missing };
  },
  frame: language === 'zh' ? frameZh : frameEn,
});

/** Gaps that stand for something where there is something: left out without a word. */
const optionalGaps: ReadonlySet<string> = new Set(['about', 'unit']);

/** Names of the gaps of a template that have no value, each once. */
export function missingGaps(template: string, values: Readonly<Record<string, unknown>>): readonly string[] {
  const gaps = new Set([...template.matchAll(/\{([A-Za-z]+)\}/g)].map((match) => match[1] ?? ''));
  return [...gaps].filter((gap) => !optionalGaps.has(gap) && !Object.hasOwn(values, gap));
}
