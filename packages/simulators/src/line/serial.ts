import { type CancelTimer, type Clock, err, ok } from '@cardwatch/kernel';
import { SerialPort } from 'serialport';
import type { PlanLine } from '../plan/plan.ts';
import type { Bus } from './bus.ts';
import type { LineResult } from './line.ts';
import { attendRtu } from './tcp.ts';

/** Node timers cannot watch 3.5 characters; this much silence ends a frame on a native port or a pty. */
const serialGapMs = 20;
const reopenMs = 1_000;

/** Slaves on a real serial port (or one end of a pty pair), 8E1. A port that goes away is opened again every second. */
export async function openSerial(plan: Extract<PlanLine, { kind: 'serial' }>, bus: Bus, clock: Clock): Promise<LineResult> {
  let closed = false;
  let cancelReopen: CancelTimer = () => {};
  let port: SerialPort | undefined;
  const send = (bytes: Uint8Array): void => {
    if (port?.isOpen === true) port.write(Buffer.from(bytes));
  };
  const hear = attendRtu(bus, clock, send, serialGapMs);
  const open = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      const next = new SerialPort({
        path: plan.path,
        baudRate: plan.baudRate,
        dataBits: 8,
        parity: 'even',
        stopBits: 1,
        autoOpen: false,
      });
      port = next;
      next.on('data', hear);
      next.on('error', () => {});
      next.on('close', again);
      next.open((reason) => resolve(reason === null ? undefined : reason.message));
    });
  const again = (): void => {
    if (closed) return;
    cancelReopen = clock.after(reopenMs, () => void open().then((refused) => (refused === undefined ? undefined : again())));
  };
  const refused = await open();
  if (refused !== undefined) return err({ kind: 'cannotOpen', line: plan.name, detail: refused });
  return ok({
    plan,
    bus,
    address: plan.path,
    port: undefined,
    clients: () => (port?.isOpen === true ? 1 : 0),
    babble: send,
    close: () =>
      new Promise((resolve) => {
        closed = true;
        cancelReopen();
        bus.close();
        if (port?.isOpen === true) port.close(() => resolve());
        else resolve();
      }),
  });
}
