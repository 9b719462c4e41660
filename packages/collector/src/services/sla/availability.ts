/** Availability three ways, of one device or of all of an area, from the states as they changed. */
import type { AvailabilityDto, DeviceDto } from '@cardwatch/contracts/api';
import type { MaintenanceWindow } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { roundTheClock } from '../../core/calendar/business.core.ts';
import { covers, occurrences } from '../../core/calendar/windows.core.ts';
import { type Availability, availabilityOf, clusterAvailability, partsOf } from '../../core/sla/availability.core.ts';
import { readLimits } from '../../store/read/roles.ts';
import { isWithin, placePathOf } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { type PeriodAsk, periodOf } from './period.core.ts';

export const availabilityLimits = {
  rangeMs: 93 * dayMs,
  devices: 5_000,
  /** Devices and states that are listed. */
  listed: 500,
  states: 1_000,
} as const;
/** The calendar of this name says when the contract wants devices to work; without one they are wanted always. */
export const serviceCalendar = 'service';

export interface AvailabilityQuestion extends PeriodAsk {
  readonly deviceId?: string | undefined;
  readonly campus?: string | undefined;
  /** Campus or `campus/building/area`. */
  readonly area?: string | undefined;
}

export async function showAvailability(
  services: Watched,
  caller: Caller,
  ask: AvailabilityQuestion,
): Promise<Result<AvailabilityDto, ServiceFailure>> {
  const asked = periodOf(ask, availabilityLimits.rangeMs);
  if (!asked.ok) return asked;
  const { from } = asked.value;
  const devices = await devicesOf(services, caller, ask);
  if (!devices.ok) return devices;
  // What has not happened yet is neither up nor down.
  const to = Math.max(from, Math.min(asked.value.to, services.clock.now()));
  const { windows, calendars } = await services.watch.settings();
  const service = calendars.find(({ name }) => name === serviceCalendar) ?? roundTheClock;
  const found: Found[] = [];
  let states: AvailabilityDto['states'] = [];
  for (const device of devices.value) {
    const changes = await services.watch.states({ subjectId: device.deviceId, from, to });
    const maintenance = windowsOf(windows, device).flatMap((window) => occurrences(window, epochMs(from), epochMs(to)));
    const input = { changes, from: epochMs(from), to: epochMs(to), maintenance, upstreamDown: [], service };
    found.push({ deviceId: device.deviceId, availability: availabilityOf(input) });
    if (ask.deviceId !== undefined) states = partsOf(input).slice(-availabilityLimits.states);
  }
  const members = found.map(({ availability }) => ({ availability, baseline: null }));
  return ok({
    from,
    to,
    raw: clusterAvailability(members, 'raw'),
    net: clusterAvailability(members, 'net'),
    contract: clusterAvailability(members, 'contract'),
    counted: found.length,
    devices: found
      .toSorted((a, b) => byContract(a) - byContract(b))
      .slice(0, availabilityLimits.listed)
      .map(({ deviceId, availability }) => ({ deviceId, ...availability })),
    states,
  });
}

interface Found {
  readonly deviceId: string;
  readonly availability: Availability;
}

const byContract = ({ availability }: Found): number => availability.contract.value ?? 2;

async function devicesOf(
  { read }: Watched,
  { areas }: Caller,
  { deviceId, campus, area = campus }: AvailabilityQuestion,
): Promise<Result<readonly DeviceDto[], ServiceFailure>> {
  if (deviceId !== undefined) {
    const device = await read.device(deviceId);
    const seen = device !== null && isWithin(areas, { campus: device.place.campus, area: placePathOf(device.place) });
    return seen ? ok([device]) : err({ kind: 'notFound', place: 'deviceId', value: deviceId });
  }
  if (area === undefined) return err({ kind: 'invalid', place: 'query', expected: 'deviceId, area or campus' });
  if (!isWithin(areas, { campus: area.split('/')[0] ?? area, area }))
    return err({ kind: 'notFound', place: 'area', value: area });
  const found: DeviceDto[] = [];
  let cursor: string | undefined;
  do {
    const page = await read.devices({ areas: [area], limit: readLimits.pageRows, cursor });
    if (!page.ok) return page;
    found.push(...page.value.items);
    if (found.length > availabilityLimits.devices) return err({ kind: 'full', limit: availabilityLimits.devices });
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found.length > 0 ? ok(found) : err({ kind: 'notFound', place: 'area', value: area });
}

const windowsOf = (windows: readonly MaintenanceWindow[], device: DeviceDto): readonly MaintenanceWindow[] =>
  windows.filter(({ subjects }) =>
    covers(subjects, [device.deviceId, device.agentId, placePathOf(device.place), ...device.parents]),
  );
