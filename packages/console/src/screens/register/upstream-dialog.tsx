import type { RegisteredDeviceDto } from '@cardwatch/contracts/api';
import type { DeviceId } from '@cardwatch/contracts';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useWords } from '../../words/words.tsx';
import { useAllDevices } from '../topology/use-network.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useChange } from './use-change.ts';

const groupsMax = 8;

/** Groups of what a device is reached through: each group is needed, of each one parent is enough. */
export function UpstreamDialog({ registered, close }: { readonly registered: RegisteredDeviceDto; readonly close: () => void }) {
  const t = useWords();
  const { deviceId, node } = registered;
  const { items } = useAllDevices();
  const [groups, setGroups] = useState<readonly (readonly string[])[]>(() => {
    const kept = node?.upstream.map(({ parents }) => parents) ?? [];
    return kept.length === 0 ? [[]] : kept;
  });
  const [port, setPort] = useState(node?.port ?? '');
  const options = items
    .filter((device) => device.deviceId !== deviceId)
    .map((device) => ({ value: device.deviceId, label: `${device.name} ${device.deviceId}` }));
  const change = useChange<'editRegistered'>((client, acting) => {
    const upstream = groups
      .filter((parents) => parents.length > 0)
      .map((parents, n) => ({ name: node?.upstream[n]?.name ?? '', parents: parents.map(asId) }));
    const body = { upstream: upstream.length === 0 ? null : upstream, port: port.trim() === '' ? null : port.trim(), ...acting };
    return client.fetch('editRegistered', { params: { deviceId }, body });
  }, close);
  return (
    <ReasonDialog
      title={t('register.upstreamTitle', { device: deviceId })}
      text={t('register.upstreamText')}
      action={t('register.save')}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    >
      {groups.map((parents, n) => (
        // groups have no name of their own while they are being made
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
        <Form.Item key={n} label={t('register.group', { n: n + 1 })} htmlFor={`group-${n}`}>
          <Select
            id={`group-${n}`}
            mode="multiple"
            maxCount={groupsMax}
            value={[...parents]}
            options={options}
            optionFilterProp="label"
            placeholder={t('register.groupHint')}
            onChange={(chosen: string[]) => setGroups((old) => old.with(n, chosen))}
          />
        </Form.Item>
      ))}
      {groups.length < groupsMax && (
        <Form.Item>
          <Button size="small" onClick={() => setGroups((old) => [...old, []])}>
            {t('register.addGroup')}
          </Button>
        </Form.Item>
      )}
      <Form.Item label={t('suggestion.port')} htmlFor="port">
        <Input id="port" value={port} maxLength={64} onChange={(event) => setPort(event.target.value)} />
      </Form.Item>
    </ReasonDialog>
  );
}

/** Ids come from the list of devices. */
const asId = (id: string): DeviceId => id as DeviceId;
