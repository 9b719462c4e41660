import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Proxy } from './proxy.ts';

let server: Server;
let proxy: Proxy;
let seen: Buffer[];
const ends: Socket[] = [];

/** Both ends of one connection through the proxy. */
async function pair(): Promise<{ readonly agent: Socket; readonly broker: Socket }> {
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const agent = connect({ port: proxy.port, host: '127.0.0.1' });
  const broker = await accepted;
  ends.push(agent, broker);
  for (const end of [agent, broker]) end.on('error', () => undefined);
  return { agent, broker };
}

const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
const closed = (socket: Socket): Promise<boolean> => new Promise((resolve) => socket.once('close', (failed) => resolve(failed)));

/** Everything a socket hears until it is closed. */
async function untilClosed(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length));
  await closed(socket);
  return bytes;
}

async function answered({ agent, broker }: { readonly agent: Socket; readonly broker: Socket }): Promise<readonly string[]> {
  const [up, down] = [heard(broker), heard(agent)];
  agent.write('ping');
  broker.write('pong');
  return [await up, await down];
}

beforeEach(async () => {
  seen = [];
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const targetPort = typeof address === 'object' && address !== null ? address.port : 0;
  proxy = await Proxy.start({ targetPort, witness: () => (chunk) => seen.push(Buffer.from(chunk)) });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end.destroy();
  await proxy.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

describe('proxy', () => {
  test('hands on both directions, shows a witness what the broker sent, tells the end', async () => {
    const both = await pair();
    expect(await answered(both)).toEqual(['ping', 'pong']);
    expect(Buffer.concat(seen).toString()).toBe('pong');
    expect(proxy.connections).toBe(1);
    const end = closed(both.broker);
    both.agent.end();
    expect(await end).toBe(false);
  });

  test('half-open: one direction is silent, the other speaks; what waited comes in order when the silence ends, a close too', async () => {
    const { agent, broker } = await pair();
    proxy.set('up', { silent: true });
    let up = '';
    broker.on('data', (chunk) => (up += String(chunk)));
    agent.write('one ');
    agent.write('two ');
    const down = heard(agent);
    broker.write('still here');
    expect(await down).toBe('still here');
    agent.end('three');
    expect(up).toBe('');
    const end = closed(broker);
    proxy.set('up', {});
    await end;
    expect(up).toBe('one two three');
  });

  test.each([1, 999, 1_000])('cut at byte %i: so many arrive, and both ends are reset', async (bytes) => {
    const { agent, broker } = await pair();
    expect(await answered({ agent, broker })).toEqual(['ping', 'pong']);
    proxy.cutAfter('up', bytes);
    const [arrived, end] = [untilClosed(broker), closed(agent)];
    agent.write(Buffer.alloc(1_000));
    expect(await arrived).toBe(bytes);
    expect(await end).toBe(true);
  });

  test('late and slow lines lose nothing and keep the order', async () => {
    const { agent, broker } = await pair();
    proxy.set('up', { bytesPerSecond: 40_000 });
    proxy.set('down', { delayMs: 20 });
    const sent = Buffer.from(Array.from({ length: 10_000 }, (_, at) => at % 251));
    const arrived: Buffer[] = [];
    broker.on('data', (chunk) => arrived.push(chunk));
    const down = heard(agent);
    broker.write('late');
    expect(await down).toBe('late');
    const end = closed(broker);
    agent.end(sent);
    await end;
    expect(Buffer.concat(arrived).equals(sent)).toBe(true);
    // a line of 40,000 bytes/s hands on at most 4,000 at once
    expect(Math.max(...arrived.map(({ length }) => length))).toBeLessThanOrEqual(8_000);
  });
});
