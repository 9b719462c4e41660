/** Clients that dawdle or crowd: they are cut off, the others are served. */
import { connect, type Socket } from 'node:net';
import { hourMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiLimits } from '../../packages/collector/src/api/limits.ts';
import { commandLine } from '../../packages/collector/src/services/caller.ts';
import { addToken } from '../../packages/collector/src/services/token/add.ts';
import { call, type House, openHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Of this kind since the last look. */
const seen = new Map<string, number>();
function refusedSince(refusal: string): number {
  const total = house.refused.filter((one) => one === refusal).length;
  const since = total - (seen.get(refusal) ?? 0);
  seen.set(refusal, total);
  return since;
}

interface Dialled {
  readonly socket: Socket;
  /** Everything that came, once the connection is closed. */
  readonly closed: Promise<string>;
}

const dialled = (count: number): Promise<Dialled[]> => Promise.all(Array.from({ length: count }, dial));

async function dial(): Promise<Dialled> {
  const socket = connect(house.serving.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, closed };
}

test('headers that never end are cut off after ten seconds, a body after thirty, while others are served', async () => {
  const [headers, bodies] = await Promise.all([dialled(20), dialled(5)]);
  const start = performance.now();
  const tookMs = async (some: readonly Dialled[]): Promise<number> => {
    const texts = await Promise.all(some.map(({ closed }) => closed));
    expect(texts.every((text) => text === '' || text.startsWith('HTTP/1.1 408'))).toBe(true);
    return performance.now() - start;
  };
  const post = 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Type: application/json\r\n';
  for (const { socket } of headers) socket.write('GET /api/v1/setup HTTP/1.1\r\nHost: x\r\n');
  for (const { socket } of bodies) socket.write(`${post}Content-Length: 60000\r\n\r\n{`);
  const dripping = setInterval(() => {
    for (const { socket } of bodies) if (socket.writable) socket.write(' ');
  }, 500);
  expect((await call(house, '/api/v1/setup')).status).toBe(200);
  const [headersMs, bodiesMs] = await Promise.all([tookMs(headers), tookMs(bodies)]);
  clearInterval(dripping);
  expect(headersMs).toBeGreaterThan(9_000);
  expect(headersMs).toBeLessThan(17_000);
  expect(bodiesMs).toBeGreaterThan(29_000);
  expect(refusedSince('slowRequest')).toBe(25);
});

test('the thousand and first request of one connection is refused, and the next connection is served', async () => {
  const { socket, closed } = await dial();
  socket.setMaxListeners(0);
  let answered = 0;
  socket.on('data', (chunk) => (answered += chunk.toString('latin1').split('HTTP/1.1 ').length - 1));
  for (let sent = 0; sent < 1_001; sent += 100)
    socket.write('GET /assets/x.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(Math.min(100, 1_001 - sent)));
  const text = await closed;
  expect(text.split('HTTP/1.1 503').length - 1).toBeGreaterThanOrEqual(1);
  expect([answered, refusedSince('requestsPerSocket')]).toEqual([1_001, 1]);
  expect((await call(house, '/api/v1/setup')).status).toBe(200);
});

test('connections beyond the 512th are closed, and room is made when others go', async () => {
  const sockets = await dialled(512);
  const more = await dialled(10);
  await Promise.all(more.map(({ closed }) => closed));
  expect(refusedSince('httpConnections')).toBeGreaterThanOrEqual(10);
  for (const { socket } of sockets) socket.destroy();
  for (let i = 0; i < 40; i++) {
    const status = await call(house, '/api/v1/setup').then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no room after two seconds');
});

test('two hundred streams are served, one more is asked to come again, and has its place when one goes', async () => {
  const ends: AbortController[] = [];
  const open = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const abort = new AbortController();
    ends.push(abort);
    const { status, body } = await fetch(`${house.base}/api/v1/live`, { headers, signal: abort.signal });
    const reader = body?.getReader();
    if (status === 200) reader?.read().catch(() => {});
    reader?.closed.catch(() => {});
    return status;
  };
  const screen = async (): Promise<Readonly<Record<string, string>>> => {
    const wish = { label: `screen ${ends.length}`, scopes: ['read'], lifeMs: hourMs } as const;
    const token = await addToken(house.serving.services, commandLine, wish);
    if (!token.ok) throw new Error(token.error.kind);
    return { authorization: `Bearer ${token.value}` };
  };
  let served = 0;
  while (served < apiLimits.streams) {
    const headers = await screen();
    for (let i = 0; i < apiLimits.streamsPerSession && served < apiLimits.streams; i++, served++)
      expect(await open(headers)).toBe(200);
  }
  const one = await screen();
  expect(await open(one)).toBe(503);
  ends[0]?.abort();
  for (let tries = 0; (await open(one)) !== 200; tries++) {
    expect(tries).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const end of ends) end.abort();
});
