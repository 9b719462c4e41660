import { createServer, type Server, type Socket } from 'node:net';
import type { ByteStream } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from './peer.ts';
import { realClock } from './real-clock.ts';

const io = createDriverIo({ clock: realClock, log: silentLogger });
let server: Server | undefined;

function serve(handle: (socket: Socket) => void): Promise<number> {
  return new Promise((resolve) => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      handle(socket);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function open(port: number): Promise<ByteStream> {
  const opened = await io.openTcp({ host: '127.0.0.1', port, connectTimeoutMs: 2_000 });
  if (!opened.ok) throw new Error(opened.error.kind);
  return opened.value;
}

afterEach(() => {
  server?.close();
});

describe('real doors', () => {
  test('TCP: a port where nobody listens is unreachable', async () => {
    const port = await freePort();
    expect(await io.openTcp({ host: '127.0.0.1', port, connectTimeoutMs: 2_000 })).toMatchObject({
      ok: false,
      error: { kind: 'unreachable', detail: 'ECONNREFUSED' },
    });
  });

  test('TCP: bytes go both ways', async () => {
    const stream = await open(await serve((socket) => socket.pipe(socket)));
    const heard = new Promise<Uint8Array>((resolve) => stream.onData(resolve));
    expect(await stream.write(Uint8Array.of(1, 2, 3))).toEqual({ ok: true, value: undefined });
    expect([...(await heard)]).toEqual([1, 2, 3]);
    stream.close();
  });

  test('TCP: the close of the other side is told once, also to a listener that comes late; a write then fails', async () => {
    const stream = await open(await serve((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    stream.onData(() => {});
    await stream.write(Uint8Array.of(1));
    const first = await new Promise<string>((resolve) => stream.onClose(resolve));
    expect(first.length).toBeGreaterThan(0);
    expect(await new Promise<string>((resolve) => stream.onClose(resolve))).toBe(first);
    expect((await stream.write(Uint8Array.of(1))).ok).toBe(false);
  });

  test('serial: a path that is not there is unreachable', async () => {
    const target = { path: '/dev/cardwatch-no-such-port', baudRate: 9_600, dataBits: 8, parity: 'even', stopBits: 1 } as const;
    expect(await io.openSerial(target)).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  });
});
