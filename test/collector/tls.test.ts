/** MQTT over TLS: the same broker behind a certificate. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollectorCore } from '@cardwatch/collector';
import { silentLogger } from '@cardwatch/kernel';
import { connectAsync } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { addTestAgent, realClock, secretOf, until } from './support/core.ts';

const openssl = spawnSync('openssl', ['version']).error === undefined;

function selfSigned(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' ');
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = spawnSync('openssl', [...kind, ...name, '-keyout', key, '-out', cert]);
  expect(made.status).toBe(0);
  return { cert: fs.readFileSync(cert, 'utf8'), key: fs.readFileSync(key, 'utf8') };
}

describe.skipIf(!openssl)('over TLS (skipped where there is no openssl to make a certificate)', () => {
  test('agents that know the authority come in, others and plain speakers do not', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-tls-'));
    const tls = selfSigned(folder);
    const core = await createCollectorCore({
      dataDir: folder,
      mqtt: { host: '127.0.0.1', port: 0, tls },
      clock: realClock,
      log: silentLogger,
    });
    await addTestAgent(core, 'yb-1');
    const options = {
      clientId: 'yb-1',
      username: 'demo/yb-1',
      password: secretOf('yb-1'),
      reconnectPeriod: 0,
      connectTimeout: 3_000,
    };
    const url = `mqtts://127.0.0.1:${core.broker.port}`;
    const client = await connectAsync(url, { ...options, ca: tls.cert });
    expect(core.broker.stats().clients).toBe(1);
    client.end(true);
    await expect(connectAsync(url, options)).rejects.toThrow();
    const plain = net.connect(core.broker.port, '127.0.0.1');
    plain.on('error', () => {});
    plain.end(Buffer.from([0x10, 0x00]));
    await until(() => plain.destroyed, 'the plain speaker to be cut off');
    await until(() => core.broker.stats().clients === 0, 'everybody to be gone');
    await core.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
});
