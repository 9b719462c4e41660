import type { OverviewDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/money.ts';
import { Glyph } from '../../marks/mark.tsx';
import { deviceMarks } from '../../marks/states.ts';
import { useLanguage } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';
import { byTrouble } from './findings.core.ts';

type Area = OverviewDto['areas'][number];

/** Where money and people are first; what nobody named stands last. */
const typeOrder = ['canteen', 'dorm', 'bathhouse', 'shop', 'gate', 'library', 'office'] as const;

function rankOf(type: string): number {
  const at = typeOrder.findIndex((known) => known === type);
  return at < 0 ? typeOrder.length : at;
}

/** One cell an area, grouped by what it is, coloured by its worst unexplained state. */
export function AreaStrip({ areas }: { readonly areas: readonly Area[] }) {
  const { say: t, language } = useLanguage();
  if (areas.length === 0) return null;
  const types = [...Map.groupBy(areas, (area) => area.areaType)].sort(([a], [b]) => rankOf(a) - rankOf(b));
  return (
    <section className="areas" aria-label={t('overview.areas')}>
      {types.map(([type, members]) => (
        <div key={type} className="panel area-group" style={{ flexGrow: Math.min(members.length, 6) }}>
          <h2>
            {sayOr(language, `areaType.${type}`, type)}{' '}
            <span className="meta">
              {t('overview.devices', { n: count(members.reduce((sum, area) => sum + area.devices, 0)) })}
            </span>
          </h2>
          <ul>
            {[...members].sort(byTrouble).map((area) => (
              <AreaCell key={`${area.campus}/${area.area}`} area={area} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function AreaCell({ area }: { readonly area: Area }) {
  const { say: t } = useLanguage();
  const { shape, tone } = deviceMarks[area.worst];
  const word = t(`device.state.${area.worst}`);
  const n = area.byState[area.worst];
  return (
    <li className={`area tone-edge-${tone}`}>
      <Link to="/devices" search={{ campus: area.campus, area: area.area }} title={`${area.campus} ${area.area}`}>
        <span className="area-name">{area.area}</span>
        <span className="area-state">
          <Glyph shape={shape} tone={tone} />
          {area.worst === 'online' ? word : t('overview.areaWorst', { state: word, n: count(n) })}
          <span className="number meta">
            {count(area.byState.online)}/{count(area.devices)}
          </span>
        </span>
      </Link>
    </li>
  );
}
