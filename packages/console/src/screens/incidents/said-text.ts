import { alarmWords } from '@cardwatch/contracts/words';
import { money } from '../../format/money.ts';
import { fullTime, type Language } from '../../format/time.ts';
import { sayOr } from '../../words/say.ts';
import { ruleName } from './rule-name.ts';

/** Values that are an epoch in milliseconds. */
const times: ReadonlySet<string> = new Set(['since', 'lastRecordAt', 'lastSeenAt', 'oldestAt']);
const sums: ReadonlySet<string> = new Set(['fen', 'estimateFen']);

/** A value of an evidence pack as a person reads it; what is not known by its name stands as it was written. */
export function saidText(name: string, value: string, language: Language): string {
  const number = Number(value);
  if (times.has(name) && Number.isSafeInteger(number)) return fullTime(number, language);
  if (sums.has(name) && Number.isSafeInteger(number)) return money(number);
  if (name === 'rule') return ruleName(value, language);
  if (name === 'state') return sayOr(language, `device.state.${value}`, value);
  if (name === 'cause') return sayOr(language, `cause.${value}`, value);
  if (name === 'condition') {
    const words: Readonly<Record<string, string>> = alarmWords[language].conditions;
    return Object.hasOwn(words, value) ? (words[value] ?? value) : value;
  }
  if (value === 'true' || value === 'false') return sayOr(language, value === 'true' ? 'value.yes' : 'value.no', value);
  return value;
}
