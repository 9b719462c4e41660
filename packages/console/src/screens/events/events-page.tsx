import { getRouteApi, Link } from '@tanstack/react-router';
import { useWords } from '../../words/words.tsx';
import { EventFilters } from './event-filters.tsx';
import { EventGrid } from './event-grid.tsx';

const route = getRouteApi('/app/events');

/** Events of all devices: passes, doors, alarms, what was done to devices, gaps, notices of agents. */
export function EventsPage() {
  const t = useWords();
  const filter = route.useSearch();
  return (
    <div className="page list-page">
      <h1>
        {t('rail.events')} <span className="meta">{t('events.masked')}</span>
      </h1>
      <EventFilters />
      <EventGrid label={t('rail.events')} filter={filter} withDevice empty={<Empty />} />
    </div>
  );
}

/** Why the list is empty, and what to do. */
function Empty() {
  const t = useWords();
  if (Object.keys(route.useSearch()).length === 0) return t('events.noneYet');
  return (
    <>
      {t('events.noneFit')}{' '}
      <Link to="/events" search={{}}>
        {t('filter.clear')}
      </Link>
    </>
  );
}
