/** node-onvif behind its wrapper: what it does wrong ends at the edge of its thread. */
import { type Server, createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onvifAccount, openResponder, type Responder } from '@cardwatch/simulators';
import { discoveryOf } from '@cardwatch/drivers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadedModules, onvifLibrary } from '../../../packages/drivers/src/shell/onvif-library.ts';
import { Bench, doorOf, never, realIo } from './bench.ts';

const library = onvifLibrary({ probeMs: 6_000, informationMs: 1_500 });

describe('what is loaded', () => {
  test('the beautifier that blocks for minutes is not there, and is not loaded', async () => {
    const modules = await loadedModules();
    expect(modules.some((path) => path.includes('/node-onvif/lib/modules/soap.js'))).toBe(true);
    expect(modules.some((path) => path.includes('/xml2js/'))).toBe(true);
    expect(modules.filter((path) => /[\\/]html[\\/]/.test(path))).toEqual([]);
    const soap = modules.find((path) => path.endsWith('soap.js')) ?? '';
    expect(() => createRequire(soap).resolve('html')).toThrow();
  });

  test('xml2js is the one without prototype pollution', async () => {
    const path = (await loadedModules()).find((each) => each.endsWith('/xml2js/lib/xml2js.js')) ?? '';
    expect(path).toContain('xml2js@0.6.2');
  });
});

describe('a device that goes wrong', () => {
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    server = undefined;
  });

  async function hostile(answer: (socket: Socket) => void): Promise<string> {
    server = createServer();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`;
  }

  const head = (length: number): string =>
    `HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: ${length}\r\n\r\n`;
  const nested = '<a>'.repeat(20_000) + '</a>'.repeat(20_000);

  const rows: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['says nothing', () => {}],
    ['stalls after the head', (socket) => socket.write(head(100))],
    ['cuts the body', (socket) => socket.end(`${head(100)}<a>`)],
    [
      'trickles',
      (socket) => {
        socket.write(head(1_000));
        const drip = setInterval(() => socket.writable && socket.write('x'), 40);
        socket.once('close', () => clearInterval(drip));
      },
    ],
    ['nests 20,000 levels', (socket) => void socket.end(head(nested.length) + nested)],
    ['sends no XML', (socket) => void socket.end(`${head(5)}hello`)],
    ['resets', (socket) => void socket.resetAndDestroy()],
  ];

  test.each(rows)('%s: a failure within the deadline, no socket left', async (_name, answer) => {
    const url = await hostile(answer);
    const started = performance.now();
    const told = await library.information({ url, credentials: onvifAccount, signal: never });
    expect(told.ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(4_000);
    await pause(50);
    expect(sockets.size).toBe(0);
  });

  test('a question that is given up ends at once', async () => {
    const url = await hostile(() => {});
    const giveUp = new AbortController();
    const asked = library.information({ url, credentials: undefined, signal: giveUp.signal });
    setTimeout(() => giveUp.abort(), 200);
    const told = await asked;
    expect(told.ok ? '' : told.error.kind).toBe('closed');
    const again = await library.information({ url, credentials: undefined, signal: giveUp.signal });
    expect(again.ok ? '' : again.error.kind).toBe('closed');
  });

  test('credentials that the library would put into XML as they stand are not given to it', async () => {
    let asked = 0;
    const url = await hostile(() => void asked++);
    const told = await library.information({ url, credentials: { user: 'a<b', password: 'c&d' }, signal: never });
    expect([told.ok ? '' : told.error.kind, asked]).toEqual(['unsupported', 0]);
  });
});

describe('discovery', () => {
  const bench = new Bench();
  let responder: Responder | undefined;
  beforeEach(() => {
    responder = undefined;
  });
  afterEach(async () => {
    await responder?.close();
    await bench.close();
  });

  async function discover(options: Readonly<Record<string, unknown>>): Promise<unknown[]> {
    const found: unknown[] = [];
    const run = (await discoveryOf('onvif'))?.run(options, realIo(), never);
    if (run === undefined) throw new Error('discovery');
    for await (const proposal of run) found.push(proposal);
    return found;
  }

  test('proposes devices that answer for themselves; strangers, garbage and claims of elsewhere are left out', async () => {
    const cluster = await bench.simulate();
    const port = 'port' in cluster.endpoint ? cluster.endpoint.port : 0;
    const door = {
      urn: 'urn:uuid:aaaaaaaa-0000-4000-8000-02005e000001',
      xaddrs: ['http://169.254.10.1/onvif/device_service', `http://127.0.0.1:${port}/onvif/device_service`],
      scopes: ['onvif://www.onvif.org/Profile/C', 'onvif://www.onvif.org/hardware/FACE-GATE-1'],
    };
    const elsewhere = {
      ...door,
      urn: 'urn:uuid:b',
      xaddrs: ['http://8.8.8.8/onvif/device_service', 'http://metadata.example/x'],
    };
    const silent = { ...door, urn: 'urn:uuid:c', xaddrs: ['http://127.0.0.1:9/onvif/device_service'] };
    const noise = [
      Buffer.from('no xml'),
      Buffer.from('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
      Buffer.from(`${'<a>'.repeat(5_000)}`),
    ];
    responder = await openResponder(() => [elsewhere, silent, door, door], noise);
    const found = await discover({ address: '127.0.0.1', port: responder.port });
    expect(found).toEqual([
      {
        link: { kind: 'onvif', scheme: 'http', port, path: '/onvif/device_service' },
        device: { host: '127.0.0.1' },
        profiles: ['onvif/cardwatch/profile-c-door'],
        evidence: `answered a probe as ${door.urn} FACE-GATE-1 and tells its clock`,
      },
    ]);
    expect(doorOf(cluster).account.refused).toBe(0);
  });

  test('only within the range that was asked for; two probes at once wait for one another', async () => {
    const cluster = await bench.simulate();
    const port = 'port' in cluster.endpoint ? cluster.endpoint.port : 0;
    const door = {
      urn: 'urn:uuid:a',
      xaddrs: [`http://127.0.0.1:${port}/onvif/device_service`],
      scopes: ['onvif://www.onvif.org/name/x'],
    };
    responder = await openResponder(() => [door]);
    const target = { address: '127.0.0.1', port: responder.port };
    const [outside, inside] = await Promise.all([
      discover({ ...target, within: '10.0.0.0/8' }),
      discover({ ...target, within: '127.0.0.0/24' }),
    ]);
    expect([outside.length, inside.length]).toEqual([0, 1]);
  });
});
