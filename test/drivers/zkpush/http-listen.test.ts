/** The door at which devices dial in by HTTP: whoever stalls, cuts, floods or speaks nonsense is let go, and others do not notice. */
import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpAnswer, HttpArrival, Listening, ListenTarget } from '@cardwatch/drivers';
import { listenHttp } from '../../../packages/drivers/src/shell/http-listen.ts';

const quick = { headMs: 300, requestMs: 600, keepAliveMs: 30_000, checkMs: 50 };
let listening: Listening | undefined;
const arrived: HttpArrival[] = [];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await listening?.close();
  await listening?.close();
  listening = undefined;
  arrived.length = 0;
});

type Handle = (request: HttpArrival) => Promise<HttpAnswer>;
const echo: Handle = (request) => Promise.resolve({ status: 200, body: `${request.method} ${request.body.length}` });

async function open(handle: Handle = echo, target: Partial<ListenTarget> = {}): Promise<number> {
  const keep: Handle = (request) => {
    arrived.push(request);
    return handle(request);
  };
  const opened = await listenHttp({ host: '127.0.0.1', port: 0, connectionsMax: 8, ...target }, keep, quick);
  if (!opened.ok) throw new Error('no port');
  listening = opened.value;
  return opened.value.port;
}

interface Client {
  readonly socket: Socket;
  received(): string;
  /** What was received until the far side closed, or `still open`. */
  ended(withinMs: number): Promise<string>;
}

function client(port: number): Client {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  let closed = false;
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  const ended = async (withinMs: number): Promise<string> => {
    for (let waited = 0; waited < withinMs && !closed; waited += 10) await pause(10);
    return closed ? text : 'still open';
  };
  return { socket, received: () => text, ended };
}

const statusOf = (text: string): string => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? text;

async function until(what: () => boolean): Promise<void> {
  for (let waited = 0; waited < 3_000 && !what(); waited += 10) await pause(10);
}

test('several requests on one connection, in order', async () => {
  const port = await open();
  const { socket, received } = client(port);
  socket.write('POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /b?c=1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => received().includes('GET 0'));
  expect(arrived.map(({ method, url, peer }) => [method, url, peer])).toEqual([
    ['POST', '/a', '127.0.0.1'],
    ['GET', '/b?c=1', '127.0.0.1'],
  ]);
  expect(received().match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

describe('whoever does not come to the end', () => {
  test.each([
    ['no head at all', 'POST /a HT', '408'],
    ['a head that never ends', 'POST /a HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n', '408'],
    ['a body that never ends', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc', '408'],
  ])('%s', async (_name, sent, status) => {
    const port = await open();
    const slow = client(port);
    slow.socket.write(sent);
    expect(statusOf(await slow.ended(2_500))).toBe(status);
    expect(arrived).toHaveLength(0);
  });

  test('one byte at a time is no way around it', async () => {
    const port = await open();
    const slow = client(port);
    slow.socket.write('POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n');
    const drip = setInterval(() => slow.socket.writable && slow.socket.write('x'), 40);
    const ended = await slow.ended(2_500);
    clearInterval(drip);
    expect(statusOf(ended)).toBe('408');
    expect(arrived).toHaveLength(0);
  });

  test('a cut body never reaches the handler, and the next connection is served', async () => {
    const port = await open();
    const cut = client(port);
    cut.socket.write('POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc');
    await pause(50);
    cut.socket.destroy();
    const next = client(port);
    next.socket.write('GET /b HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => next.received().includes('200'));
    expect(arrived.map(({ url }) => url)).toEqual(['/b']);
  });
});

describe('too much', () => {
  test.each([
    [1_000, '200'],
    [1_001, '413'],
  ])('a body of %i bytes at a limit of 1000', async (length, status) => {
    const port = await open(echo, { bodyBytesMax: 1_000 });
    const { socket, received } = client(port);
    socket.write(`POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`);
    await until(() => received().includes('HTTP'));
    expect(statusOf(received())).toBe(status);
    expect(arrived).toHaveLength(status === '200' ? 1 : 0);
  });

  test('a body in chunks beyond the limit', async () => {
    const port = await open(echo, { bodyBytesMax: 1_000 });
    const { socket, ended } = client(port);
    socket.write('POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let i = 0; i < 8; i++) socket.write(`100\r\n${'x'.repeat(256)}\r\n`);
    expect(statusOf(await ended(2_000))).toBe('413');
    expect(arrived).toHaveLength(0);
  });

  test('a head beyond 16 KiB', async () => {
    const port = await open();
    const { socket, ended } = client(port);
    socket.write(`GET /a HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`);
    expect(statusOf(await ended(2_000))).toBe('431');
  });

  test('connections beyond the limit are closed, those within it live', async () => {
    const port = await open(echo, { connectionsMax: 2 });
    const [first, second] = [client(port), client(port)];
    await pause(50);
    const third = client(port);
    expect(await third.ended(1_000)).toBe('');
    for (const { socket } of [first, second]) socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => first.received() !== '' && second.received() !== '');
    expect([statusOf(first.received()), statusOf(second.received())]).toEqual(['200', '200']);
  });
});

describe('what is no request, and a handler that fails', () => {
  test('no HTTP is answered 400 and closed', async () => {
    const port = await open();
    const { socket, ended } = client(port);
    socket.write('\u0016\u0003\u0001 no http at all\r\n\r\n');
    expect(statusOf(await ended(1_000))).toBe('400');
  });

  test.each([
    ['throws', () => Promise.reject(new Error('bug')), '500'],
    ['answers with a header that HTTP does not allow', () => Promise.resolve({ status: 200, headers: { a: 'b\r\nc: d' } }), ''],
  ])('a handler that %s', async (_name, handle: Handle, status) => {
    const port = await open(handle);
    const { socket, received } = client(port);
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => received() !== '' || socket.closed);
    expect(statusOf(received())).toBe(status);
  });

  test('a port that is taken is told', async () => {
    const port = await open();
    const again = await listenHttp({ host: '127.0.0.1', port, connectionsMax: 1 }, echo);
    expect(again.ok ? 'open' : again.error.kind).toBe('unreachable');
  });

  test('close ends open connections', async () => {
    const port = await open();
    const idle = client(port);
    await pause(50);
    await listening?.close();
    expect(await idle.ended(1_000)).toBe('');
  });
});
