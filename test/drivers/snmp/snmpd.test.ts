/** Debian's snmpd as an independent peer, v2c and v3 on loopback, with a configuration of the test's own. */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Peers } from '../peer.ts';
import { io, open, read } from './bench.ts';

const program = '/usr/sbin/snmpd';
const present = spawnSync(program, ['-v'], { timeout: 10_000 }).status === 0;

const v3 = {
  user: 'watcher',
  authProtocol: 'sha',
  authKey: 'auth-key-of-the-test',
  privProtocol: 'aes',
  privKey: 'priv-key-of-the-test',
};
const access2 = { version: '2c', community: 'of-the-test' } as const;

/** A UDP port that was free a moment ago. */
const freeUdpPort = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

describe.skipIf(!present)("snmpd (skipped where Debian's snmpd is not installed)", () => {
  const peers = new Peers();
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-snmpd-'));
  let port = 0;

  beforeAll(async () => {
    port = await freeUdpPort();
    const config = [
      `agentaddress udp:127.0.0.1:${port}`,
      'rocommunity of-the-test 127.0.0.1',
      'rouser watcher priv',
      'createUser watcher SHA auth-key-of-the-test AES priv-key-of-the-test',
      'sysName SNMPD-7',
      'sysDescr a machine under test',
      `[snmp] persistentDir ${folder}`,
    ];
    writeFileSync(join(folder, 'snmpd.conf'), `${config.join('\n')}\n`);
    // No configuration of the machine, no modules that want a kernel socket.
    peers.start(program, ['-f', '-C', '-c', join(folder, 'snmpd.conf'), '-Lf', join(folder, 'log'), '-I', '-smux,agentx', '-r']);
    for (let attempt = 0; attempt < 100; attempt++) {
      const peer = await io.openSnmp({ host: '127.0.0.1', port, access: access2, timeoutMs: 100, retries: 0 });
      const answer = peer.ok ? await peer.value.get(['1.3.6.1.2.1.1.3.0']) : undefined;
      if (peer.ok) peer.value.close();
      if (answer?.ok === true) return;
      await sleep(100);
    }
    throw new Error('snmpd did not come up');
  });

  afterAll(async () => {
    await peers.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const ways: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['v2c', { credentials: { community: 'of-the-test' } }],
    ['v3 authPriv', { version: '3', credentials: v3 }],
  ];
  test.each(ways)('%s: the driver reads it by the profiles', async (_, given) => {
    const server = await open({ port, model: 'serial-server', ...given } as Parameters<typeof open>[0]);
    expect(await read(server, 'live')).toMatchObject({ uptime: expect.any(Number), connections: expect.any(Number) });
    expect(await read(server, 'identity')).toMatchObject({ sysName: 'SNMPD-7', description: 'a machine under test' });
    await server.close();
    const sw = await open({ port, model: 'poe-switch', ...given } as Parameters<typeof open>[0]);
    expect(await read(sw, 'live')).toMatchObject({ uptime: expect.any(Number) });
    await sw.close();
  });

  test.each(ways)('%s: values of every kind, and an object that is none', async (_, given) => {
    const access =
      'version' in given
        ? ({
            version: '3',
            user: v3.user,
            auth: { protocol: 'sha', key: v3.authKey },
            priv: { protocol: 'aes', key: v3.privKey },
          } as const)
        : access2;
    const peer = await io.openSnmp({ host: '127.0.0.1', port, access, timeoutMs: 1_000, retries: 1 });
    if (!peer.ok) throw new Error('a peer');
    const read = await peer.value.get(['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.99.1.0']);
    expect(read).toMatchObject({ ok: true });
    const values = read.ok ? read.value.map(({ value }) => value) : [];
    expect(values[0]).toEqual(expect.any(Number));
    expect(new TextDecoder().decode(values[1] as Uint8Array)).toBe('SNMPD-7');
    expect(values[2]).toMatch(/^1\.3\.6\.1\.4\.1\.8072\./);
    expect(values[3]).toBeUndefined();
    const octets = await peer.value.bulk('1.3.6.1.2.1.31.1.1.1.6', 4);
    const counters = octets.ok ? octets.value.filter(({ oid }) => oid.startsWith('1.3.6.1.2.1.31.1.1.1.6.')) : [];
    for (const { value } of counters) expect(typeof value).toBe('bigint');
    peer.value.close();
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['community', { credentials: { community: 'wrong' } }, 'timeout'],
    ['user', { version: '3', credentials: { ...v3, user: 'nobody' } }, 'unauthorised'],
    ['authentication key', { version: '3', credentials: { ...v3, authKey: 'another-key-of-the-test' } }, 'unauthorised'],
    ['privacy key', { version: '3', credentials: { ...v3, privKey: 'another-key-of-the-test' } }, 'unauthorised'],
  ];
  test.each(wrong)('a wrong %s', async (_, given, kind) => {
    const session = await open({ port, model: 'serial-server', timeoutMs: 500, retries: 0, ...given } as Parameters<
      typeof open
    >[0]);
    for (let again = 0; again < 2; again++) expect(await read(session, 'live')).toEqual({ failure: kind });
    await session.close();
  });

  test('nobody there is a time-out, v3 too', async () => {
    const session = await open({
      port: await freeUdpPort(),
      model: 'serial-server',
      timeoutMs: 200,
      retries: 0,
      version: '3',
      credentials: v3,
    });
    expect(await read(session, 'live')).toEqual({ failure: 'timeout' });
    await session.close();
  });

  test('visits every row', () => expect([ways.length, wrong.length]).toEqual([2, 4]));
});
