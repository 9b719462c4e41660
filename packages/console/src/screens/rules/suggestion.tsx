import type { ResponseOf } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import type { RuleRow } from '../../api/rules-queries.ts';
import { useConsole } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import { day } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';

const route = getRouteApi('/app/rules/$rule');

type Suggested = ResponseOf<'ruleSuggestion'>;

interface SuggestionProps {
  readonly row: RuleRow;
  readonly take: ((params: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** Thresholds as eight weeks of figures would have them; nobody applies them but a person. */
export function Suggestion({ row, take }: SuggestionProps) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const navigate = route.useNavigate();
  const isAsked = route.useSearch().suggest === '1';
  const asked = useQuery({ ...queries.ruleSuggestion(row.rule), enabled: isAsked });
  return (
    <section className="panel" aria-label={t('suggestion.title')}>
      <h2>{t('suggestion.title')}</h2>
      <p className="meta">{t('suggestion.explain')}</p>
      {!isAsked && (
        <Button size="small" onClick={() => void navigate({ search: (old) => withSearch(old, { suggest: '1' as const }) })}>
          {t('suggestion.ask')}
        </Button>
      )}
      {isAsked && asked.isPending && <p className="meta">{t('suggestion.asking')}</p>}
      {asked.error !== null && <FailureNote error={asked.error} retry={() => void asked.refetch()} />}
      {isAsked && asked.data !== undefined && <Figures suggested={asked.data} take={take} />}
    </section>
  );
}

const valueText = (value: number, unit: Suggested['thresholds'][number]['unit']): string =>
  unit === 'fen' ? money(value) : measured(value);

function Figures({ suggested, take }: { readonly suggested: Suggested; readonly take: SuggestionProps['take'] }) {
  const { say: t, language } = useLanguage();
  const nameOf = (param: string): string => sayOr(language, `rule.param.${param}`, param);
  if (!suggested.measured) return <p>{t('suggestion.notMeasured')}</p>;
  return (
    <>
      {suggested.thresholds.length > 0 && (
        <div className="scroll" tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('suggestion.param')}</th>
                <th scope="col" className="end">
                  {t('suggestion.now')}
                </th>
                <th scope="col" className="end">
                  {t('suggestion.suggested')}
                </th>
                <th scope="col" className="end">
                  {t('suggestion.fires')}
                </th>
                <th scope="col" className="end">
                  {t('suggestion.values')}
                </th>
                <th scope="col">
                  <span className="hidden">{t('people.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {suggested.thresholds.map((one) => (
                <tr key={one.param}>
                  <th scope="row">{nameOf(one.param)}</th>
                  <td className="end number">{valueText(one.current, one.unit)}</td>
                  <td className="end number">{valueText(one.suggested, one.unit)}</td>
                  <td className="end number">
                    {count(one.firesNow)} → {count(one.firesSuggested)}
                  </td>
                  <td className="end number" title={`${day(one.from)} – ${day(one.to)}`}>
                    {count(one.values)}
                  </td>
                  <td>
                    {take !== undefined && (
                      <Button size="small" onClick={() => take(one.params)}>
                        {t('suggestion.take')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {suggested.notSuggested.map((one) => (
        <p key={one.param} className="meta">
          {t('suggestion.line', { name: nameOf(one.param) })}
          {t(`suggestion.why.${one.why}`, { n: count(one.values), limit: measured(one.limit) })}
        </p>
      ))}
    </>
  );
}
