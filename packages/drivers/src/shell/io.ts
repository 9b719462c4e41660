import type { Clock, Logger } from '@cardwatch/kernel';
import type { DriverIo } from '../contract.ts';
import { type ClosingPorts, openSerial } from './serial.ts';
import { openTcp } from './tcp.ts';

/** The real doors of the drivers: TCP by node:net, serial ports by serialport. */
export function createDriverIo({ clock, log }: { readonly clock: Clock; readonly log: Logger }): DriverIo {
  const closing: ClosingPorts = new Map();
  return {
    clock,
    log,
    openTcp: (target) => openTcp(target, clock),
    openSerial: (target) => openSerial(target, closing),
  };
}
