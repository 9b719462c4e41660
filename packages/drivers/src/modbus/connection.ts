import { z } from 'zod';
import type { LinkShape } from '../contract.ts';
import {
  connectTimeoutMs,
  linkHost,
  linkPort,
  requestTiming,
  rtuOverTcpLink,
  serialLink,
  wireLineKey,
} from '../line/wire-links.ts';

const device = z.strictObject({ unit: z.int().min(1).max(247) });

const modbusTcpLink = z.strictObject({
  kind: z.literal('modbusTcp'),
  host: linkHost,
  port: linkPort.default(502),
  connectTimeoutMs,
  ...requestTiming,
});

/** Modbus/TCP: MBAP framing, the device itself or a gateway that converts. */
export const ModbusTcp = modbusTcpLink.extend(device.shape);
/** RTU frames with CRC behind a transparent serial server. */
export const RtuOverTcp = rtuOverTcpLink.extend(device.shape);
/** RTU on a serial port of this machine. */
export const ModbusSerial = serialLink.extend(device.shape);

/** How to reach a Modbus device. */
export const ModbusConnection = z.discriminatedUnion('kind', [ModbusTcp, RtuOverTcp, ModbusSerial]);
export type ModbusConnection = z.infer<typeof ModbusConnection>;
export type WireConnection = Exclude<ModbusConnection, { kind: 'modbusTcp' }>;

export const modbusLinks: Readonly<Record<ModbusConnection['kind'], LinkShape>> = {
  modbusTcp: { link: modbusTcpLink, device },
  rtuOverTcp: { link: rtuOverTcpLink, device },
  serial: { link: serialLink, device },
};

/** One line per serial port or per TCP port of a server. Protocols that share a wire build the same key. */
export const lineKey = (connection: ModbusConnection): string =>
  connection.kind === 'modbusTcp' ? `modbusTcp:${connection.host}:${connection.port}` : wireLineKey(connection);
