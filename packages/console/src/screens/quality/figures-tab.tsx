import type { FigureDto, SlaDto } from '@cardwatch/contracts/api';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { QualityPlace } from '../../api/quality-queries.ts';
import { useConsole } from '../../console.tsx';
import type { Language } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { ExportButton } from '../../list/export-button.tsx';
import { withSearch } from '../../search.ts';
import { type Say, sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { FigureDrawer } from './figure-drawer.tsx';
import { figuresOf, figureText, ofHowMany } from './figure.core.ts';
import { monthsUpTo } from './month.core.ts';

const route = getRouteApi('/app/quality');
const monthsShown = 6;

interface FiguresProps {
  readonly month: string;
  readonly place: QualityPlace;
}

/** The month's figures, and the same ones of the months before it. Each leads to the incidents that it was counted from. */
export function FiguresTab({ month, place }: FiguresProps) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const { figure: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const months = monthsUpTo(month, monthsShown);
  const now = useQuery(queries.sla(month, place));
  const answers = useQueries({ queries: months.map((one) => queries.sla(one, place)) });
  const show = (definition: string | undefined, of: string = month): void =>
    void navigate({ search: (old) => withSearch(old, { figure: definition, ...(of === month ? {} : { month: of }) }) });
  if (now.data === undefined)
    return now.error === null ? null : <FailureNote error={now.error} retry={() => void now.refetch()} />;
  const figures = figuresOf(now.data);
  const byMonth = months.map((one, n) => ({ month: one, figures: answers[n]?.data }));
  return (
    <>
      <Strip sla={now.data} open={show} />
      {now.data.notices.map(({ calendar, year }) => (
        <p key={calendar + year} className="meta">
          {t('quality.holidays', { calendar, year })}
        </p>
      ))}
      <div className="title-line">
        <h2>
          {t('quality.byMonth')} <span className="meta">{t('quality.byMonthExplain')}</span>
        </h2>
        <span className="push" />
        <ExportButton
          name={`${t('rail.quality')}_${month}`}
          columns={sheetColumns(byMonth, t, language)}
          all={async () => await Promise.resolve(figures)}
        />
      </div>
      <div className="table-scroll panel">
        <table className="plain quality-table">
          <thead>
            <tr>
              <th>{t('quality.figure')}</th>
              {months.map((one) => (
                <th key={one} className={one === month ? 'end number this-month' : 'end number'}>
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figures.map(({ definition }) => (
              <tr key={definition}>
                <th scope="row" title={sayOr(language, `quality.define.${definition}`, definition)}>
                  {sayOr(language, `quality.name.${definition}`, definition)}
                </th>
                {byMonth.map((one) => (
                  <td key={one.month} className={one.month === month ? 'end number this-month' : 'end number'}>
                    <FigureCell figure={figureIn(one.figures, definition)} open={() => show(definition, one.month)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown !== undefined && <FigureDrawer sla={now.data} month={month} definition={shown} close={() => show(undefined)} />}
    </>
  );
}

const figureIn = (sla: SlaDto | undefined, definition: string): FigureDto | undefined =>
  sla === undefined ? undefined : figuresOf(sla).find((figure) => figure.definition === definition);

function FigureCell({ figure, open }: { readonly figure: FigureDto | undefined; readonly open: () => void }) {
  const { language } = useLanguage();
  const text = figure === undefined ? undefined : figureText(figure, language);
  if (figure === undefined || text === undefined) return <span className="meta">–</span>;
  return (
    <button type="button" className="link" onClick={open}>
      {text} <span className="meta">{ofHowMany(figure)}</span>
    </button>
  );
}

/** 首要指标 of the month. */
function Strip({ sla, open }: { readonly sla: SlaDto; readonly open: (definition: string) => void }) {
  const { say: t, language } = useLanguage();
  return (
    <dl className="figures">
      <div className="figure">
        <dt>{t('quality.incidents')}</dt>
        <dd>
          <span className="figure-value number">{sla.incidents}</span>
        </dd>
      </div>
      {sla.quality.map((figure) => (
        <div key={figure.definition} className="figure">
          <dt>{sayOr(language, `quality.name.${figure.definition}`, figure.definition)}</dt>
          <dd>
            {figure.value === null ? (
              <span className="meta">{t('quality.nothing')}</span>
            ) : (
              <button type="button" className="link figure-value number" onClick={() => open(figure.definition)}>
                {figureText(figure, language)}
              </button>
            )}
            <span className="meta number">{ofHowMany(figure)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface OfMonth {
  readonly month: string;
  readonly figures: SlaDto | undefined;
}

/** A line each figure, a column each month; shares as they are, times in minutes. */
function sheetColumns(byMonth: readonly OfMonth[], t: Say, language: Language): readonly Column<FigureDto>[] {
  const name = ({ definition }: FigureDto): string => sayOr(language, `quality.name.${definition}`, definition);
  const cell = (figure: FigureDto) => figure.definition;
  return [
    { key: 'figure', title: t('quality.figure'), track: '1fr', cell, text: name },
    { key: 'definition', title: t('quality.definition'), track: '1fr', cell, text: ({ definition }) => definition },
    ...byMonth.map(
      ({ month, figures }): Column<FigureDto> => ({
        key: month,
        title: month,
        track: '1fr',
        cell,
        text: ({ definition }) => {
          const found = figureIn(figures, definition);
          if (found === undefined || found.value === null) return null;
          return found.unit === 'ms' ? Math.round(found.value / 6_000) / 10 : found.value;
        },
      }),
    ),
  ];
}
