import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { BrokerLimits } from './limits.ts';

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly limits: BrokerLimits;
  /** Before a byte is read and before any handshake: false, and the connection ends here. */
  readonly admits: (socket: Socket) => boolean;
  readonly accept: (socket: Socket, ip: string) => void;
  readonly handshakeFailed: (ip: string, detail: string) => void;
  /** Beyond the connections of all addresses together. */
  readonly dropped: (ip: string) => void;
}

export const addressOf = (socket: Socket): string => socket.remoteAddress ?? 'unknown';

/** Rejects with the system's error when the address cannot be listened on. */
export function listen({ host, port, tls, limits, admits, accept, handshakeFailed, dropped }: ListenOptions): Promise<Server> {
  const secure = tls === undefined ? undefined : tlsOver(tls, { limits, accept, handshakeFailed });
  const server = createServer((socket) => {
    if (!admits(socket)) socket.destroy();
    else if (secure === undefined) accept(socket, addressOf(socket));
    else secure.emit('connection', socket);
  });
  server.maxConnections = limits.connections;
  server.on('drop', (data) => dropped(data?.remoteAddress ?? 'unknown'));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Listens itself nowhere: it is handed connections that were let in, so that an address is counted before its handshake costs anything. */
function tlsOver(
  tls: TlsFiles,
  { limits, accept, handshakeFailed }: Pick<ListenOptions, 'limits' | 'accept' | 'handshakeFailed'>,
): TlsServer {
  const options = { ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.tlsHandshakeMs } as const;
  const secure = createTlsServer(options, (socket: TLSSocket) => accept(socket, addressOf(socket)));
  secure.on('tlsClientError', (error, socket) => {
    handshakeFailed(addressOf(socket), error.message.slice(0, 128));
    socket.destroy();
  });
  return secure;
}

export const closeListener = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
