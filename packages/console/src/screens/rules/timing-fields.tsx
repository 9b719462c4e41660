import { Input } from 'antd';
import { useWords } from '../../words/words.tsx';
import type { Draft } from './rule.core.ts';

interface TimingFieldsProps {
  readonly draft: Draft;
  readonly wrong: string | undefined;
  readonly disabled: boolean;
  readonly change: (change: Partial<Draft>) => void;
}

/** How long it must hold before it is raised and cleared, and of how many looks. */
export function TimingFields({ draft, wrong, disabled, change }: TimingFieldsProps) {
  const t = useWords();
  const field = (name: 'raiseAfterS' | 'clearAfterS' | 'n' | 'm', id: string) => (
    <Input
      id={id}
      size="small"
      className={name.length === 1 ? 'rule-short number' : 'rule-input number'}
      aria-label={name === 'm' ? t('rule.ofLooks') : undefined}
      {...(wrong === name || (wrong === 'n' && name === 'm') ? { status: 'error' as const } : {})}
      maxLength={8}
      disabled={disabled}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.target.value })}
    />
  );
  return (
    <div className="rule-fields">
      <label htmlFor="timing-raise">{t('rule.raiseAfter')}</label>
      <span className="rule-value">
        {field('raiseAfterS', 'timing-raise')} <span className="meta">{t('rule.unit.s')}</span>
      </span>
      <span className={wrong === 'raiseAfterS' ? 'tone-level1' : 'meta'}>{t('rule.raiseHint')}</span>
      <label htmlFor="timing-clear">{t('rule.clearAfter')}</label>
      <span className="rule-value">
        {field('clearAfterS', 'timing-clear')} <span className="meta">{t('rule.unit.s')}</span>
      </span>
      <span className={wrong === 'clearAfterS' ? 'tone-level1' : 'meta'}>{t('rule.clearHint')}</span>
      <label htmlFor="timing-n">{t('rule.nOfM')}</label>
      <span className="rule-value">
        {field('n', 'timing-n')} <span className="meta">/</span> {field('m', 'timing-m')}
      </span>
      <span className={wrong === 'n' ? 'tone-level1' : 'meta'}>{t('rule.nOfMHint')}</span>
    </div>
  );
}
