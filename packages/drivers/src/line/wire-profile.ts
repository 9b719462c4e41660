/** What a profile says of the wire of its model, where the link's settings are not its own. */
import { type Result, err, ok } from '@cardwatch/kernel';
import { z } from 'zod';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { LineSettings } from './transaction.ts';
import { type WireSettings, wireName } from './wire.core.ts';
import { type WireLink, rtuOverTcpLink, wireLineSettings } from './wire-links.ts';

const { baudRate, dataBits, parity, stopBits } = rtuOverTcpLink.shape;

/** 2400 8E1 is what CJ/T 188 and DL/T 645 meters leave the factory with. */
export const MeterWire = z.strictObject({
  baudRate: baudRate.unwrap().default(2_400),
  dataBits: dataBits.unwrap().default(8),
  parity: parity.unwrap().default('even'),
  stopBits: stopBits.unwrap().default(1),
  /** A serial server that takes over whatever rate comes next by itself. Few do; without it other settings than the link's are refused there. */
  serverFollows: z.boolean().default(false),
});
export type MeterWire = z.infer<typeof MeterWire>;

/** What a device may say of its own wire where it was set to something else than its model's factory settings. */
export const OwnWire = z.strictObject({
  baudRate: baudRate.unwrap().optional(),
  parity: parity.unwrap().optional(),
  stopBits: stopBits.unwrap().optional(),
});
export type OwnWire = z.infer<typeof OwnWire>;

/** The settings under which a device is spoken to. `unsupported` when a serial server stands at others and does not follow. */
export function meterLineSettings(
  link: WireLink,
  wire: MeterWire,
  own: OwnWire | undefined,
  io: DriverIo,
): Result<LineSettings, DriverFailure> {
  const settings: WireSettings = {
    baudRate: own?.baudRate ?? wire.baudRate,
    dataBits: wire.dataBits,
    parity: own?.parity ?? wire.parity,
    stopBits: own?.stopBits ?? wire.stopBits,
  };
  const wanted = wireName(settings);
  if (link.kind === 'rtuOverTcp' && wanted !== wireName(link) && !wire.serverFollows)
    return err({
      kind: 'unsupported',
      detail: `the serial server at ${link.host}:${link.port} stands at ${wireName(link)}, this device needs ${wanted}: set both alike, put the device on a serial port, or say wire.serverFollows in its profile`,
    });
  return ok(wireLineSettings(link, io, settings));
}
