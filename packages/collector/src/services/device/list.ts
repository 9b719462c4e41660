import type { DeviceDto } from '@cardwatch/contracts/api';
import type { DevicesAsk, PageResult } from '../../store/read/roles.ts';
import type { Caller } from '../caller.ts';
import type { Services } from '../services.ts';

/** Of a caller with areas, their devices alone. */
export const listDevices = ({ read }: Services, { areas }: Caller, ask: DevicesAsk): Promise<PageResult<DeviceDto>> =>
  read.devices(areas === null ? ask : { ...ask, areas });
