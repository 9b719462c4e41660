import type { ExposureDto, OverviewDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMay } from '../../frame/use-session.ts';
import { count, money } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { Glyph } from '../../marks/mark.tsx';
import { type DeviceKind, deviceMarks, troubled } from '../../marks/states.ts';
import { useLanguage } from '../../words/words.tsx';
import { sayOr } from '../../words/say.ts';
import { areaName, areaSearch } from './area-name.core.ts';
import { speaks } from './causes.core.ts';
import { clusterGroups, isUnknowable, recentTone, type Standing, standingOf } from './clusters.core.ts';
import { drainMs, type Sample, withSample } from './drain.core.ts';
import { byTrouble } from './findings.core.ts';

type Area = OverviewDto['areas'][number];

interface ClusterPanelsProps {
  readonly areas: readonly Area[];
  readonly exposure: ExposureDto | undefined;
  readonly campus: string | undefined;
  /** Areas whose trouble has its cause elsewhere. */
  readonly explained: ReadonlySet<string>;
}

/** Canteens, dormitories, bathhouses side by side, and what else there is: one cell an area by its worst state, and how the cluster stands. */
export function ClusterPanels({ areas, exposure, campus, explained }: ClusterPanelsProps) {
  const { say: t, language } = useLanguage();
  if (areas.length === 0) return null;
  return (
    <section className="areas" aria-label={t('overview.areas')}>
      {clusterGroups(areas).map(([type, members]) => (
        <div key={type} className="panel area-group" style={{ flexGrow: Math.min(Math.max(members.length, 2), 4) }}>
          <h2>
            {sayOr(language, `areaType.${type}`, type)}{' '}
            <span className="meta">
              {t('overview.devices', { n: count(members.reduce((sum, area) => sum + area.devices, 0)) })}
            </span>
          </h2>
          <ul>
            {[...members].sort(byTrouble).map((area) => (
              <AreaCell
                key={`${area.campus}/${area.building}/${area.area}`}
                area={area}
                name={areaName(area, areas)}
                isExplained={speaks(explained, area)}
              />
            ))}
          </ul>
          {exposure !== undefined && standingOf(exposure, type, campus).devices > 0 && (
            <Figures type={type} standing={standingOf(exposure, type, campus)} at={exposure.asOf} campus={campus} />
          )}
        </div>
      ))}
    </section>
  );
}

interface AreaCellProps {
  readonly area: Area;
  readonly name: string;
  readonly isExplained: boolean;
}

function AreaCell({ area, name, isExplained }: AreaCellProps) {
  const { say: t } = useLanguage();
  const { shape, tone: own } = deviceMarks[area.worst];
  const isBad = troubled.includes(area.worst);
  const tone = isBad && isExplained ? 'unknown' : own;
  const word = t(`device.state.${area.worst}`);
  const n = area.byState[area.worst];
  return (
    <li className={`area tone-edge-${tone}`}>
      <Link to="/devices" search={areaSearch(area)} title={`${area.campus} ${area.building} ${area.area}`}>
        <span className="area-name">{name}</span>
        <span className="area-state">
          <Glyph shape={shape} tone={tone} />
          {area.worst === 'online'
            ? word
            : t(isBad && isExplained ? 'overview.areaExplained' : 'overview.areaWorst', { state: word, n: count(n) })}
          <span className="number meta">
            {count(area.byState.online)}/{count(area.devices)}
          </span>
        </span>
      </Link>
    </li>
  );
}

interface FiguresProps {
  readonly type: string;
  readonly standing: Standing;
  readonly at: number;
  readonly campus: string | undefined;
}

const kindOf: Readonly<Record<string, DeviceKind>> = {
  canteen: 'pos',
  shop: 'pos',
  dorm: 'gate',
  gate: 'gate',
  bathhouse: 'shower',
};

function Figures({ type, standing, at, campus }: FiguresProps) {
  const { say: t, language } = useLanguage();
  const mayRead = useMay('records:read');
  const drain = useDrain(standing.exposure.records, at, `${type} ${campus ?? ''}`);
  const { exposure, open, openOnline, recent } = standing;
  const kind = kindOf[type];
  const search = { ...(kind === undefined ? {} : { kind }), ...(campus === undefined ? {} : { campus }) };
  const minute = Math.floor(at / 60_000) * 60_000;
  const came = t('cluster.records', { n: count(recent.records) });
  const { low, high } = recent.expected ?? {};
  return (
    <dl className="cluster">
      <div>
        <dt>{t('cluster.online')}</dt>
        <dd>
          {open === 0 ? (
            <span className="meta">{t('cluster.closed')}</span>
          ) : (
            <Link to="/devices" search={search} className={openOnline < open ? 'tone-level2' : 'plain'}>
              {share(openOnline, open)}
            </Link>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('cluster.recent')}</dt>
        <dd>
          {mayRead ? (
            <Link to="/records" search={{ from: minute - 300_000, to: minute }} className={recentTone(recent)}>
              {came}
            </Link>
          ) : (
            came
          )}
          {low !== undefined && high !== undefined && (
            <span className="meta"> {t('cluster.normal', { low: count(Math.ceil(low)), high: count(Math.floor(high)) })}</span>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('cluster.inTransit')}</dt>
        <dd>
          <Link to="/agents" className="plain">
            {isUnknowable(exposure) ? t('cluster.unknowable') : t('cluster.records', { n: count(exposure.records) })}
          </Link>
          {exposure.records > 0 && exposure.fen !== null && (
            <span> {t(exposure.estimated ? 'cluster.about' : 'cluster.worth', { money: money(exposure.fen) })}</span>
          )}
          {drain !== undefined && <span className="meta"> {t('cluster.drain', { age: duration(drain, language) })}</span>}
        </dd>
      </div>
    </dl>
  );
}

const share = (part: number, whole: number): string => `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)}%`;

/** `what`: another cluster begins anew. */
function useDrain(records: number, at: number, what: string): number | undefined {
  const [seen, setSeen] = useState<{ readonly what: string; readonly samples: readonly Sample[] }>({ what, samples: [] });
  useEffect(() => {
    setSeen((old) => {
      const samples = withSample(old.what === what ? old.samples : [], { at, records });
      return samples === old.samples ? old : { what, samples };
    });
  }, [records, at, what]);
  return drainMs(seen.samples);
}
