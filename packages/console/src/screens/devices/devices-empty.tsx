import { getRouteApi, Link } from '@tanstack/react-router';
import { useWords } from '../../words/words.tsx';

const route = getRouteApi('/app/devices');

/** Why the list is empty, and what to do. */
export function DevicesEmpty() {
  const t = useWords();
  const { sort: _sort, order: _order, hide: _hide, ...filter } = route.useSearch();
  if (Object.keys(filter).length === 0) return t('devices.noneYet');
  return (
    <>
      {t('devices.noneFit')}{' '}
      <Link to="/devices" search={{}}>
        {t('filter.clear')}
      </Link>
    </>
  );
}
