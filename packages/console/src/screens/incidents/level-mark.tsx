import type { ResponseLevel } from '@cardwatch/contracts/watch';
import { useWords } from '../../words/words.tsx';

const shapes: Readonly<Record<ResponseLevel, string>> = {
  1: 'M6 .8 11.2 6 6 11.2.8 6z',
  2: 'M6 1.2 11.4 10.8H.6z',
  3: 'M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6z',
};

/** 响应级别 in shape, number and word, then colour. */
export function LevelMark({ level }: { readonly level: ResponseLevel }) {
  const t = useWords();
  return (
    <span className={`mark tone-level${level}`}>
      <svg className="glyph" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={shapes[level]} fill="currentColor" />
      </svg>
      <span className="mark-word">{t(`incident.level.${level}`)}</span>
    </span>
  );
}
