/** The HTTP door over real sockets: servers that stall, trickle, cut, flood and lie. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpRequest } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { silentLogger } from '@cardwatch/kernel';
import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { realClock } from '../real-clock.ts';

const io = createDriverIo({ clock: realClock, log: silentLogger });
const closing: (() => void)[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => setTimeout(resolve, 5));
});

/** A server that answers each request with what `answer` writes. */
function serve(answer: (socket: Socket, request: string) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    let head = '';
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (head.includes('\r\n\r\n')) answer(socket, head);
    });
  });
  closing.push(() => void server.close());
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
}

const request = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  deadlineMs: 300,
  bodyBytesMax: 1_000,
  ...change,
});
const ok = (body: string, length: number = body.length): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;

async function timed<T>(run: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startMs = performance.now();
  const value = await run;
  return { value, ms: performance.now() - startMs };
}

const everySocketEnds = async (): Promise<void> => {
  const endMs = performance.now() + 2_000;
  while (sockets.size > 0 && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(sockets.size).toBe(0);
};

describe('one reply', () => {
  test('whole: status, headers in lower case, those that came twice as a list', async () => {
    const url = await serve((socket) =>
      socket.end(
        'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest a="1"\r\nwww-authenticate: Digest a="2"\r\nX-Y: z\r\nContent-Length: 2\r\n\r\nno',
      ),
    );
    const reply = await io.http(request(url));
    if (!reply.ok) throw new Error(reply.error.kind);
    expect(reply.value.status).toBe(401);
    expect(Buffer.from(reply.value.body).toString()).toBe('no');
    expect(reply.value.headers['x-y']).toBe('z');
    expect([reply.value.headers['www-authenticate']].flat().join(' | ')).toBe('Digest a="1", Digest a="2"');
  });

  test('a posted body arrives with its length', async () => {
    let heard = '';
    const url = await serve((socket, text) => {
      heard = text;
      if (text.endsWith('{"a":1}')) socket.end(ok('yes'));
    });
    const body = new TextEncoder().encode('{"a":1}');
    expect(await io.http(request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }))).toMatchObject({
      ok: true,
    });
    expect(heard).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
    expect(heard.toLowerCase()).toContain('content-length: 7\r\n');
  });

  test.each([
    ['at the limit', 1_000, true],
    ['one byte beyond', 1_001, false],
  ])('a body %s', async (_, length, fits) => {
    const url = await serve((socket) => socket.end(ok('x'.repeat(length))));
    const reply = await io.http(request(url));
    expect(reply.ok).toBe(fits);
    if (!reply.ok) expect(reply.error).toMatchObject({ kind: 'malformed', detail: 'body of more than 1000 bytes' });
    await everySocketEnds();
  });

  test('a body of 100 MB is given up at once', async () => {
    const url = await serve((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n`);
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    });
    const { value, ms } = await timed(io.http(request(url, { deadlineMs: 5_000 })));
    expect(value).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(ms).toBeLessThan(1_000);
    await everySocketEnds();
  });
});

describe('a server that', () => {
  test.each([
    ['never answers', () => {}],
    ['stalls after its headers', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<a>')],
    [
      'trickles one byte after the other',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      },
    ],
    [
      'trickles its headers',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX: ');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ])('%s: timeout at the deadline, and the socket is closed', async (_, answer) => {
    const url = await serve(answer);
    const { value, ms } = await timed(io.http(request(url)));
    expect(value).toEqual({ ok: false, error: { kind: 'timeout', afterMs: 300 } });
    expect(ms).toBeGreaterThan(280);
    expect(ms).toBeLessThan(1_000);
    await everySocketEnds();
  });

  test.each([
    ['cuts the body with FIN', (socket: Socket) => void socket.end(ok('<a><b></b>', 1_000)), 'malformed'],
    [
      'cuts the body with RST',
      (socket: Socket) => void socket.write(ok('<a><b></b>', 1_000), () => setTimeout(() => socket.resetAndDestroy(), 20)),
      'malformed',
    ],
    [
      'cuts a chunked body',
      (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'),
      'malformed',
    ],
    ['resets at once', (socket: Socket) => void socket.resetAndDestroy(), 'unreachable'],
    ['closes without a word', (socket: Socket) => void socket.end(), 'unreachable'],
    ['speaks no HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'malformed'],
    [
      'sends 20 KB of headers',
      (socket: Socket) => void socket.end(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`),
      'malformed',
    ],
  ])('%s', async (_, answer, kind) => {
    const url = await serve(answer);
    const { value, ms } = await timed(io.http(request(url, { deadlineMs: 2_000 })));
    expect(value).toMatchObject({ ok: false, error: { kind } });
    expect(ms).toBeLessThan(1_000);
    await everySocketEnds();
  });

  test('was sent the vector of a cut body', async () => {
    const vector = readFileSync(new URL('../../golden/vectors/gate/http-bad-body-cut-fin.http', import.meta.url));
    const url = await serve((socket) => socket.end(vector));
    expect(await io.http(request(url))).toMatchObject({
      ok: false,
      error: { kind: 'malformed', detail: expect.stringMatching(/cut|aborted/) as string },
    });
  });

  test('is not there', async () => {
    const url = await serve(() => {});
    for (const close of closing.splice(0)) close();
    expect(await io.http(request(url))).toMatchObject({ ok: false, error: { kind: 'unreachable', detail: 'ECONNREFUSED' } });
  });

  test.each(['ftp://127.0.0.1/', 'not an address', 'file:///etc/hostname'])('has the address %s: not asked', async (url) => {
    expect(await io.http(request(url))).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
  });
});

describe('giving up', () => {
  test.each([
    ['before the head', () => {}],
    ['inside the body', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<a>')],
  ])('%s: closed, and so is the socket', async (_, answer) => {
    const url = await serve(answer);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const { value, ms } = await timed(io.http(request(url, { deadlineMs: 5_000, signal: abort.signal })));
    expect(value).toEqual({ ok: false, error: { kind: 'closed' } });
    expect(ms).toBeLessThan(1_000);
    await everySocketEnds();
  });

  test('many requests leave no socket and no listener behind', async () => {
    const url = await serve((socket) => socket.end(ok('yes')));
    const abort = new AbortController();
    for (let round = 0; round < 50; round++) expect((await io.http(request(url, { signal: abort.signal }))).ok).toBe(true);
    await everySocketEnds();
  });
});

describe('a stream', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n';

  test('gives what comes as it comes, and its end once', async () => {
    const url = await serve((socket) => {
      socket.write(`${head}one`);
      setTimeout(() => socket.write('two'), 30);
      setTimeout(() => socket.end(), 60);
    });
    const opened = await io.httpStream({ ...request(url), silentAfterMs: 1_000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    const heard: string[] = [];
    let ends = 0;
    opened.value.onData((bytes) => void heard.push(Buffer.from(bytes).toString()));
    await new Promise<void>((resolve) => opened.value.onClose(() => resolve(void ends++)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(heard.join('')).toBe('onetwo');
    expect(ends).toBe(1);
    await everySocketEnds();
  });

  test('bytes that came before anybody listened are not lost', async () => {
    const url = await serve((socket) => socket.write(`${head}early`));
    const opened = await io.httpStream({ ...request(url), silentAfterMs: 1_000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const heard = await new Promise<string>((resolve) => opened.value.onData((bytes) => resolve(Buffer.from(bytes).toString())));
    expect(heard).toBe('early');
    opened.value.close();
    await everySocketEnds();
  });

  test('ends when no byte came for the time that was said', async () => {
    const url = await serve((socket) => socket.write(`${head}x`));
    const opened = await io.httpStream({ ...request(url), silentAfterMs: 100 });
    if (!opened.ok) throw new Error(opened.error.kind);
    opened.value.onData(() => {});
    const { value, ms } = await timed(new Promise<string>((resolve) => opened.value.onClose(resolve)));
    expect(value).toBe('no byte within 100 ms');
    expect(ms).toBeLessThan(1_000);
    await everySocketEnds();
  });

  test('lives on beyond the deadline of its head; close may be called twice', async () => {
    const url = await serve((socket) => {
      socket.write(head);
      const timer = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    const opened = await io.httpStream({ ...request(url, { deadlineMs: 100 }), silentAfterMs: 1_000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    let bytes = 0;
    opened.value.onData((chunk) => void (bytes += chunk.length));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(bytes).toBeGreaterThan(5);
    opened.value.close();
    opened.value.close();
    await everySocketEnds();
  });
});

const hasOpenssl = spawnSync('openssl', ['version'], { timeout: 10_000 }).status === 0;

describe.skipIf(!hasOpenssl)('TLS (needs openssl to make certificates)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-http-'));
  const file = (name: string): string => join(folder, name);
  const pem = (name: string): string => readFileSync(file(name), 'utf8');
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { stdio: 'ignore', timeout: 30_000, cwd: folder });

  beforeAll(() => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=Campus CA',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
    );
    openssl('req', '-x509', ...key, '-keyout', 'own.key', '-out', 'own.pem', '-subj', '/CN=terminal');
    openssl(
      'req',
      ...key,
      '-keyout',
      'leaf.key',
      '-out',
      'leaf.csr',
      '-subj',
      '/CN=gate',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'leaf.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'leaf.pem',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
    );
    openssl(
      'req',
      ...key,
      '-keyout',
      'other.key',
      '-out',
      'other.csr',
      '-subj',
      '/CN=other',
      '-addext',
      'subjectAltName=DNS:elsewhere.example',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'other.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'other.pem',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function secure(name: string): Promise<string> {
    const server = createTls({ key: pem(`${name}.key`), cert: pem(`${name}.pem`) }, (_request, response) => response.end('yes'));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    );
  }

  test.each([
    ['a certificate of the campus CA, with the address in it', 'leaf', 'ca', true],
    ["the device's own certificate, written down; its name does not matter", 'own', 'own', true],
    ['a certificate of the CA for another name', 'other', 'ca', false],
    ['an unknown certificate, nothing written down', 'own', undefined, false],
    ['another certificate than the one written down', 'own', 'leaf', false],
    ['a certificate of the CA, nothing written down', 'leaf', undefined, false],
  ])('%s', async (_, server, trusted, admitted) => {
    const url = await secure(server);
    const reply = await io.http(
      request(url, { deadlineMs: 3_000, ...(trusted === undefined ? {} : { caPem: pem(`${trusted}.pem`) }) }),
    );
    expect(reply.ok).toBe(admitted);
    if (!reply.ok) expect(reply.error.kind).toBe('unreachable');
  });

  test('a certificate that cannot be read is a failure, not a crash', async () => {
    const url = await secure('leaf');
    expect(await io.http(request(url, { deadlineMs: 2_000, caPem: 'no pem' }))).toMatchObject({ ok: false });
  });
});
