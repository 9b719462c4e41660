import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { LevelMark, StandingMark } from '../topology/node-mark.tsx';
import type { Campus } from '../topology/use-network.ts';
import { carried } from './map-canvas.tsx';
import { type BuildingMap, type Placement, placed, taken, unplaced } from './placements.core.ts';

interface MapSideProps {
  readonly map: BuildingMap;
  readonly placements: readonly Placement[];
  readonly campus: Campus;
  readonly chosen: string | undefined;
  readonly choose: (deviceId: string | undefined) => void;
  readonly change?: (placements: readonly Placement[]) => void;
}

const middle = 500;
/** So many are offered at once; the others follow when these are placed. */
const offeredMax = 100;

/** The device that was chosen, and while editing those that are not on the map yet. */
export function MapSide({ map, placements, campus, chosen, choose, change }: MapSideProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const device = campus.byId.get(chosen ?? '');
  const standing = campus.network.standing.get(chosen ?? '');
  const isOn = placements.some(({ deviceId }) => deviceId === chosen);
  if (device === undefined && change === undefined) return null;
  return (
    <aside className="panel map-side" aria-label={device?.name ?? t('maps.unplaced')}>
      {device !== undefined && (
        <section>
          <h2>{device.name}</h2>
          <p className="neighbourhood-facts">
            {standing !== undefined && <StandingMark standing={standing} />}
            {standing !== undefined && standing.level !== null && <LevelMark level={standing.level} />}
            <span className="meta">{duration(now - device.since, language)}</span>
          </p>
          <p className="neighbourhood-facts">
            <Link to="/devices/$deviceId" params={{ deviceId: device.deviceId }}>
              {t('topology.toDevice')}
            </Link>
            <Link to="/topology" search={{ node: device.deviceId }}>
              {t('rail.topology')}
            </Link>
            {change !== undefined && isOn && (
              <Button
                size="small"
                onClick={() => {
                  change(taken(placements, device.deviceId));
                  choose(undefined);
                }}
              >
                {t('maps.take')}
              </Button>
            )}
          </p>
        </section>
      )}
      {change !== undefined && <Unplaced map={map} placements={placements} campus={campus} choose={choose} change={change} />}
    </aside>
  );
}

type UnplacedProps = Omit<MapSideProps, 'chosen' | 'change'> & { readonly change: (placements: readonly Placement[]) => void };

function Unplaced({ map, placements, campus, choose, change }: UnplacedProps) {
  const { say: t } = useLanguage();
  const { devices, topology, network } = campus;
  const left = useMemo(() => unplaced(devices, topology.places, map.area, placements), [devices, topology, map.area, placements]);
  return (
    <section className="unplaced">
      <h2>
        {t('maps.unplaced')} <span className="meta">{count(left.length)}</span>
      </h2>
      {left.length === 0 && <p className="meta">{t('maps.allPlaced')}</p>}
      <ul>
        {left.slice(0, offeredMax).map(({ deviceId, name }) => {
          const standing = network.standing.get(deviceId);
          return (
            <li key={deviceId}>
              <button
                type="button"
                className="unplaced-device"
                draggable
                title={t('maps.put', { name })}
                onDragStart={(event) => event.dataTransfer.setData(carried, deviceId)}
                onClick={() => {
                  change(placed(placements, deviceId, middle, middle));
                  choose(deviceId);
                }}
              >
                {standing !== undefined && <StandingMark standing={standing} isShort />} {name}
              </button>
            </li>
          );
        })}
      </ul>
      {left.length > offeredMax && <p className="meta">{t('maps.moreUnplaced', { n: count(left.length - offeredMax) })}</p>}
    </section>
  );
}
