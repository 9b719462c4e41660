import { useWords } from '../../words/words.tsx';

interface FlowKeyProps {
  readonly unit: 'records' | 'yuan';
  readonly hasNormal: boolean;
  readonly hasBefore: boolean;
}

/** What the shapes of the chart mean, each drawn as it stands there. */
export function FlowKey({ unit, hasNormal, hasBefore }: FlowKeyProps) {
  const t = useWords();
  const marks = [
    ['actual', t(unit === 'yuan' ? 'flow.turnover' : 'flow.onTime')],
    ...(unit === 'yuan' ? [] : [['late', t('flow.late')] as const, ['offline', t('money.offline')] as const]),
    ...(hasNormal ? [['normal', t('money.normal')] as const] : []),
    ...(hasBefore ? [['before', t('money.before')] as const] : []),
    ['fault', t('money.fault')],
  ] as const;
  return (
    <p className="flow-key meta">
      {marks.map(([shape, word]) => (
        <span key={shape}>
          <i className={`key-${shape}`} aria-hidden="true" /> {word}
        </span>
      ))}
      <span className="push" />
      <span>{t('money.pick')}</span>
    </p>
  );
}
