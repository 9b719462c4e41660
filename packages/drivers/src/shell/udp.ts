import { createSocket } from 'node:dgram';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, UdpSocket, UdpTarget } from '../contract.ts';
import { describe } from './tcp.ts';

/** A UDP socket on a free port. */
export function openUdp({ bind, multicastInterface }: UdpTarget): Promise<Result<UdpSocket, DriverFailure>> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('error', (error) => resolve(err({ kind: 'unreachable', detail: describe(error) })));
    socket.bind({ port: 0, ...(bind === undefined ? {} : { address: bind }) }, () => {
      if (multicastInterface !== undefined) socket.setMulticastInterface(multicastInterface);
      let closed = false;
      resolve(
        ok({
          send: (bytes, host, port) =>
            new Promise((sent) =>
              socket.send(bytes, port, host, (error) =>
                sent(error === null ? ok(undefined) : err({ kind: 'unreachable', detail: describe(error) })),
              ),
            ),
          onMessage: (listener) =>
            void socket.on('message', (bytes, from) => listener(bytes, { host: from.address, port: from.port })),
          close: () => {
            if (!closed) socket.close();
            closed = true;
          },
        }),
      );
    });
  });
}
