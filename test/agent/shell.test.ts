/** The doors to the real machine: seals, cursor file, status page. */
import { createDecipheriv, createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCursors, type AgentStatus, type CursorDocument } from '@cardwatch/agent';
import { DeviceId, Hash128, Sealed } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zstdDecompressSync } from 'node:zlib';
import { zstd } from '../../packages/agent/src/shell/compress.ts';
import { cursorFile } from '../../packages/agent/src/shell/cursor-file.ts';
import { recordCrypto } from '../../packages/agent/src/shell/seal.ts';
import { serveStatus, type StatusServer } from '../../packages/agent/src/shell/status-server.ts';
import { statusPage } from '../../packages/agent/src/status/page.ts';
import { statusText } from '../../packages/agent/src/status/text.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-shell-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('seals', () => {
  const siteKey = Buffer.alloc(32, 7);
  const dataKey = Buffer.alloc(32, 9);
  const crypto = recordCrypto({ siteKey, dataKey, dataKeyId: 'k1' });

  test('hash and pseudonym are the first 128 bits of HMAC-SHA-256 under the site key', () => {
    const raw = Uint8Array.of(1, 2, 3);
    const full = createHmac('sha256', siteKey).update(raw).digest('hex');
    expect(crypto.contentHash(raw)).toBe(full.slice(0, 32));
    expect(Hash128.parse(crypto.cardRef('0012'))).toBe(
      createHmac('sha256', siteKey).update('0012', 'ascii').digest('hex').slice(0, 32),
    );
    expect(crypto.cardRef('0012')).not.toBe(crypto.cardRef('12'));
  });

  const bath = DeviceId.parse('bath-1');

  test('a seal opens under the data key for its own device alone, and no two are alike', () => {
    const plain = Buffer.from('0000621200000001', 'ascii');
    const text = Sealed.parse(crypto.seal(bath, plain));
    expect(crypto.seal(bath, plain)).not.toBe(text);
    const [keyId, body] = text.split('.');
    const bytes = Buffer.from(body ?? '', 'base64url');
    const open = (device: string): string => {
      const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(device, 'utf8'));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('ascii');
    };
    expect(keyId).toBe('k1');
    expect(open('bath-1')).toBe('0000621200000001');
    expect(() => open('bath-2')).toThrow();
  });

  test('zstd goes there and back', () => {
    const body = Buffer.from('{"type":"reading"}\n'.repeat(200));
    const packed = zstd(body);
    expect([...packed.subarray(0, 4)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
    expect(packed.length).toBeLessThan(body.length / 10);
    expect(Buffer.from(zstdDecompressSync(packed)).equals(body)).toBe(true);
  });
});

describe('cursor file', () => {
  const document: CursorDocument = { v: 1, devices: { d1: { generation: 2, lastRecordNo: 7, gaps: [] } } };

  test('starts empty, keeps what was saved, and leaves nothing else behind', async () => {
    const store = cursorFile(join(folder, 'deep/cursors.json'));
    expect(await store.load()).toEqual({ ok: true, value: emptyCursors });
    expect(await store.save(document)).toEqual({ ok: true, value: undefined });
    expect(await cursorFile(join(folder, 'deep/cursors.json')).load()).toEqual({ ok: true, value: document });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['cursors.json']);
    expect(statSync(join(folder, 'deep/cursors.json')).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['cut', '{"v":1,"devi'],
    ['of another kind', '[1,2]'],
    ['of a later version', '{"v":2,"devices":{}}'],
    ['with a number that cannot be', '{"v":1,"devices":{"d1":{"generation":0,"gaps":[]}}}'],
    ['empty', ''],
  ])('a file that is %s is put aside, told, and no longer in the way', async (_, text) => {
    const path = join(folder, 'cursors.json');
    writeFileSync(path, text);
    const loaded = await cursorFile(path).load();
    expect(loaded.ok ? 'ok' : loaded.error.kind).toBe('damaged');
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
    expect(await cursorFile(path).save(document)).toMatchObject({ ok: true });
    expect(await cursorFile(path).load()).toEqual({ ok: true, value: document });
  });

  test('a folder in its place fails each save and says so', async () => {
    mkdirSync(join(folder, 'cursors.json'));
    const saved = await cursorFile(join(folder, 'cursors.json')).save(document);
    expect(saved.ok ? 'ok' : saved.error.kind).toBe('io');
    expect(readdirSync(folder)).toEqual(['cursors.json']);
  });
});

const status: AgentStatus = {
  site: 'yb',
  agent: 'yb-b3',
  version: '1',
  startedAt: 1_795_400_000_000,
  at: 1_795_403_600_000,
  epoch: 3,
  moneyBlocked: 'storageFailed',
  storage: 'failed',
  streams: {
    money: { records: 12, bytes: 3_000, oldestUnackedAt: 1_795_403_000_000, inFlight: 1, credit: 4 },
    event: { records: 0, bytes: 0, oldestUnackedAt: undefined, inFlight: 0, credit: 4 },
    health: { records: 5, bytes: 100, oldestUnackedAt: undefined, inFlight: 0, credit: 4 },
  },
  uplink: {
    phase: 'waiting',
    since: 1_795_403_590_000,
    attempts: 3,
    lastProblem: 'unreachable: <no route>',
    lastHeardAt: undefined,
    nextAttemptAt: undefined,
  },
  silentLines: [],
  devices: [
    {
      deviceId: 'd2',
      name: '<script>alert(1)</script>',
      line: 'bath-1',
      place: '校区 / 楼',
      state: 'online',
      cause: undefined,
      since: 1_795_400_000_000,
      rttMs: 12.4,
      generation: 1,
      lastRecordNo: 99,
      uncollected: 0,
      openGaps: 0,
    },
    {
      deviceId: 'd1',
      name: '二号',
      line: 'bath-1',
      place: '校区',
      state: 'offline',
      cause: 'noReply',
      since: 1_795_403_000_000,
      rttMs: undefined,
      generation: undefined,
      lastRecordNo: undefined,
      uncollected: undefined,
      openGaps: 0,
    },
  ],
  lines: [{ line: 'bath-1', utilisationPct: 26.4, requests: 200, timeouts: 3, crcErrors: 1, noiseBytes: 0, lateFrames: 0 }],
};

const token = 'T'.repeat(43);
const parts = {
  status: () => status,
  trace: (deviceId: string) =>
    deviceId === 'd1'
      ? {
          deviceId,
          startedAt: 0,
          endsAt: 600_000,
          running: true,
          seen: 2,
          frames: [
            { n: 1, way: 'sent', at: epochMs(1_234), hex: '0103' },
            { n: 2, way: 'received', at: epochMs(1_300), text: '<b>&' },
          ] as const,
        }
      : undefined,
  door: {
    token,
    ask: (verb: string, query: URLSearchParams) =>
      Promise.resolve(verb === 'poll' ? { code: 200, body: { polled: query.get('device') } } : undefined),
  },
};

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly origin?: string;
  readonly token?: string;
}

const get = (port: number, path: string, options: Asked = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      host: options.host ?? `127.0.0.1:${port}`,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...(options.token === undefined ? {} : { 'x-cardwatch-token': options.token }),
    };
    const call = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, body }));
    });
    call.on('error', reject);
    call.end();
  });

describe('status page', () => {
  let server: StatusServer | undefined;
  beforeEach(async () => {
    const served = await serveStatus({ host: '127.0.0.1', port: 0 }, parts);
    server = served.ok ? served.value : undefined;
  });
  afterEach(() => server?.close());

  test('serves page and JSON under a policy that allows its own style alone', async () => {
    const port = server?.port ?? 0;
    const page = await get(port, '/');
    expect(page.code).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}';/);
    expect(page.body).not.toMatch(/<script|src=|href="(?!\/status\.json)/);
    expect(JSON.parse((await get(port, '/status.json')).body)).toEqual(JSON.parse(JSON.stringify(status)));
  });

  test.each([
    ['/nothing', {}, 404],
    ['/', { method: 'PUT' }, 405],
    ['/trace?device=d1', {}, 200],
    ['/trace?device=d2', {}, 404],
    ['/poll?device=d1', { method: 'POST' }, 401],
    ['/poll?device=d1', { method: 'POST', token: 'T'.repeat(42) }, 401],
    ['/poll?device=d1', { method: 'POST', token, host: 'evil.example' }, 421],
    ['/poll?device=d1', { method: 'POST', token, origin: 'http://evil.example' }, 403],
    ['/poll?device=d1', { method: 'POST', token }, 200],
    ['/poll?device=d1', { token }, 404],
    ['/other', { method: 'POST', token }, 404],
    ['/', { host: 'evil.example' }, 421],
    ['/status.json', { host: 'evil.example:80' }, 421],
    ['/', { host: 'localhost:1' }, 200],
  ])('%s %j answers %i', async (path, options, code) => {
    expect((await get(server?.port ?? 0, path, options)).code).toBe(code);
  });

  test('the page of a trace shows the newest frame first, escaped', async () => {
    const { body } = await get(server?.port ?? 0, '/trace?device=d1');
    expect(body.indexOf('&lt;b&gt;&amp;')).toBeGreaterThan(0);
    expect(body.indexOf('&lt;b&gt;&amp;')).toBeLessThan(body.indexOf('01 03'));
    expect(body).toContain('08:00:01.234');
  });

  test('a port that is taken is a failure, not an exception', async () => {
    const second = await serveStatus({ host: '127.0.0.1', port: server?.port ?? 0 }, parts);
    expect(second.ok ? 'ok' : second.error.kind).toBe('listen');
  });

  test('says what is wrong first, escaped, in both languages', () => {
    const page = statusPage(status);
    for (const words of [
      '离线 offline',
      '无应答 no reply',
      '存储故障',
      '等待重连',
      '26.4 %',
      '1.5 %',
      '&lt;script&gt;',
      '&lt;no route&gt;',
    ])
      expect(page).toContain(words);
    expect(page.indexOf('>d1<')).toBeLessThan(page.indexOf('>d2<'));
  });

  test('as text for a terminal', () => {
    expect(statusText(status, 'en').split('\n')).toEqual([
      'agent yb/yb-b3 1, 11-23 11:13:20',
      'uplink: waiting to connect, unreachable: <no route>',
      'epoch: 3; unacknowledged: money 12, event 0, health 5',
      'storage failed, records stay on the terminals',
      'devices online: 1 / 2',
      '  d1 二号: offline (no reply), 10 min',
    ]);
    expect(statusText(status, 'zh')).toContain('设备在线: 1 / 2');
  });
});
