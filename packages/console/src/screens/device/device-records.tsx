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
  // a bank terminal's number is made of batch and trace, which other messages use up as well
  const counts = !device.profile.startsWith('iso8583/');
  const filter = { deviceId: device.deviceId, ...between };
  return <RecordGrid filter={filter} chain={chain} counts={counts} hide={hide} empty={t('records.noneOfDevice')} />;
}
