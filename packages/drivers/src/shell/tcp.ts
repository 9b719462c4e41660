import { type Socket, connect } from 'node:net';
import { type Clock, type Result, err, ok } from '@cardwatch/kernel';
import type { ByteStream, DriverFailure, TcpTarget } from '../contract.ts';

/** Connects without Nagle's delay. `unreachable` after `connectTimeoutMs` or when the other side refuses. */
export function openTcp(target: TcpTarget, clock: Clock): Promise<Result<ByteStream, DriverFailure>> {
  return new Promise((resolve) => {
    const socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 15_000,
      allowHalfOpen: target.halfOpen === true,
    });
    const give = (result: Result<ByteStream, DriverFailure>): void => {
      cancel();
      resolve(result);
    };
    const fail = (detail: string): void => {
      socket.destroy();
      give(err({ kind: 'unreachable', detail }));
    };
    const cancel = clock.after(target.connectTimeoutMs, () => fail(`no connection within ${target.connectTimeoutMs} ms`));
    // The one error listener for the life of the socket; what follows an error is told by `close`.
    let lastError: string | undefined;
    socket.on('error', (error) => {
      lastError = describe(error);
      fail(lastError);
    });
    socket.once('connect', () => give(ok(socketStream(socket, () => lastError))));
  });
}

/** A connected socket as a byte pipe. Its owner listens for errors. */
export function socketStream(socket: Socket, lastError: () => string | undefined): ByteStream {
  let onClose: ((reason: string) => void) | undefined;
  let closed = false;
  let ended = false;
  let onEnd: (() => void) | undefined;
  socket.once('end', () => {
    ended = true;
    onEnd?.();
  });
  const tell = (): void => onClose?.(lastError() ?? 'closed by the other side');
  socket.once('close', () => {
    closed = true;
    tell();
  });
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        if (closed || !socket.writable) return resolve(err({ kind: 'closed' }));
        socket.write(bytes, (error) => resolve(error ? err({ kind: 'unreachable', detail: describe(error) }) : ok(undefined)));
      }),
    onData: (listener) => void socket.on('data', listener),
    onClose: (listener) => {
      onClose = listener;
      if (closed) tell();
    },
    close: () => void socket.destroy(),
    end: () => void socket.end(),
    onEnd: (listener) => {
      onEnd = listener;
      if (ended) listener();
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}

export const describe = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message;
