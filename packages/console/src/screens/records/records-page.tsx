import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { RecordFilter } from '../../api/keys.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { RecordFilters } from './record-filters.tsx';
import { RecordGrid } from './record-grid.tsx';

const route = getRouteApi('/app/records');

export function RecordsPage() {
  const t = useWords();
  const navigate = route.useNavigate();
  const { tail, hide, ...search } = route.useSearch();
  // a full card number stays in the page's memory: the address and the history are no place for it
  const [cardNo, setCardNo] = useState<string>();
  const filter: RecordFilter = {
    ...search,
    ...(tail === undefined ? {} : { cardTail: tail }),
    ...(cardNo === undefined ? {} : { card: cardNo }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <div className="page list-page">
      <h1>
        {t('rail.records')} <span className="meta">{t('records.masked')}</span>
      </h1>
      <RecordGrid
        filter={filter}
        hide={hide}
        filters={<RecordFilters cardNo={cardNo} setCardNo={setCardNo} />}
        empty={t(isFiltered ? 'records.noneFit' : 'records.noneYet')}
        byCard={(cardRef) => {
          setCardNo(undefined);
          void navigate({ search: (old) => withSearch(old, { cardRef, tail: undefined }) });
        }}
      />
    </div>
  );
}
