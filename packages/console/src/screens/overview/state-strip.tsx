import type { OverviewDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { DeviceMark } from '../../marks/mark.tsx';
import { deviceStates } from '../../marks/states.ts';
import { useWords } from '../../words/words.tsx';

/** Devices by state, worst first; a state that no device is in stays quiet. */
export function StateStrip({ devices }: { readonly devices: OverviewDto['devices'] }) {
  const t = useWords();
  return (
    <section className="panel state-strip" aria-label={t('overview.byState')}>
      <h2>
        {t('overview.byState')} <span className="meta">{t('overview.devices', { n: count(devices.total) })}</span>
      </h2>
      <ul>
        {deviceStates.map((state) => (
          <li key={state} className={devices.byState[state] === 0 ? 'none' : ''}>
            <Link to="/devices" search={{ state }}>
              <DeviceMark state={state} />
              <span className="number">{count(devices.byState[state])}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
