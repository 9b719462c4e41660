/** The link over a real broker: greeting, will, refusal, TLS that is always verified. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkConnection } from '@cardwatch/agent';
import type { AgentAddress } from '@cardwatch/contracts';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mqttLink } from '../../packages/agent/src/shell/mqtt.ts';

const mosquitto = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) => existsSync(path));
const openssl = ['/usr/bin/openssl', '/bin/openssl'].find((path) => existsSync(path));
const address = { site: 'yb', agent: 'yb-a' } as AgentAddress;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });

async function listening(port: number): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket: Socket = connectTcp(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the broker does not listen');
}

describe.skipIf(mosquitto === undefined || openssl === undefined)('link (needs mosquitto and openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-mqtt-'));
  const file = (name: string): string => join(folder, name);
  const ports = { plain: 0, closed: 0, tls: 0 };
  let broker: ChildProcess | undefined;

  const certificate = (name: string, by: string | undefined): void => {
    const run = (...args: string[]): void => void execFileSync(openssl ?? '', args, { stdio: 'ignore' });
    if (by === undefined) {
      run(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        file(`${name}.key`),
        '-out',
        file(`${name}.pem`),
      );
      return;
    }
    writeFileSync(file('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    run(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.csr`),
    );
    run(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      file(`${name}.csr`),
      '-CA',
      file(`${by}.pem`),
      '-CAkey',
      file(`${by}.key`),
      '-CAcreateserial',
      '-extfile',
      file('ext'),
      '-out',
      file(`${name}.pem`),
    );
  };

  beforeAll(async () => {
    for (const name of ['plain', 'closed', 'tls'] as const) ports[name] = await freePort();
    certificate('ca', undefined);
    certificate('other', undefined);
    certificate('server', 'ca');
    writeFileSync(
      file('mosquitto.conf'),
      [
        'per_listener_settings true',
        `listener ${ports.plain} 127.0.0.1`,
        'allow_anonymous true',
        `listener ${ports.closed} 127.0.0.1`,
        'allow_anonymous false',
        `listener ${ports.tls} 127.0.0.1`,
        'allow_anonymous true',
        `certfile ${file('server.pem')}`,
        `keyfile ${file('server.key')}`,
        'user root',
      ].join('\n'),
    );
    broker = spawn(mosquitto ?? '', ['-c', file('mosquitto.conf')], { stdio: 'ignore' });
    await listening(ports.tls);
  });

  afterAll(() => {
    broker?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const linkTo = (url: string, ca?: string) => mqttLink({ url, address, password: 'x', ca });
  async function opened(url: string, ca?: string): Promise<LinkConnection> {
    const connected = await linkTo(url, ca).connect();
    if (!connected.ok) throw new Error(JSON.stringify(connected.error));
    return connected.value;
  }

  test('publishes under its own topics, hears its own, and leaves a will when it is cut', async () => {
    const heard: string[] = [];
    const watcher = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.plain}`);
    watcher.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await watcher.subscribeAsync('cw/1/#', { qos: 1 });
    const connection = await opened(`mqtt://127.0.0.1:${ports.plain}`);
    const got: string[] = [];
    connection.onMessage((topic, payload) => got.push(`${topic} ${Buffer.from(payload).toString()}`));
    expect(await connection.publish('cw/1/yb/yb-a/up/hello', Buffer.from('hi'))).toMatchObject({ ok: true });
    await watcher.publishAsync('cw/1/yb/yb-a/down/ack', 'yes', { qos: 1 });
    await watcher.publishAsync('cw/1/yb/other/down/ack', 'no', { qos: 1 });
    await expect.poll(() => got, { timeout: 5_000 }).toEqual(['cw/1/yb/yb-a/down/ack yes']);
    const reasons: string[] = [];
    connection.onClose((reason) => reasons.push(reason));
    // Another client of the same id: the broker cuts the first, and its will is sent.
    const second = await opened(`mqtt://127.0.0.1:${ports.plain}`);
    await expect.poll(() => reasons.length, { timeout: 5_000 }).toBe(1);
    expect(await connection.publish('cw/1/yb/yb-a/up/hello', Buffer.from('late'))).toMatchObject({ ok: false });
    await expect.poll(() => heard, { timeout: 5_000 }).toContain('cw/1/yb/yb-a/up/bye ');
    await second.close();
    await connection.close();
    await watcher.endAsync();
  });

  test.each([
    ['nobody listens', () => 'mqtt://127.0.0.1:1', undefined, /unreachable/],
    ['the broker refuses', () => `mqtt://127.0.0.1:${ports.closed}`, undefined, /refused/],
    ['a certificate that nobody vouches for', () => `mqtts://127.0.0.1:${ports.tls}`, undefined, /unreachable/],
    ['a certificate of another', () => `mqtts://127.0.0.1:${ports.tls}`, 'other.pem', /unreachable/],
    ['no TLS where TLS is', () => `mqtt://127.0.0.1:${ports.tls}`, undefined, /unreachable|closed/],
  ])('fails as a value: %s', async (_, url, ca, kind) => {
    const connected = await linkTo(url(), ca === undefined ? undefined : readFileSync(file(ca), 'utf8')).connect();
    expect(connected.ok ? 'ok' : connected.error.kind).toMatch(kind);
  });

  test('connects by TLS under its own CA', async () => {
    const connection = await opened(`mqtts://127.0.0.1:${ports.tls}`, readFileSync(file('ca.pem'), 'utf8'));
    expect(await connection.publish('cw/1/yb/yb-a/up/hello', Buffer.from('hi'))).toMatchObject({ ok: true });
    await connection.close();
    await connection.close();
  });
});
