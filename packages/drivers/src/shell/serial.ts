import { type Result, err, ok } from '@cardwatch/kernel';
import { SerialPort } from 'serialport';
import type { ByteStream, DriverFailure, SerialTarget } from '../contract.ts';

/** Opens a serial port for exclusive use and throws away what stood in its buffers. */
export function openSerial(target: SerialTarget): Promise<Result<ByteStream, DriverFailure>> {
  return new Promise((resolve) => {
    const port = new SerialPort({ ...target, autoOpen: false, lock: true });
    // The one error listener for the life of the port: an unplugged adapter reports here and then closes.
    let lastError: string | undefined;
    port.on('error', (error: Error) => {
      lastError = error.message;
    });
    port.open((error) => {
      if (error) return resolve(err({ kind: 'unreachable', detail: error.message }));
      port.flush(() => resolve(ok(portStream(port, () => lastError))));
    });
  });
}

function portStream(port: SerialPort, lastError: () => string | undefined): ByteStream {
  let onClose: ((reason: string) => void) | undefined;
  let closed = false;
  const tell = (error?: Error | null): void => onClose?.(error?.message ?? lastError() ?? 'port closed');
  port.once('close', (error?: Error | null) => {
    closed = true;
    tell(error);
  });
  return {
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
      if (port.isOpen) port.close(() => {});
    },
  };
}
