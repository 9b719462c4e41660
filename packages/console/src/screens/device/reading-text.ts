import type { ReadingDto } from '@cardwatch/contracts/api';
import { money } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import { duration, type Language } from '../../format/time.ts';
import { sayIn, sayOr } from '../../words/say.ts';

/** A point's word, or its own name when the dictionary has none: profiles may bring points of their own. */
export const pointWord = (point: string, language: Language): string => sayOr(language, `point.${point}`, point);

/** A door is `locked` in another sense than a shower; and vendors write `Closed` for `closed`. */
function valueWord(point: string, value: string, language: Language): string {
  const small = `${value.charAt(0).toLowerCase()}${value.slice(1)}`;
  const keys = [`word.${point}.${small}`, `word.${value}`, `word.${small}`];
  return keys.reduceRight((otherwise, key) => sayOr(language, key, otherwise), value);
}

/** Numbers that name something: written without separators. */
const codes: ReadonlySet<string> = new Set(['boardSerial', 'modelCode', 'unitNumber']);

/** Value and unit as a person reads them: fen become yuan, seconds a duration, words of a profile the language's. */
export function readingText(
  { point, value, unit }: Pick<ReadingDto, 'point' | 'value' | 'unit'>,
  language: Language,
): { readonly value: string; readonly unit: string } {
  if (value === null) return { value: '–', unit: '' };
  if (typeof value === 'boolean') return { value: sayIn(language)(value ? 'value.yes' : 'value.no'), unit: '' };
  if (typeof value === 'string') return { value: valueWord(point, value, language), unit };
  if (unit === 'fen') return { value: money(Math.round(value)), unit: '' };
  if (unit === 's') return { value: duration(value * 1000, language), unit: '' };
  return { value: codes.has(point) ? String(value) : measured(value), unit: unit === 'm3' ? 'm³' : unit };
}
