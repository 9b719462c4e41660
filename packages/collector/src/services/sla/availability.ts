/** Availability three ways, of one device or of all of an area, from the states as they changed. */
import type { AvailabilityDto, DeviceDto } from '@cardwatch/contracts/api';
import type { MaintenanceWindow } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { roundTheClock } from '../../core/calendar/business.core.ts';
import { covers, occurrences } from '../../core/calendar/windows.core.ts';
import { type Availability, availabilityOf, clusterAvailability } from '../../core/sla/availability.core.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { slaRange } from './show.ts';

export const availabilityLimits = { rangeMs: 93 * dayMs, devices: 500 } as const;
/** The calendar of this name says when the contract wants devices to work; without one they are wanted always. */
export const serviceCalendar = 'service';

export interface AvailabilityQuestion {
  readonly from: number;
  readonly to: number;
  readonly deviceId?: string | undefined;
  /** Campus or `campus/building/area`. */
  readonly area?: string | undefined;
}

export async function showAvailability(
  services: Watched,
  caller: Caller,
  ask: AvailabilityQuestion,
): Promise<Result<AvailabilityDto, ServiceFailure>> {
  const { from } = ask;
  const flaw = slaRange(ask, availabilityLimits.rangeMs);
  if (flaw !== null) return err(flaw);
  const devices = await devicesOf(services, caller, ask);
  if (!devices.ok) return devices;
  // What has not happened yet is neither up nor down.
  const to = Math.max(from, Math.min(ask.to, services.clock.now()));
  const { windows, calendars } = await services.watch.settings();
  const service = calendars.find(({ name }) => name === serviceCalendar) ?? roundTheClock;
  const found: { readonly deviceId: string; readonly availability: Availability }[] = [];
  for (const device of devices.value) {
    const changes = await services.watch.states({ subjectId: device.deviceId, from, to });
    const maintenance = windowsOf(windows, device).flatMap((window) => occurrences(window, epochMs(from), epochMs(to)));
    const input = { changes, from: epochMs(from), to: epochMs(to), maintenance, upstreamDown: [], service };
    found.push({ deviceId: device.deviceId, availability: availabilityOf(input) });
  }
  const members = found.map(({ availability }) => ({ availability, baseline: null }));
  return ok({
    from,
    to,
    raw: clusterAvailability(members, 'raw'),
    net: clusterAvailability(members, 'net'),
    contract: clusterAvailability(members, 'contract'),
    devices: found.map(({ deviceId, availability }) => ({ deviceId, ...availability })),
  });
}

async function devicesOf(
  { read }: Watched,
  { areas }: Caller,
  { deviceId, area }: AvailabilityQuestion,
): Promise<Result<readonly DeviceDto[], ServiceFailure>> {
  if (deviceId !== undefined) {
    const device = await read.device(deviceId);
    const seen = device !== null && isWithin(areas, { campus: device.place.campus, area: pathOf(device) });
    return seen ? ok([device]) : err({ kind: 'notFound', place: 'deviceId', value: deviceId });
  }
  if (area === undefined) return err({ kind: 'invalid', place: 'query', expected: 'deviceId or area' });
  if (!isWithin(areas, { campus: area.split('/')[0] ?? area, area }))
    return err({ kind: 'notFound', place: 'area', value: area });
  const page = await read.devices({ areas: [area], limit: availabilityLimits.devices });
  if (!page.ok) return page;
  if (page.value.nextCursor !== null) return err({ kind: 'full', limit: availabilityLimits.devices });
  return page.value.items.length > 0 ? ok(page.value.items) : err({ kind: 'notFound', place: 'area', value: area });
}

const pathOf = ({ place }: DeviceDto): string =>
  [place.campus, place.building, place.area].filter((part) => part !== undefined).join('/');

const windowsOf = (windows: readonly MaintenanceWindow[], device: DeviceDto): readonly MaintenanceWindow[] =>
  windows.filter(({ subjects }) => covers(subjects, [device.deviceId, device.agentId, pathOf(device), ...device.parents]));
