import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
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
  readonly accept: (socket: Socket) => void;
}

/** Rejects with the system's error when the address cannot be listened on. */
export function listen({ host, port, tls, limits, accept }: ListenOptions): Promise<Server> {
  const server: Server =
    tls === undefined
      ? createServer(accept)
      : createTlsServer({ ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.tlsHandshakeMs }, accept);
  server.maxConnections = limits.connections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

export const closeListener = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
