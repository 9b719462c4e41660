import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { modbusDiscovery } from './discovery.ts';
import { modbusDriver } from './driver.ts';

export const modbusPiece: ProtocolPiece = {
  discovery: modbusDiscovery,
  decoders: {
    'modbus-rtu': async () => (await import('./decode-bytes.ts')).decodeRtu,
    'modbus-tcp': async () => (await import('./decode-bytes.ts')).decodeMbap,
  },
  driver: ({ lines }) => modbusDriver(lines) as AnyDriver,
};
