import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { modbusLinks } from './connection.ts';
import { modbusDiscovery } from './discovery.ts';
import { modbusDriver } from './driver.ts';
import { ModbusProfile } from './model.ts';

export const modbusPiece: ProtocolPiece = {
  profile: ModbusProfile,
  links: modbusLinks,
  discovery: modbusDiscovery,
  decoders: {
    'modbus-rtu': async () => (await import('./decode-bytes.ts')).decodeRtu,
    'modbus-tcp': async () => (await import('./decode-bytes.ts')).decodeMbap,
  },
  driver: ({ lines }) => modbusDriver(lines) as AnyDriver,
};
