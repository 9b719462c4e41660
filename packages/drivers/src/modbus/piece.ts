import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { modbusLinks } from './connection.ts';
import { modbusDriver } from './driver.ts';
import { ModbusProfile } from './model.ts';

export const modbusPiece: ProtocolPiece = {
  profile: ModbusProfile,
  links: modbusLinks,
  decoders: {},
  driver: ({ lines }) => modbusDriver(lines) as AnyDriver,
};
