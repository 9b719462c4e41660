import type { DeviceDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import type { Between } from './ribbon.core.ts';
import { RecordGrid } from '../records/record-grid.tsx';

interface DeviceRecordsProps {
  readonly device: DeviceDto;
  readonly between: Partial<Between>;
  readonly hide: string | undefined;
}

/** The device's records by their own numbers, so that a missing one shows as a break. */
export function DeviceRecords({ device, between, hide }: DeviceRecordsProps) {
  const t = useWords();
  const { queries } = useConsole();
  const gaps = useInfiniteQuery(queries.gaps({ deviceId: device.deviceId }));
  const chain = useMemo(() => gaps.data?.pages.flatMap((page) => page.items) ?? [], [gaps.data]);
  return (
    <RecordGrid filter={{ deviceId: device.deviceId, ...between }} chain={chain} hide={hide} empty={t('records.noneOfDevice')} />
  );
}
