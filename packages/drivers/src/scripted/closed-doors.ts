import { type Result, err } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';

const closed = (): Promise<Result<never, DriverFailure>> =>
  Promise.resolve(err({ kind: 'unsupported', detail: 'this door is closed in this test' }));

/** Doors that a test does not open; spread it and put the ones it needs in their place. */
export const closedDoors: Omit<DriverIo, 'clock' | 'log' | 'trace'> = {
  openTcp: closed,
  openSerial: closed,
  listenTcp: closed,
  listenHttp: closed,
  http: closed,
  httpStream: closed,
  openUdp: closed,
  runProgram: closed,
  openSnmp: closed,
};
