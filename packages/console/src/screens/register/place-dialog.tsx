import type { RegisteredDeviceDto } from '@cardwatch/contracts/api';
import { Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useChange } from './use-change.ts';

const fields = ['campus', 'zone', 'building', 'area', 'cluster'] as const;
type Field = (typeof fields)[number];

/** Where a device stands; emptied, its agent's word counts again. */
export function PlaceDialog({ registered, close }: { readonly registered: RegisteredDeviceDto; readonly close: () => void }) {
  const t = useWords();
  const { deviceId, place, declared } = registered;
  const [cleared, setCleared] = useState(false);
  const [values, setValues] = useState<Readonly<Record<Field, string>>>(() => {
    const [campus = '', building = '', area = ''] =
      place === null ? [declared.campus, declared.building ?? '', declared.area ?? ''] : place.area.split('/');
    return { campus, building, area, zone: (place === null ? declared.zone : place.zone) ?? '', cluster: place?.cluster ?? '' };
  });
  const parts = [values.campus, values.building, values.area].map((part) => part.trim());
  const isReady =
    cleared ||
    (parts[0] !== '' && (parts[2] === '' || parts[1] !== '') && !Object.values(values).some((one) => one.includes('/')));
  const change = useChange<'editRegistered'>((client, acting) => {
    const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
    const stand = {
      area: parts.filter((part) => part !== '').join('/'),
      zone: orNull(values.zone),
      cluster: orNull(values.cluster),
    };
    return client.fetch('editRegistered', { params: { deviceId }, body: { place: cleared ? null : stand, ...acting } });
  }, close);
  return (
    <ReasonDialog
      title={t('register.placeTitle', { device: deviceId })}
      action={t('register.save')}
      ready={isReady}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    >
      <div className="field-pairs">
        {fields.map((field) => (
          <Form.Item key={field} label={t(`register.${field}`)} htmlFor={`place-${field}`}>
            <Input
              id={`place-${field}`}
              value={values[field]}
              maxLength={64}
              disabled={cleared}
              onChange={(event) => setValues((old) => ({ ...old, [field]: event.target.value }))}
            />
          </Form.Item>
        ))}
      </div>
      {place !== null && (
        <Form.Item>
          <Checkbox checked={cleared} onChange={(event) => setCleared(event.target.checked)}>
            {t('register.clearPlace')}
          </Checkbox>
        </Form.Item>
      )}
    </ReasonDialog>
  );
}
