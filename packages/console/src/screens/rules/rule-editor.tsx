import { Button } from 'antd';
import { useState } from 'react';
import type { RuleRow } from '../../api/rules-queries.ts';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { ParamField } from './param-field.tsx';
import { Replay } from './replay.tsx';
import { changesOf, type Draft, draftOf, saidBy } from './rule.core.ts';
import { SaveDialog } from './save-dialog.tsx';
import { Suggestion } from './suggestion.tsx';
import { TimingFields } from './timing-fields.tsx';

/** Parameters and timing as a form; tried over past days, then saved with a reason. */
export function RuleEditor({ row }: { readonly row: RuleRow }) {
  const t = useWords();
  const may = useMay('rules:edit');
  const [draft, setDraft] = useState<Draft>(() => draftOf(row.current, row.params));
  const [basis, setBasis] = useState<'manual' | 'suggested'>('manual');
  const [saving, setSaving] = useState(false);
  const said = saidBy(draft, row.params);
  const wrong = said.ok ? undefined : said.error.field;
  const changes = said.ok ? changesOf(row.current, said.value, row.params) : [];
  const edit = (change: Partial<Draft>): void => {
    setDraft({ ...draft, ...change });
    setBasis('manual');
  };
  const take = (params: Readonly<Record<string, unknown>>): void => {
    setDraft(draftOf({ ...row.current, params }, row.params));
    setBasis('suggested');
  };
  return (
    <>
      <div className="rule-columns">
        <section className="panel" aria-label={t('rule.params')}>
          <h2>{t('rule.params')}</h2>
          {row.params.length === 0 && <p className="meta">{t('rule.noParams')}</p>}
          <div className="rule-fields">
            {row.params.map((field) => (
              <ParamField
                key={field.path}
                field={field}
                value={draft.values[field.path] ?? ''}
                current={draftOf(row.current, row.params).values[field.path] ?? ''}
                isWrong={wrong === field.path}
                disabled={!may}
                change={(value) => edit({ values: { ...draft.values, [field.path]: value } })}
              />
            ))}
          </div>
          <h2>{t('rule.timing')}</h2>
          <TimingFields draft={draft} wrong={wrong} disabled={!may} change={edit} />
          {may && (
            <div className="rule-acts">
              <Button type="primary" disabled={!said.ok || changes.length === 0} onClick={() => setSaving(true)}>
                {t('rule.save')}
              </Button>
              <Button disabled={said.ok && changes.length === 0} onClick={() => setDraft(draftOf(row.current, row.params))}>
                {t('rule.reset')}
              </Button>
              <span className="meta">
                {!said.ok
                  ? t('rule.wrong')
                  : changes.length === 0
                    ? t('rule.unchanged')
                    : t('rule.changed', { n: changes.length })}
              </span>
            </div>
          )}
          {!may && <p className="meta">{t('rule.mayNot')}</p>}
        </section>
        <Suggestion row={row} take={may ? take : undefined} />
      </div>
      {may && <Replay row={row} said={said.ok ? said.value : undefined} />}
      {saving && said.ok && (
        <SaveDialog row={row} said={said.value} changes={changes} basis={basis} close={() => setSaving(false)} />
      )}
    </>
  );
}
