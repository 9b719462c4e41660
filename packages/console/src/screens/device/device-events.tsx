import type { DeviceDto } from '@cardwatch/contracts/api';
import { useWords } from '../../words/words.tsx';
import { EventGrid } from '../events/event-grid.tsx';

/** What the device told: passes, its door, its alarms, what was done to it. Newest first. */
export function DeviceEvents({ device: { deviceId } }: { readonly device: DeviceDto }) {
  const t = useWords();
  return <EventGrid label={t('device.events')} filter={{ deviceId }} withDevice={false} empty={t('events.noneOfDevice')} />;
}
