import type { AlarmDto } from '@cardwatch/contracts/api';
import { alarmWords } from '@cardwatch/contracts/words';
import { useLanguage } from '../words/words.tsx';

type Level = AlarmDto['level'];
const shapes: Readonly<Record<Level, { readonly full: string; readonly hollow: string }>> = {
  1: { full: '◆', hollow: '◇' },
  2: { full: '▲', hollow: '△' },
  3: { full: '●', hollow: '○' },
};

/** 一级 ◆1, 二级 ▲2, 三级 ●3: shape, number, word, then colour. Hollow: suppressed. */
export function LevelMark({ level, hollow = false }: { readonly level: Level; readonly hollow?: boolean }) {
  const { language } = useLanguage();
  return (
    <span className={`level-mark tone-level${level}`}>
      <span aria-hidden="true" className="level-shape">
        {hollow ? shapes[level].hollow : shapes[level].full}
        {level}
      </span>{' '}
      <span className="level-word">{alarmWords[language].levels[level]}</span>
    </span>
  );
}
