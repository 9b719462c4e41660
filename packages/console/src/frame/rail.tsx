import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole } from '../console.tsx';
import { count } from '../format/money.ts';
import { useWords } from '../words/words.tsx';
import { useCampus } from './campus-switch.tsx';
import { icons } from './icons.tsx';
import { places } from './places.ts';
import { useScopes } from './use-session.ts';
import { useUnacknowledged } from './use-unacknowledged.ts';

export function Rail({ narrow, toggle }: { readonly narrow: boolean; readonly toggle: () => void }) {
  const t = useWords();
  const scopes = useScopes();
  const openGaps = useOpenGaps();
  const { campus } = useCampus();
  const newAlarms = useUnacknowledged();
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      <Link to="/" className="brand" aria-label={t('product.name')}>
        <img src="/mark.svg" alt="" width="24" height="24" />
        <span className="rail-word brand-name">{t('product.name')}</span>
      </Link>
      <ul>
        {places
          .filter((place) => scopes.includes(place.scope))
          .map((place) => (
            <li key={place.to}>
              <Link
                to={place.to}
                search={campus === undefined ? {} : { campus }}
                className="rail-link"
                activeOptions={{ exact: place.to === '/', includeSearch: false }}
                title={t(place.word)}
              >
                {icons[place.icon]}
                <span className="rail-word">{t(place.word)}</span>
                {place.to === '/alarms' && newAlarms > 0 && <span className="rail-count">{count(newAlarms)}</span>}
                {place.to === '/gaps' && openGaps > 0 && <span className="rail-count">{count(openGaps)}</span>}
              </Link>
            </li>
          ))}
      </ul>
      <button
        type="button"
        className="rail-fold"
        onClick={toggle}
        aria-expanded={!narrow}
        aria-label={t(narrow ? 'rail.unfold' : 'rail.fold')}
      >
        {icons.fold}
        <span className="rail-word">{t(narrow ? 'rail.unfold' : 'rail.fold')}</span>
      </button>
    </nav>
  );
}

function useOpenGaps(): number {
  const { queries } = useConsole();
  const overview = useQuery(queries.overview());
  return overview.data === undefined ? 0 : overview.data.openGaps + overview.data.openDeadLetters;
}
