import type { DeviceDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { GapGrid } from '../gaps/gap-grid.tsx';
import { DeviceEvents } from './device-events.tsx';
import { DeviceHeader } from './device-header.tsx';
import { DeviceRecords } from './device-records.tsx';
import { DeviceReadings } from './device-readings.tsx';

const route = getRouteApi('/app/devices/$deviceId');

export function DevicePage() {
  const t = useWords();
  const { queries } = useConsole();
  const { deviceId } = route.useParams();
  const { tab = 'live' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayReadRecords = useMay('records:read');
  const device = useQuery(queries.device(deviceId));
  if (device.data === undefined)
    return (
      <div className="page">
        {device.error !== null && <FailureNote error={device.error} retry={() => void device.refetch()} />}
      </div>
    );
  const tabs = [
    { key: 'live', label: t('device.live') },
    ...(mayReadRecords ? [{ key: 'events', label: t('device.events') }] : []),
    ...(mayReadRecords && hasRecords(device.data) ? [{ key: 'records', label: t('device.records') }] : []),
    ...(hasNumbers(device.data) ? [{ key: 'gaps', label: t('device.gaps') }] : []),
  ];
  const show = (key: string): void =>
    void navigate({ search: key === 'events' || key === 'records' || key === 'gaps' ? { tab: key } : {} });
  return (
    <div className="page list-page">
      <DeviceHeader device={device.data} />
      <Tabs size="small" activeKey={tab} items={tabs} onChange={show} />
      {tab === 'live' && <DeviceReadings device={device.data} />}
      {tab === 'events' && mayReadRecords && <DeviceEvents device={device.data} />}
      {tab === 'records' && mayReadRecords && <DeviceRecords device={device.data} />}
      {tab === 'gaps' && <GapGrid filter={{ deviceId }} empty={t('gaps.noneOfDevice')} />}
    </div>
  );
}

/** A gate, a meter or a switch sells nothing; if one did, its records are shown. */
const hasRecords = ({ kind, lastRecordAt }: DeviceDto): boolean =>
  kind === 'pos' || kind === 'shower' || kind === 'other' || lastRecordAt !== null;

/** Whether it numbers what it tells, so that a number can be missing. */
const hasNumbers = (device: DeviceDto): boolean => device.kind === 'gate' || hasRecords(device);
