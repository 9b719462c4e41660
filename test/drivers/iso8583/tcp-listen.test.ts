/** The door that devices dial in by. */
import { type Socket, connect } from 'node:net';
import type { Listening, PeerStream } from '@cardwatch/drivers';
import { afterEach, describe, expect, test } from 'vitest';
import { io, until } from './bench.ts';

const open: Listening[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listening of open.splice(0)) await listening.close();
});

async function listen(
  onStream: (stream: PeerStream) => void,
  more: { readonly connectionsMax?: number; readonly halfOpen?: boolean; readonly port?: number } = {},
): Promise<Listening> {
  const opened = await io.listenTcp({ host: '127.0.0.1', port: 0, connectionsMax: 8, ...more }, onStream);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  open.push(opened.value);
  return opened.value;
}

function dial(port: number, halfOpen = false): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: halfOpen });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

const said = (socket: Socket): { readonly text: () => string; readonly ended: () => boolean; readonly closed: () => boolean } => {
  let text = '';
  let ended = false;
  let closed = false;
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('end', () => {
    ended = true;
  });
  socket.on('close', () => {
    closed = true;
  });
  return { text: () => text, ended: () => ended, closed: () => closed };
};

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('listening on TCP', () => {
  test('gives the port that it took, and each connection with the address of its peer', async () => {
    const peers: string[] = [];
    const { port } = await listen((stream) => {
      peers.push(stream.peer);
      stream.onData((heard) => void stream.write(heard));
    });
    expect(port).toBeGreaterThan(0);
    const heard = said(dial(port).setEncoding('latin1'));
    sockets[0]?.write('hello');
    await until('echo', () => heard.text() === 'hello');
    expect(peers).toEqual(['127.0.0.1']);
  });

  test('a taken port is unreachable, and free again after close, which may be called twice', async () => {
    const first = await listen(() => {});
    const second = await io.listenTcp({ host: '127.0.0.1', port: first.port, connectionsMax: 1 }, () => {});
    expect(second).toMatchObject({ ok: false, error: { kind: 'unreachable', detail: `127.0.0.1:${first.port}: EADDRINUSE` } });
    await Promise.all([first.close(), first.close()]);
    await first.close();
    expect((await listen(() => {}, { port: first.port })).port).toBe(first.port);
  });

  test('connections at the limit are served, the one above is closed, and its place is free again', async () => {
    const streams: PeerStream[] = [];
    const { port } = await listen((stream) => void streams.push(stream), { connectionsMax: 2 });
    const [a, b] = [said(dial(port)), said(dial(port))];
    await until('two', () => streams.length === 2);
    const c = said(dial(port).resume());
    await until('the third is closed', () => c.closed());
    expect([a.closed(), b.closed(), streams.length]).toEqual([false, false, 2]);
    sockets[0]?.destroy();
    streams[0]?.onData(() => {});
    await until('gone', () => a.closed());
    await until('a place', () => {
      if (streams.length === 2) dial(port);
      return streams.length === 3;
    });
  });

  test('closing ends what is connected, and tells the streams', async () => {
    const reasons: string[] = [];
    const listening = await listen((stream) => {
      stream.onData(() => {});
      stream.onClose((reason) => reasons.push(reason));
    });
    const heard = said(dial(listening.port).resume());
    await until('connected', () => sockets[0]?.readyState === 'open');
    sockets[0]?.write('x');
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
    await listening.close();
    await until('told', () => heard.closed() && reasons.length === 1);
  });

  test('half open: the peer ends its direction, still hears the answer, and hears the end of it', async () => {
    const order: string[] = [];
    const { port } = await listen(
      (stream) => {
        stream.onData((heard) => order.push(Buffer.from(heard).toString('latin1')));
        stream.onEnd?.(() => {
          order.push('end');
          void stream.write(bytes('late answer')).then(() => stream.end?.());
        });
      },
      { halfOpen: true },
    );
    const socket = dial(port, true);
    const heard = said(socket);
    socket.end('question');
    await until('answered and ended', () => heard.ended() && heard.closed());
    expect({ order, text: heard.text() }).toEqual({ order: ['question', 'end'], text: 'late answer' });
  });

  test('not half open: the end of the peer closes the stream, a listener that comes late is told too', async () => {
    const streams: PeerStream[] = [];
    const { port } = await listen((stream) => {
      stream.onData(() => {});
      streams.push(stream);
    });
    dial(port).end('bye');
    await until('connected', () => streams.length === 1);
    await new Promise<void>((resolve) => setTimeout(resolve, 50));
    let told = 0;
    streams[0]?.onClose(() => {
      told++;
    });
    await until('told', () => told === 1);
    expect((await streams[0]?.write(bytes('x')))?.ok).toBe(false);
  });

  test('a stream that is held back reads nothing, and goes on without a loss', async () => {
    let heardBytes = 0;
    let stream: PeerStream | undefined;
    const { port } = await listen((each) => {
      stream = each;
      each.onData((heard) => {
        heardBytes += heard.length;
      });
      each.pause?.();
    });
    const socket = dial(port);
    const totalBytes = 32 * 1_024 * 1_024;
    for (let at = 0; at < totalBytes; at += 65_536) socket.write(new Uint8Array(65_536));
    await until('connected', () => stream !== undefined);
    await new Promise<void>((resolve) => setTimeout(resolve, 200));
    expect(heardBytes).toBe(0);
    expect(socket.writableLength).toBeGreaterThan(totalBytes / 4);
    stream?.resume?.();
    await until('all heard', () => heardBytes === totalBytes);
  });
});
