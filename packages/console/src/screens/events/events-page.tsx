import { getRouteApi, Link } from '@tanstack/react-router';
import { useWords } from '../../words/words.tsx';
import { EventFilters } from './event-filters.tsx';
import { EventGrid } from './event-grid.tsx';

const route = getRouteApi('/app/events');

/** Events of all devices: passes, doors, alarms, what was done to devices, gaps, notices of agents. */
export function EventsPage() {
  const t = useWords();
  const { hide, ...filter } = route.useSearch();
  return (
    <div className="page list-page">
      <h1>
        {t('rail.events')} <span className="meta">{t('events.masked')}</span>
      </h1>
      <EventGrid label={t('rail.events')} filter={filter} withDevice hide={hide} filters={<EventFilters />} empty={<Empty />} />
    </div>
  );
}

/** Why the list is empty, and what to do. */
function Empty() {
  const t = useWords();
  const { hide: _hide, ...filter } = route.useSearch();
  if (Object.keys(filter).length === 0) return t('events.noneYet');
  return (
    <>
      {t('events.noneFit')}{' '}
      <Link to="/events" search={{}}>
        {t('filter.clear')}
      </Link>
    </>
  );
}
