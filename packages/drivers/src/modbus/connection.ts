import { z } from 'zod';
import type { LinkShape } from '../contract.ts';

const unit = z.int().min(1).max(247);
const host = z.string().min(1).max(253);
const port = z.int().min(1).max(65_535);
const connectTimeoutMs = z.int().min(100).max(60_000).default(3_000);

/** Times of one request. All in ms. */
const timing = {
  /** What the device and everything between may take beyond the time on the wire. */
  replyTimeoutMs: z.int().min(10).max(30_000).default(800),
  /** From being queued for the line to the reply. Raised where the wire alone needs longer. */
  deadlineMs: z.int().min(100).max(120_000).default(10_000),
  /** Repetitions of a read that was not answered or damaged. Writes are never repeated blindly. */
  retries: z.int().min(0).max(5).default(1),
};

const wire = {
  baudRate: z.union([1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200].map((rate) => z.literal(rate))).default(9_600),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('even'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  /** Quiet time before each send; left out: the larger of 3.5 characters and 5 ms. */
  gapMs: z.number().min(0).max(50).optional(),
};

/** Modbus/TCP: MBAP framing, the device itself or a gateway that converts. */
export const ModbusTcp = z.strictObject({
  kind: z.literal('modbusTcp'),
  host,
  port: port.default(502),
  unit,
  connectTimeoutMs,
  ...timing,
});

/** A serial server in transparent mode: RTU frames with CRC in a TCP stream. The wire settings are those of the far side. */
export const RtuOverTcp = z.strictObject({
  kind: z.literal('rtuOverTcp'),
  host,
  port,
  unit,
  connectTimeoutMs,
  ...wire,
  ...timing,
});

/** A serial port of this machine; name it by a path that stays, e.g. under /dev/serial/by-path. */
export const ModbusSerial = z.strictObject({
  kind: z.literal('serial'),
  path: z.string().min(1).max(255),
  unit,
  ...wire,
  ...timing,
});

/** How to reach a Modbus device. */
export const ModbusConnection = z.discriminatedUnion('kind', [ModbusTcp, RtuOverTcp, ModbusSerial]);
export type ModbusConnection = z.infer<typeof ModbusConnection>;
export type WireConnection = Exclude<ModbusConnection, { kind: 'modbusTcp' }>;

const device = z.strictObject({ unit });

export const modbusLinks: Readonly<Record<ModbusConnection['kind'], LinkShape>> = {
  modbusTcp: { link: ModbusTcp.omit({ unit: true }), device },
  rtuOverTcp: { link: RtuOverTcp.omit({ unit: true }), device },
  serial: { link: ModbusSerial.omit({ unit: true }), device },
};

/** One line per serial port or per TCP port of a server. Protocols that share a wire build the same key. */
export function lineKey(connection: ModbusConnection): string {
  switch (connection.kind) {
    case 'modbusTcp':
      return `modbusTcp:${connection.host}:${connection.port}`;
    case 'rtuOverTcp':
      return `tcp:${connection.host}:${connection.port}`;
    case 'serial':
      return `serial:${connection.path}`;
  }
}
