import type { Clock, Logger } from '@cardwatch/kernel';
import type { DriverIo } from '../contract.ts';
import { listenHttp } from './http-listen.ts';
import { http, httpStream } from './http.ts';
import { runProgram } from './program.ts';
import { type ClosingPorts, openSerial } from './serial.ts';
import { openSnmp } from './snmp.ts';
import { listenTcp } from './tcp-listen.ts';
import { openTcp } from './tcp.ts';
import { openUdp } from './udp.ts';

/** The real doors of the drivers: sockets and HTTP by node, serial ports by serialport. */
export function createDriverIo({ clock, log }: { readonly clock: Clock; readonly log: Logger }): DriverIo {
  const closing: ClosingPorts = new Map();
  return {
    clock,
    log,
    openTcp: (target) => openTcp(target, clock),
    openSerial: (target) => openSerial(target, closing),
    listenTcp,
    listenHttp,
    http: (request) => http(request, clock),
    httpStream: (request) => httpStream(request, clock),
    openUdp,
    runProgram,
    openSnmp: (target) => openSnmp(target, log),
  };
}
