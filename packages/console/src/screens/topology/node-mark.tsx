import { Glyph } from '../../marks/mark.tsx';
import { deviceMarks } from '../../marks/states.ts';
import { useWords } from '../../words/words.tsx';
import type { TreeNode } from './tree.core.ts';
import type { Standing } from './ways.core.ts';

/** State of one device; hollow where what it is reached through explains it. */
export function StandingMark({ standing, isShort = false }: { readonly standing: Standing; readonly isShort?: boolean }) {
  const t = useWords();
  const { shape, tone } = deviceMarks[standing.state];
  const word = t(`device.state.${standing.state}`);
  if (standing.isExplained)
    return (
      <span className="mark explained">
        <Glyph shape="hollow" tone={tone} />
        <span className={isShort ? 'hidden' : 'mark-word'}>{t('topology.explainedState', { state: word })}</span>
      </span>
    );
  return (
    <span className={standing.isTroubled ? `mark tone-${tone}` : 'mark'}>
      <Glyph shape={shape} tone={tone} />
      <span className={isShort ? 'hidden' : 'mark-word'}>{word}</span>
    </span>
  );
}

/** Of a place: its worst that nobody explains, else hollow where all is explained, else well. */
export function NodeMark({ node }: { readonly node: TreeNode }) {
  const t = useWords();
  if (node.standing !== null) return <StandingMark standing={node.standing} />;
  if (node.worst !== null) return <StandingMark standing={node.worst} />;
  if (node.tally.explained > 0)
    return (
      <span className="mark explained">
        <Glyph shape="hollow" tone="level1" />
        <span className="mark-word">{t('topology.explained')}</span>
      </span>
    );
  return (
    <span className="mark">
      <Glyph shape="dot" tone="normal" />
      <span className="mark-word">{t('topology.well')}</span>
    </span>
  );
}

const glyphs = { 1: '◆', 2: '▲', 3: '●' } as const;

/** 一级 ◆1: shape, number, word, then colour. */
export function LevelMark({ level }: { readonly level: 1 | 2 | 3 }) {
  const t = useWords();
  return (
    <span className={`tone-level${level}`}>
      {glyphs[level]}
      {level} {t(`topology.level${level}`)}
    </span>
  );
}
