import type { DeviceDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { NoRight } from '../../frame/no-right.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { GapGrid } from '../gaps/gap-grid.tsx';
import { choiceIn } from '../../search.ts';
import { DeviceAlarms } from './device-alarms.tsx';
import { DeviceConfiguration } from './device-configuration.tsx';
import { DeviceEvents } from './device-events.tsx';
import { DeviceHeader } from './device-header.tsx';
import { DeviceRecords } from './device-records.tsx';
import { DeviceReadings } from './device-readings.tsx';
import { DeviceTrail } from './device-trail.tsx';
import { DeviceWindows } from './device-windows.tsx';
import { deviceTabs } from './tabs.ts';
import { StateRibbon } from './state-ribbon.tsx';
import './device.css';

const route = getRouteApi('/app/devices/$deviceId');

export function DevicePage() {
  const t = useWords();
  const { queries } = useConsole();
  const { deviceId } = route.useParams();
  const { tab = 'live', from, to, hide } = route.useSearch();
  const between = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
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
    { key: 'alarms', label: t('device.alarms') },
    { key: 'configuration', label: t('device.configuration') },
    { key: 'maintenance', label: t('device.maintenance') },
    { key: 'audit', label: t('device.audit') },
  ];
  const show = (key: string): void => void navigate({ search: { ...between, ...choiceIn({ tab: key }, 'tab', deviceTabs) } });
  return (
    <div className="page list-page">
      <DeviceHeader device={device.data} />
      <StateRibbon device={device.data} />
      <Tabs size="small" activeKey={tab} items={tabs} onChange={show} />
      {tab === 'live' && <DeviceReadings device={device.data} between={between} />}
      {(tab === 'events' || tab === 'records') && !mayReadRecords && <NoRight scope="records:read" />}
      {tab === 'events' && mayReadRecords && <DeviceEvents device={device.data} between={between} hide={hide} />}
      {tab === 'records' && mayReadRecords && <DeviceRecords device={device.data} between={between} hide={hide} />}
      {tab === 'gaps' && <GapGrid filter={{ deviceId }} hide={hide} empty={t('gaps.noneOfDevice')} />}
      {tab === 'alarms' && <DeviceAlarms device={device.data} between={between} hide={hide} />}
      {tab === 'configuration' && <DeviceConfiguration device={device.data} />}
      {tab === 'maintenance' && <DeviceWindows device={device.data} />}
      {tab === 'audit' && <DeviceTrail device={device.data} />}
    </div>
  );
}

/** A gate, a meter or a switch sells nothing; if one did, its records are shown. */
const hasRecords = ({ kind, lastRecordAt }: DeviceDto): boolean =>
  kind === 'pos' || kind === 'shower' || kind === 'other' || lastRecordAt !== null;

/** Whether it numbers what it tells, so that a number can be missing. */
const hasNumbers = (device: DeviceDto): boolean => device.kind === 'gate' || hasRecords(device);
