import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { DeadLetterGrid } from './dead-letter-grid.tsx';
import { GapGrid } from './gap-grid.tsx';

const route = getRouteApi('/app/gaps');
const gapStates = ['all', 'filled', 'lost'] as const;
const letterStates = ['all', 'resolved'] as const;

/** What is missing and what could not be booked: open ones first, because they are work. */
export function GapsPage() {
  const t = useWords();
  const { queries } = useConsole();
  const overview = useQuery(queries.overview()).data;
  const { tab, state, agentId, hide } = route.useSearch();
  const navigate = route.useNavigate();
  const isGaps = tab === undefined;
  const gapState = state === 'all' ? undefined : state === 'filled' || state === 'lost' ? state : 'open';
  const letterState = state === 'all' ? undefined : state === 'resolved' ? state : 'open';
  const label = (word: string, n: number | undefined): string => (n === undefined ? word : `${word} ${count(n)}`);
  const filters = (
    <>
      <fieldset className="chips">
        <legend className="hidden">{t('filter.state')}</legend>
        {[undefined, ...(isGaps ? gapStates : letterStates)].map((value) => (
          <button
            key={value ?? 'open'}
            type="button"
            className="chip"
            aria-pressed={state === value}
            onClick={() => void navigate({ search: (old) => withSearch(old, { state: value }) })}
          >
            {value === 'all'
              ? t('filter.all')
              : value === 'resolved'
                ? t('deadLetter.state.resolved')
                : t(`gap.state.${value ?? 'open'}`)}
          </button>
        ))}
      </fieldset>
      {agentId !== undefined && (
        <button
          type="button"
          className="chip chosen"
          onClick={() => void navigate({ search: (old) => withSearch(old, { agentId: undefined }) })}
        >
          {t('filter.oneAgent', { agent: agentId })} ×
        </button>
      )}
    </>
  );
  return (
    <div className="page list-page">
      <h1>
        {t('rail.gaps')} <span className="meta">{t('gaps.explain')}</span>
      </h1>
      <Tabs
        size="small"
        activeKey={tab ?? 'gaps'}
        items={[
          { key: 'gaps', label: label(t('gaps.title'), overview?.openGaps) },
          { key: 'deadLetters', label: label(t('deadLetters.title'), overview?.openDeadLetters) },
        ]}
        onChange={(key) => void navigate({ search: key === 'gaps' ? {} : { tab: 'deadLetters' } })}
      />
      {isGaps ? (
        <GapGrid
          filter={{ ...(gapState === undefined ? {} : { state: gapState }), ...(agentId === undefined ? {} : { agentId }) }}
          hide={hide}
          filters={filters}
          empty={t(gapState === 'open' ? 'gaps.noneOpen' : 'gaps.none')}
        />
      ) : (
        <DeadLetterGrid state={letterState} hide={hide} filters={filters} />
      )}
    </div>
  );
}
