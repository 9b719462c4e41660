import { approveChange } from '../../services/device/freeze.ts';
import { listDevices } from '../../services/device/list.ts';
import { listReadings } from '../../services/device/readings.ts';
import { operateDevice } from '../../services/device/operate.ts';
import { listOperations } from '../../services/device/operations.ts';
import { setMaintenance } from '../../services/device/set-maintenance.ts';
import { showDevice } from '../../services/device/show.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const deviceRoutes: Pick<
  Handlers,
  'devices' | 'device' | 'deviceMaintenance' | 'deviceReadings' | 'deviceOperations' | 'operateDevice' | 'approveChange'
> = {
  devices: (services, caller, { query }) => plain(listDevices(services, caller, query)),
  device: (services, caller, { params }) => plain(showDevice(services, caller, params.deviceId)),
  deviceMaintenance: (services, caller, { params, body }) => plain(setMaintenance(services, caller, { ...params, ...body })),
  deviceOperations: (services, caller, { params }) => plain(listOperations(services, caller, params.deviceId)),
  operateDevice: (services, caller, { params, body }) => plain(operateDevice(services, caller, { ...params, ...body })),
  approveChange: (services, caller, { params, body }) => plain(approveChange(services, caller, { ...params, ...body })),
  deviceReadings: (services, caller, { params, query }) => plain(listReadings(services, caller, { ...params, ...query })),
};
