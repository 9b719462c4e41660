/** A TCP proxy with faults: cut all connections, hold bytes back (half-open), refuse new ones. Loopback only. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** Resets every connection. */
  cut(): void;
  /** While held, nothing passes and nothing is closed: both ends think the other is there. */
  hold(held: boolean): void;
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let held = false;
  const server: Server = createServer((inner) => {
    const outer = connect({ port: targetPort, host: '127.0.0.1' });
    const pair = [inner, outer] as const;
    pairs.add(pair);
    const drop = (): void => {
      pairs.delete(pair);
      inner.destroy();
      outer.destroy();
    };
    for (const socket of pair) socket.on('error', drop).on('close', drop);
    inner.pipe(outer);
    outer.pipe(inner);
    if (held) freeze(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => {
      for (const [inner, outer] of pairs) {
        inner.resetAndDestroy();
        outer.resetAndDestroy();
      }
    },
    hold: (wanted) => {
      held = wanted;
      for (const pair of pairs) (wanted ? freeze : thaw)(pair);
    },
    connections: () => pairs.size,
    close: async () => {
      for (const [inner, outer] of pairs) {
        inner.destroy();
        outer.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function freeze([inner, outer]: readonly [Socket, Socket]): void {
  inner.unpipe(outer);
  outer.unpipe(inner);
  inner.pause();
  outer.pause();
}

function thaw([inner, outer]: readonly [Socket, Socket]): void {
  inner.pipe(outer);
  outer.pipe(inner);
}
