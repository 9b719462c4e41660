import { type Result, err, ok } from '@cardwatch/kernel';
import type { SerialPort } from 'serialport';
import type { ByteStream, DriverFailure, SerialTarget } from '../contract.ts';

/** Ports that are on their way to being closed, by path: a port is locked until that is done. */
export type ClosingPorts = Map<string, Promise<void>>;

/** Opens a serial port for exclusive use and throws away what stood in its buffers. Waits for an earlier close of the same path. */
export async function openSerial(target: SerialTarget, closing: ClosingPorts): Promise<Result<ByteStream, DriverFailure>> {
  await closing.get(target.path);
  // 8 MB that an agent without a serial port does not need.
  const library = await import('serialport');
  return new Promise((resolve) => {
    const port = new library.SerialPort({ ...target, autoOpen: false, lock: true });
    // The one error listener for the life of the port: an unplugged adapter reports here and then closes.
    let lastError: string | undefined;
    port.on('error', (error: Error) => {
      lastError = error.message;
    });
    port.open((error) => {
      if (error) return resolve(err({ kind: 'unreachable', detail: error.message }));
      port.flush(() => resolve(ok(portStream(port, target, () => lastError, closing))));
    });
  });
}

/** The binding changes the rate of an open port and nothing else. */
function retune(port: SerialPort, at: SerialTarget, to: SerialTarget): Promise<Result<void, DriverFailure>> {
  const sameFrame = at.dataBits === to.dataBits && at.parity === to.parity && at.stopBits === to.stopBits;
  if (!sameFrame || !port.isOpen) return Promise.resolve(err({ kind: 'unsupported', detail: 'the port has to be opened anew' }));
  return new Promise((resolve) => {
    port.drain(() =>
      port.update({ baudRate: to.baudRate }, (error) =>
        resolve(error ? err({ kind: 'unsupported', detail: error.message }) : ok(undefined)),
      ),
    );
  });
}

function portStream(
  port: SerialPort,
  target: SerialTarget,
  lastError: () => string | undefined,
  closing: ClosingPorts,
): ByteStream {
  let onClose: ((reason: string) => void) | undefined;
  let closed = false;
  const tell = (error?: Error | null): void => onClose?.(error?.message ?? lastError() ?? 'port closed');
  port.once('close', (error?: Error | null) => {
    closed = true;
    tell(error);
  });
  return {
    retune: (to) => retune(port, target, to),
    write: (bytes) =>
      new Promise((resolve) => {
        if (closed || !port.isOpen) return resolve(err({ kind: 'closed' }));
        port.write(bytes, (error) => resolve(error ? err({ kind: 'unreachable', detail: error.message }) : ok(undefined)));
      }),
    onData: (listener) => void port.on('data', listener),
    onClose: (listener) => {
      onClose = listener;
      if (closed) tell();
    },
    close: () => {
      if (!port.isOpen) return;
      const closed = new Promise<void>((resolve) => port.close(() => resolve()));
      closing.set(
        port.path,
        closed.finally(() => closing.delete(port.path)),
      );
    },
  };
}
