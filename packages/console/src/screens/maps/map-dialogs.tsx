import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AutoComplete, Form, Input } from 'antd';
import { useState } from 'react';
import { mapKeys } from '../../api/maps-queries.ts';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { areaPaths } from './area-paths.core.ts';
import type { BuildingMap } from './placements.core.ts';

/** Shown to the file chooser; the collector judges by the bytes. */
const accepted = 'image/png,image/jpeg,image/webp';
const areaForm = /^[^/]{1,64}(\/[^/]{1,64}){0,2}$/;

interface MapDialogProps {
  /** undefined: a new one. */
  readonly map: BuildingMap | undefined;
  readonly close: () => void;
}

/** Name, place and picture of a map; devices on it stay where they are. */
export function MapDialog({ map, close }: MapDialogProps) {
  const t = useWords();
  const { client, queries, newId } = useConsole();
  const cache = useQueryClient();
  const places = useQuery(queries.places()).data?.items ?? [];
  const [ids] = useState(() => ({ mapId: map?.mapId ?? newId(), idempotencyKey: newId() }));
  const [name, setName] = useState(map?.name ?? '');
  const [area, setArea] = useState(map?.area ?? '');
  const [file, setFile] = useState<File>();
  const save = useMutation({
    mutationFn: async (reason: string) => {
      const image = file === undefined ? map?.picture.image : (await client.fetch('uploadMapImage', { file })).image;
      const body = { name: name.trim(), area: area.trim(), image: image ?? '', basedOn: map?.version ?? 0, reason };
      return client.fetch('saveMap', { params: { mapId: ids.mapId }, body: { ...body, idempotencyKey: ids.idempotencyKey } });
    },
    onSuccess: async () => {
      await Promise.all([mapKeys.maps, mapKeys.versions].map((queryKey) => cache.invalidateQueries({ queryKey })));
      close();
    },
  });
  const isReady = name.trim() !== '' && areaForm.test(area.trim()) && (file !== undefined || map !== undefined);
  return (
    <ReasonDialog
      title={map === undefined ? t('maps.add') : t('maps.changeTitle', { name: map.name })}
      action={t('maps.save')}
      ready={isReady}
      pending={save.isPending}
      error={save.error}
      submit={(reason) => save.mutate(reason)}
      close={close}
    >
      <Form.Item label={t('maps.name')} htmlFor="map-name">
        <Input
          id="map-name"
          value={name}
          maxLength={64}
          placeholder={t('maps.nameHint')}
          onChange={(event) => setName(event.target.value)}
        />
      </Form.Item>
      <Form.Item label={t('maps.area')} htmlFor="map-area">
        <AutoComplete
          id="map-area"
          value={area}
          options={areaPaths(places).map((value) => ({ value }))}
          showSearch={{ filterOption: (typed, option) => (option?.value ?? '').includes(typed) }}
          onChange={(value: string) => setArea(value)}
        />
      </Form.Item>
      <Form.Item label={map === undefined ? t('maps.file') : t('maps.otherFile')} htmlFor="map-file" extra={t('maps.limits')}>
        <label className="file-field">
          <span className="file-button">{t('maps.choose')}</span>
          <span className="meta">{file?.name ?? ''}</span>
          <input
            id="map-file"
            className="hidden"
            type="file"
            accept={accepted}
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </label>
      </Form.Item>
    </ReasonDialog>
  );
}

/** Takes a map away with a reason; its versions stay. */
export function RemoveMapDialog({ map, close }: { readonly map: BuildingMap; readonly close: () => void }) {
  const t = useWords();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const remove = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('removeMap', { params: { mapId: map.mapId }, body: { basedOn: map.version, reason, idempotencyKey } }),
    onSuccess: async () => {
      await Promise.all([mapKeys.maps, mapKeys.versions].map((queryKey) => cache.invalidateQueries({ queryKey })));
      close();
    },
  });
  return (
    <ReasonDialog
      title={t('maps.removeTitle', { name: map.name })}
      text={t('maps.removeText')}
      action={t('maps.remove')}
      pending={remove.isPending}
      error={remove.error}
      submit={(reason) => remove.mutate(reason)}
      close={close}
    />
  );
}
