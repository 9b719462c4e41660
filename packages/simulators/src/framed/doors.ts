import { createServer, type Socket } from 'node:net';
import { type CancelTimer, type Clock } from '@cardwatch/kernel';
import { SerialPort } from 'serialport';
import type { FramedBus } from './bus.ts';

export const doorLimits = { clients: 8, unsentBytes: 64 * 1_024 } as const;

const host = '127.0.0.1';
const reopenMs = 500;

export interface Door {
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly path: string };
  close(): Promise<void>;
}

/** A transparent converter: bytes of any host that connects go to the line, bytes of the line to that host. Throws when the port is taken. */
export async function openTcpDoor(port: number, bus: FramedBus): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= doorLimits.clients) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    const hear = bus.attend({ send: (bytes) => write(socket, bytes), reset: () => socket.resetAndDestroy() });
    socket.on('data', hear);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  return {
    endpoint: { host, port: typeof address === 'object' && address !== null ? address.port : 0 },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function write(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return;
  if (socket.writableLength > doorLimits.unsentBytes) socket.destroy();
  else socket.write(bytes);
}

/** A serial port, or one end of a pty pair. One that goes away is opened again. Throws when it cannot be opened at first. */
export async function openSerialDoor(path: string, bus: FramedBus, clock: Clock): Promise<Door> {
  let closed = false;
  let port: SerialPort | undefined;
  let cancelReopen: CancelTimer = () => {};
  const send = (bytes: Uint8Array): void => {
    if (port?.isOpen === true) port.write(Buffer.from(bytes));
  };
  const hear = bus.attend({ send, reset: () => {} });
  const open = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      const next = new SerialPort({ path, baudRate: 9_600, autoOpen: false });
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
  if (refused !== undefined) throw new Error(`${path}: ${refused}`);
  return {
    endpoint: { path },
    close: () =>
      new Promise((resolve) => {
        closed = true;
        cancelReopen();
        if (port?.isOpen === true) port.close(() => resolve());
        else resolve();
      }),
  };
}
