import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { mapKeys } from '../../api/maps-queries.ts';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { type Campus, useNetwork } from '../topology/use-network.ts';
import { MapCanvas } from './map-canvas.tsx';
import { MapSide } from './map-side.tsx';
import { type BuildingMap, isSame, type Placement } from './placements.core.ts';
import './maps.css';

const route = getRouteApi('/app/maps/$planId');

/** One map with its devices, live. */
export function MapPage() {
  const t = useWords();
  const { queries } = useConsole();
  const { planId } = route.useParams();
  const maps = useQuery(queries.maps());
  const campus = useNetwork();
  const map = maps.data?.items.find(({ mapId }) => mapId === planId);
  if (map === undefined)
    return (
      <div className="page">
        <h1>{t('rail.maps')}</h1>
        {maps.error !== null && <FailureNote error={maps.error} retry={() => void maps.refetch()} />}
        <p className="empty">
          {maps.isPending ? t('list.loading') : t('maps.gone')} <Link to="/maps">{t('rail.maps')}</Link>
        </p>
      </div>
    );
  return <OneMap key={map.mapId} map={map} campus={campus} />;
}

function OneMap({ map, campus }: { readonly map: BuildingMap; readonly campus: Campus }) {
  const t = useWords();
  const { mode, deviceId } = route.useSearch();
  const navigate = route.useNavigate();
  const isEditing = useMay('topology:edit') && mode === 'edit';
  // what the draft was made of: a change by somebody else is told when it is saved
  const [draft, setDraft] = useState<{ readonly basedOn: number; readonly placements: readonly Placement[] }>();
  const placements = isEditing ? (draft?.placements ?? map.placements) : map.placements;
  const leave = (): void => {
    setDraft(undefined);
    void navigate({ search: (old) => withSearch(old, { mode: undefined }) });
  };
  const choose = (id: string | undefined): void => void navigate({ search: (old) => withSearch(old, { deviceId: id }) });
  const change = (next: readonly Placement[]): void =>
    setDraft((old) => ({ basedOn: old?.basedOn ?? map.version, placements: next }));
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {map.name} <Answer map={map} campus={campus} />
        </h1>
        <span className="push" />
        <MapActs map={map} draft={draft} isEditing={isEditing} leave={leave} />
      </div>
      {campus.error !== null && <FailureNote error={campus.error} />}
      {isEditing && <p className="meta">{t('maps.howTo')}</p>}
      <div className="map-frame">
        <div className="map-scroll">
          <MapCanvas
            map={map}
            placements={placements}
            byId={campus.byId}
            network={campus.network}
            chosen={deviceId}
            choose={choose}
            {...(isEditing ? { change } : {})}
          />
        </div>
        <MapSide
          map={map}
          placements={placements}
          campus={campus}
          chosen={deviceId}
          choose={choose}
          {...(isEditing ? { change } : {})}
        />
      </div>
    </div>
  );
}

/** Its five-second answer. */
function Answer({ map, campus: { network, isWhole } }: { readonly map: BuildingMap; readonly campus: Campus }) {
  const t = useWords();
  if (!isWhole) return <span className="meta">{map.area.replaceAll('/', ' / ')}</span>;
  const standings = map.placements.map(({ deviceId }) => network.standing.get(deviceId)).filter((one) => one !== undefined);
  const own = standings.filter(({ isTroubled, isExplained }) => isTroubled && !isExplained).length;
  const cut = standings.filter(({ isTroubled, isExplained }) => isTroubled && isExplained).length;
  const n = count(map.placements.length);
  return (
    <span className="meta">
      {map.area.replaceAll('/', ' / ')} ·{' '}
      {own + cut === 0 ? t('maps.answerWell', { n }) : t('maps.answer', { n, own: count(own), cut: count(cut) })}
    </span>
  );
}

interface MapActsProps {
  readonly map: BuildingMap;
  readonly draft: { readonly basedOn: number; readonly placements: readonly Placement[] } | undefined;
  readonly isEditing: boolean;
  readonly leave: () => void;
}

function MapActs({ map, draft, isEditing, leave }: MapActsProps) {
  const t = useWords();
  const mayEdit = useMay('topology:edit');
  const navigate = route.useNavigate();
  const [isSaving, setSaving] = useState(false);
  if (!mayEdit) return null;
  if (!isEditing)
    return (
      <Button size="small" onClick={() => void navigate({ search: (old) => withSearch(old, { mode: 'edit' }) })}>
        {t('maps.edit')}
      </Button>
    );
  const isChanged = draft !== undefined && !isSame(draft.placements, map.placements);
  return (
    <>
      <Button size="small" onClick={leave}>
        {t('maps.discard')}
      </Button>
      <Button size="small" type="primary" disabled={!isChanged} onClick={() => setSaving(true)}>
        {t('maps.save')}
      </Button>
      {isSaving && draft !== undefined && <SaveDialog map={map} draft={draft} close={() => setSaving(false)} done={leave} />}
    </>
  );
}

function SaveDialog({
  map,
  draft,
  close,
  done,
}: Pick<MapActsProps, 'map'> & {
  readonly draft: NonNullable<MapActsProps['draft']>;
  readonly close: () => void;
  readonly done: () => void;
}) {
  const t = useWords();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const save = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('placeOnMap', {
        params: { mapId: map.mapId },
        body: { placements: [...draft.placements], basedOn: draft.basedOn, reason, idempotencyKey },
      }),
    onSuccess: async () => {
      await Promise.all([mapKeys.maps, mapKeys.versions].map((queryKey) => cache.invalidateQueries({ queryKey })));
      close();
      done();
    },
  });
  return (
    <ReasonDialog
      title={t('maps.saveTitle', { name: map.name })}
      text={t('maps.saveText', { n: count(draft.placements.length) })}
      action={t('maps.save')}
      pending={save.isPending}
      error={save.error}
      submit={(reason) => save.mutate(reason)}
      close={close}
    />
  );
}
