import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, Listening, ListenTarget, PeerStream } from '../contract.ts';
import { describe, socketStream } from './tcp.ts';

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 } as const;

/** Takes connections at a port. Those beyond `connectionsMax` are closed at once. */
export function listenTcp(
  { host, port, connectionsMax, halfOpen }: ListenTarget,
  onStream: (stream: PeerStream) => void,
): Promise<Result<Listening, DriverFailure>> {
  const sockets = new Set<Socket>();
  const server = createServer({ ...socketOptions, allowHalfOpen: halfOpen === true }, (socket) => {
    sockets.add(socket);
    let lastError: string | undefined;
    socket.on('error', (error) => {
      lastError = describe(error);
    });
    socket.once('close', () => sockets.delete(socket));
    onStream({ ...socketStream(socket, () => lastError), peer: socket.remoteAddress ?? '' });
  });
  server.maxConnections = connectionsMax;
  return listening(server, { host, port }, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** Resolves when the port is open, or with why not. */
export function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  endConnections: () => void,
): Promise<Result<Listening, DriverFailure>> {
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      endConnections();
    });
  return new Promise((resolve) => {
    server.on('error', (error) => resolve(err({ kind: 'unreachable', detail: `${host}:${port}: ${describe(error)}` })));
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(ok({ port: typeof address === 'object' && address !== null ? address.port : port, close }));
    });
  });
}
