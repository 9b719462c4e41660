import type { ReadingDto } from '@cardwatch/contracts/api';
import { measured } from '../../format/size.ts';
import type { Language } from '../../format/time.ts';
import { type Say, sayOr } from '../../words/say.ts';

/** A point's word, or its own name when the dictionary has none: profiles may bring points of their own. */
export const pointWord = (point: string, language: Language): string => sayOr(language, `point.${point}`, point);

export function readingText(reading: ReadingDto, t: Say): string {
  const { value } = reading;
  if (value === null) return '–';
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  return typeof value === 'number' ? measured(value) : value;
}
