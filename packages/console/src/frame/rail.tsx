import type { Scope } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConsole } from '../console.tsx';
import { count } from '../format/money.ts';
import { useWords } from '../words/words.tsx';
import type { WordKey } from '../words/zh.ts';
import { useCampus } from './campus-switch.tsx';
import { icons } from './icons.tsx';
import { useScopes } from './use-session.ts';
import { useUnacknowledged } from './use-unacknowledged.ts';

interface Place {
  readonly to:
    | '/'
    | '/maps'
    | '/wall-links'
    | '/alarms'
    | '/register'
    | '/flow'
    | '/topology'
    | '/devices'
    | '/incidents'
    | '/quality'
    | '/agents'
    | '/records'
    | '/events'
    | '/gaps'
    | '/duty'
    | '/audit'
    | '/calendar'
    | '/rules'
    | '/people'
    | '/about';
  readonly word: Extract<WordKey, `rail.${string}`>;
  readonly icon: ReactNode;
  readonly scope: Scope;
}

/** Only what exists, and only what this person may see. */
const places: readonly Place[] = [
  { to: '/', word: 'rail.overview', icon: icons.overview, scope: 'read' },
  { to: '/alarms', word: 'rail.alarms', icon: icons.alarms, scope: 'watch:read' },
  { to: '/incidents', word: 'rail.incidents', icon: icons.incidents, scope: 'watch:read' },
  { to: '/devices', word: 'rail.devices', icon: icons.devices, scope: 'read' },
  { to: '/agents', word: 'rail.agents', icon: icons.agents, scope: 'read' },
  { to: '/topology', word: 'rail.topology', icon: icons.topology, scope: 'watch:read' },
  { to: '/register', word: 'rail.register', icon: icons.register, scope: 'watch:read' },
  { to: '/maps', word: 'rail.maps', icon: icons.maps, scope: 'watch:read' },
  { to: '/flow', word: 'rail.flow', icon: icons.money, scope: 'read' },
  { to: '/records', word: 'rail.records', icon: icons.records, scope: 'records:read' },
  { to: '/events', word: 'rail.events', icon: icons.events, scope: 'records:read' },
  { to: '/gaps', word: 'rail.gaps', icon: icons.gaps, scope: 'read' },
  { to: '/duty', word: 'rail.duty', icon: icons.duty, scope: 'watch:read' },
  { to: '/quality', word: 'rail.quality', icon: icons.quality, scope: 'watch:read' },
  { to: '/calendar', word: 'rail.calendar', icon: icons.calendar, scope: 'watch:read' },
  { to: '/rules', word: 'rail.rules', icon: icons.rules, scope: 'watch:read' },
  { to: '/audit', word: 'rail.audit', icon: icons.audit, scope: 'audit:read' },
  { to: '/people', word: 'rail.people', icon: icons.people, scope: 'users:admin' },
  { to: '/wall-links', word: 'rail.wall', icon: icons.wall, scope: 'wall:read' },
  { to: '/about', word: 'rail.about', icon: icons.about, scope: 'read' },
];

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
                {place.icon}
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
