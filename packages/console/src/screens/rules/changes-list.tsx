import type { RuleParamDto } from '@cardwatch/contracts/api';
import type { Say } from '../../words/say.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { levelWord } from './param-field.tsx';
import type { Change } from './rule.core.ts';

/** Field by field: what it was, what it becomes. */
export function ChangesList({
  changes,
  fields,
}: {
  readonly changes: readonly Change[];
  readonly fields: readonly RuleParamDto[];
}) {
  const { say: t, language } = useLanguage();
  if (changes.length === 0) return <p className="meta">{t('rule.sameAsBefore')}</p>;
  return (
    <ul className="rule-changes">
      {changes.map(({ field, before, after }) => {
        const param = fields.find(({ path }) => path === field);
        const word =
          param === undefined ? sayOr(language, `rule.field.${field}`, field) : sayOr(language, `rule.param.${field}`, field);
        return (
          <li key={field}>
            {word} <span className="number was">{textOf(before, param, t)}</span> →{' '}
            <span className="number">{textOf(after, param, t)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function textOf(value: Change['before'], param: RuleParamDto | undefined, t: Say): string {
  if (typeof value === 'boolean')
    return t(param === undefined ? (value ? 'rule.on' : 'rule.off') : value ? 'value.yes' : 'value.no');
  if (typeof value !== 'string') return value.length === 0 ? '–' : value.join(' ');
  if (param === undefined) return value;
  if (param.unit === 'level') return levelWord(Number(value), t);
  if (param.unit === 'fen') return `¥${value}`;
  return param.unit === null || param.unit === 'z' ? value : `${value} ${t(`rule.unit.${param.unit}`)}`;
}
