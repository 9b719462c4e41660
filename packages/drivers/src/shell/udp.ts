import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, UdpSocket, UdpTarget } from '../contract.ts';
import { describe } from './tcp.ts';

/** A UDP socket on a free port; of IPv6 when the local address is one. `unreachable` when the address is none of this machine. */
export function openUdp({ bind, multicastInterface }: UdpTarget): Promise<Result<UdpSocket, DriverFailure>> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: bind !== undefined && isIP(bind) === 6 ? 'udp6' : 'udp4' });
    let closed = false;
    const close = (): void => {
      if (!closed) socket.close();
      closed = true;
    };
    // The one error listener for the life of the socket; an error after the binding shows at the next send.
    socket.on('error', (error) => resolve(err({ kind: 'unreachable', detail: describe(error) })));
    socket.bind({ port: 0, ...(bind === undefined ? {} : { address: bind }) }, () => {
      try {
        if (multicastInterface !== undefined) socket.setMulticastInterface(multicastInterface);
      } catch (error) {
        close();
        resolve(err({ kind: 'unreachable', detail: error instanceof Error ? describe(error) : 'no such interface' }));
        return;
      }
      resolve(
        ok({
          send: (bytes, host, port) =>
            new Promise((sent) => {
              if (closed) return sent(err({ kind: 'closed' }));
              socket.send(bytes, port, host, (error) =>
                sent(error === null ? ok(undefined) : err({ kind: 'unreachable', detail: describe(error) })),
              );
            }),
          onMessage: (listener) =>
            void socket.on('message', (bytes, from) => {
              if (!closed) listener(bytes, { host: from.address, port: from.port });
            }),
          close,
        }),
      );
    });
  });
}
