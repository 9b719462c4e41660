import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';

interface DeviceChoiceProps {
  readonly deviceId: string | undefined;
  readonly choose: (deviceId: string | undefined) => void;
}

/** One device, found by its name or id; the collector is asked once somebody looks. */
export function DeviceChoice({ deviceId, choose }: DeviceChoiceProps) {
  const t = useWords();
  const { queries } = useConsole();
  const [isOpen, setOpen] = useState(false);
  const [q, setQ] = useState('');
  const found = useInfiniteQuery({ ...queries.devices(q === '' ? {} : { q }), enabled: isOpen, placeholderData: (old) => old });
  const chosen = useQuery({ ...queries.device(deviceId ?? ''), enabled: deviceId !== undefined }).data;
  const devices = found.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = devices.map((device) => ({ value: device.deviceId, label: device.name }));
  const isShown = deviceId === undefined || shown.some(({ value }) => value === deviceId);
  return (
    <Select
      className="choice device-choice"
      size="small"
      allowClear
      showSearch={{ filterOption: false, onSearch: setQ }}
      aria-label={t('column.device')}
      placeholder={t('column.device')}
      value={deviceId ?? null}
      popupMatchSelectWidth={false}
      notFoundContent={t(found.isFetching ? 'list.loading' : 'devices.noneFit')}
      options={isShown ? shown : [{ value: deviceId, label: chosen?.name ?? deviceId }, ...shown]}
      onOpenChange={setOpen}
      onChange={(value: string | null | undefined) => choose(value ?? undefined)}
    />
  );
}
