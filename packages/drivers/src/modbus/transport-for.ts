import type { DriverIo } from '../contract.ts';
import type { Line } from '../line/line.ts';
import type { ModbusConnection } from './connection.ts';
import { type ModbusTransport, rtuTransport } from './transport.ts';

/** The library of Modbus/TCP brings serial ports with it, 8 MB: it is loaded with the first connection that needs it. */
export async function transportFor(connection: ModbusConnection, line: Line, io: DriverIo): Promise<ModbusTransport> {
  if (connection.kind !== 'modbusTcp') return rtuTransport(connection, line, io);
  const { tcpTransport } = await import('./tcp-transport.ts');
  return tcpTransport(connection, line, io);
}
