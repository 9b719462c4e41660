/** Clients that dawdle or crowd: they are cut off, the others are served. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type House, openHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

interface Dialled {
  readonly socket: Socket;
  /** Everything that came, once the connection is closed. */
  readonly closed: Promise<string>;
}

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

test('headers that never end are cut off after ten seconds, while others are served', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, dial));
  const start = performance.now();
  for (const { socket } of sockets) socket.write('GET /api/v1/setup HTTP/1.1\r\nHost: x\r\n');
  expect((await call(house, '/api/v1/setup')).status).toBe(200);
  const texts = await Promise.all(sockets.map(({ closed }) => closed));
  expect(texts.every((text) => text === '' || text.startsWith('HTTP/1.1 408'))).toBe(true);
  expect(performance.now() - start).toBeGreaterThan(9_000);
  expect(performance.now() - start).toBeLessThan(17_000);
});

test('connections beyond the 512th are closed, and room is made when others go', async () => {
  const sockets = await Promise.all(Array.from({ length: 512 }, dial));
  const more = await Promise.all(Array.from({ length: 10 }, dial));
  await Promise.all(more.map(({ closed }) => closed));
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
