import type { DeviceDto } from '@cardwatch/contracts/api';
import { useWords } from '../../words/words.tsx';
import { EventGrid } from '../events/event-grid.tsx';
import type { Between } from './ribbon.core.ts';

interface DeviceEventsProps {
  readonly device: DeviceDto;
  readonly between: Partial<Between>;
  readonly hide: string | undefined;
}

/** What the device told: passes, its door, its alarms, what was done to it. Newest first. */
export function DeviceEvents({ device: { deviceId }, between, hide }: DeviceEventsProps) {
  const t = useWords();
  return (
    <EventGrid
      label={t('device.events')}
      filter={{ deviceId, ...between }}
      withDevice={false}
      hide={hide}
      empty={t('events.noneOfDevice')}
    />
  );
}
