/** How a Chinese name sounds. Loaded with the first search: the table of characters weighs more than most screens. */
import { pinyin } from 'pinyin-pro';

/** `三号食堂` to `shst` and `sanhaoshitang`; what is not Chinese stays, in lower case. */
export function spelled(name: string): { readonly initials: string; readonly pinyin: string } {
  const syllables = pinyin(name.replaceAll(/\s+/g, ''), { toneType: 'none', type: 'array', v: true });
  return {
    initials: syllables
      .map((syllable) => syllable.slice(0, 1))
      .join('')
      .toLowerCase(),
    pinyin: syllables.join('').toLowerCase(),
  };
}
