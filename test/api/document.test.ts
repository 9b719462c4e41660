import { type Endpoint, endpoints } from '@cardwatch/contracts/api';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, call, type House, openHouse } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

describe('the OpenAPI document', () => {
  test('has every endpoint of the table with all it takes, the live stream, and nothing else', async () => {
    const document = (await call(house, '/api/v1/openapi.json')).json as Document;
    expect(document.openapi).toBe('3.1.0');
    const written = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );
    const rows = Object.entries(endpoints) as [string, Endpoint][];
    expect(written.map(({ operation }) => operation.operationId).toSorted()).toEqual(
      [...rows.map(([name]) => name), 'live'].toSorted(),
    );
    for (const [name, endpoint] of rows) {
      const found = written.find(({ operation }) => operation.operationId === name);
      expect([name, found?.method, found?.path]).toEqual([name, endpoint.method, endpoint.path.replace(/:(\w+)/g, '{$1}')]);
      const parameters = [...Object.keys(endpoint.params?.shape ?? {}), ...Object.keys(endpoint.query?.shape ?? {})];
      expect([name, found?.operation.parameters.map((one) => one.name)]).toEqual([name, parameters]);
      expect([name, found?.operation.requestBody !== undefined]).toEqual([
        name,
        endpoint.body !== undefined || endpoint.upload !== undefined,
      ]);
      expect([name, found?.operation.security.length]).toEqual([
        name,
        endpoint.scope === null ? 0 : endpoint.scope === 'session' ? 1 : 2,
      ]);
    }
  });

  test('refers only to what it holds', async () => {
    const { text, json } = await call(house, '/api/v1/openapi.json');
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    const { schemas } = (json as Document).components;
    expect(references.length).toBeGreaterThan(20);
    expect(
      references.filter((one) => !(one.startsWith('#/components/schemas/') && schemas[one.slice(21)] !== undefined)),
    ).toEqual([]);
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(['DeviceDto', 'RecordDto', 'LiveEvent', 'ErrorBody']));
  });

  test('can be read on a page without a script or anything from elsewhere', async () => {
    const page = await call(house, '/api/docs');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/<script|https?:\/\//);
    for (const name of Object.keys(endpoints)) expect([name, page.text.includes(`id="${name}"`)]).toEqual([name, true]);
  });
});

describe('the metrics', () => {
  test('are for the scope, and are in the text format', async () => {
    expect((await call(house, '/metrics')).status).toBe(401);
    expect((await call(house, '/metrics', { headers: await bearer(house, ['read']) })).status).toBe(403);
    const { text } = await call(house, '/metrics', { headers: await bearer(house, ['metrics']) });
    const lines = text.trimEnd().split('\n');
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(samples.length).toBeGreaterThan(30);
    for (const line of samples) expect(line).toMatch(/^[a-z0-9_]+(\{[a-z]+="[^"{}]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+$/);
    const typed = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
    expect(new Set(typed).size).toBe(typed.length);
    for (const name of [
      'cardwatch_ingest_records_total 7',
      'cardwatch_devices{state="offline"} 8',
      'cardwatch_gaps_open 2',
      'cardwatch_dead_letters_open 4',
    ])
      expect(lines).toContain(name);
  });

  test('are open to this machine alone when so configured', async () => {
    const open = await openHouse({ openMetrics: true });
    expect((await call(open, '/metrics')).status).toBe(200);
    await open.close();
  });
});

describe('the console', () => {
  test('is told to be built, then is found without a restart', async () => {
    const before = await call(house, '/');
    expect([before.status, before.text.includes('console:build')]).toEqual([503, true]);
    const folder = join(house.folder, 'console');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>c</title>');
    writeFileSync(join(folder, 'assets', 'main-abc.js'), 'export {};');
    writeFileSync(join(house.folder, 'secret.txt'), 'no');
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    for (const path of ['/', '/devices', '/devices/yb-a-bath-01/records']) {
      const page = await call(house, path);
      expect([path, page.status, page.text, page.headers.get('cache-control')]).toEqual([
        path,
        200,
        '<!doctype html><title>c</title>',
        'no-cache',
      ]);
    }
    const script = await call(house, '/assets/main-abc.js');
    expect([script.headers.get('content-type'), script.headers.get('cache-control')]).toEqual([
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    writeFileSync(join(folder, 'assets', 'main-abc.js.br'), brotliCompressSync('export {};'));
    for (const [accepts, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['br;q=0', null],
      ['identity', null],
    ]) {
      const packed = await call(house, '/assets/main-abc.js', { headers: { 'accept-encoding': accepts ?? '' } });
      expect([accepts, packed.headers.get('content-encoding'), packed.text]).toEqual([accepts, encoding, 'export {};']);
    }
    const again = await call(house, '/assets/main-abc.js', { headers: { 'if-none-match': script.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    for (const path of [
      '/assets/none.js',
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//secret.txt',
    ])
      expect([path, (await call(house, path)).text.includes('no')]).toEqual([path, false]);
  });
});
