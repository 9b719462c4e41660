import type { DeviceDto } from '@cardwatch/contracts/api';
import type { DevicesAsk, PageResult } from '../../store/read/roles.ts';
import type { Services } from '../services.ts';

export const listDevices = ({ read }: Services, ask: DevicesAsk): Promise<PageResult<DeviceDto>> => read.devices(ask);
