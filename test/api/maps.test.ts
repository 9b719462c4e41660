/** Maps over real HTTP: pictures are what their bytes say, served so that nothing in them can run; placements are versions. */
import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorBody } from '@cardwatch/contracts/api';
import { BuildingMap, MapImage, mapLimits } from '@cardwatch/contracts/watch';
import { ok } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapWork } from '../../packages/collector/src/runner/acts/maps.ts';
import type { WatchDesk } from '../../packages/collector/src/services/watch-desk.ts';
import type { WatchStore } from '../../packages/collector/src/store/watch/roles.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from './harness.ts';
import { sampleMap, tinyImage, tinyPng } from './tiny-png.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
let auditor: Readonly<Record<string, string>>;

/** Does acts on maps as the watch does them. */
const mapActs =
  (store: WatchStore): WatchDesk['act'] =>
  async (asked) => {
    if (asked.kind !== 'saveMap' && asked.kind !== 'placeOnMap' && asked.kind !== 'removeMap') throw new Error(asked.kind);
    const work = mapWork(await store.settings(), asked);
    if (!work.ok) return work;
    for (const { name, value, reason } of work.value.settings ?? [])
      await store.saveSetting(name, value, { author: asked.by, reason, at: asked.at });
    return ok(work.value.done);
  };

beforeAll(async () => {
  house = await openHouse();
  house.watch.actBy(mapActs(house.watch.store));
  await addPerson(house, 'zhao', 'engineer');
  await addPerson(house, 'sun', 'auditor');
  await addPerson(house, 'far', 'engineer');
  ({ headers } = await signIn(house, 'zhao'));
  auditor = (await signIn(house, 'sun')).headers;
});
afterAll(() => house.close());

const why = (reason = '装修后重画') => ({ reason, idempotencyKey: randomUUID() });
const post = (path: string, body: unknown, as = headers): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', body, headers: as });
const upload = (bytes: Uint8Array | string, type = 'image/png', as = headers): Promise<Answer> =>
  call(house, '/api/v1/map-images', { method: 'POST', body: bytes, headers: { ...as, 'content-type': type } });
const kept = (): readonly string[] => readdirSync(join(house.folder, 'maps'));
const bytes = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))));

describe('pictures', () => {
  test('one that is sound is kept by its hash, once', async () => {
    const first = await upload(tinyPng);
    expect(MapImage.parse(first.json)).toEqual(sampleMap.picture);
    expect((await upload(tinyPng, 'application/octet-stream')).status).toBe(200);
    expect(kept()).toEqual([tinyImage]);
  });

  test.each([
    ['garbage', bytes('\u0000\u0001\u0002'), 'kind'],
    ['SVG under the name of PNG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'kind'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'kind'],
    ['a page behind a picture', bytes(tinyPng, '<script>alert(1)</script>'), 'trailing'],
    ['a picture that breaks off', tinyPng.subarray(0, 50), 'damaged'],
    ['nothing', '', 'kind'],
  ])('%s is refused and not kept', async (_, file, fault) => {
    const answer = await upload(file);
    expect([answer.status, ErrorBody.parse(answer.json).value]).toEqual([400, fault]);
    expect(kept()).toEqual([tinyImage]);
  });

  test.each(['image/svg+xml', 'text/html', 'application/json'])('%s is no type of a picture', async (type) => {
    expect((await upload(tinyPng, type)).status).toBe(415);
  });

  test('at the limit it is read, one byte more is not', async () => {
    expect((await upload(new Uint8Array(mapLimits.imageBytes))).status).toBe(400);
    expect((await upload(new Uint8Array(mapLimits.imageBytes + 1))).status).toBe(413);
  });

  test('who may only look may not send any', async () => {
    expect((await upload(tinyPng, 'image/png', auditor)).status).toBe(403);
  });

  test('it is served as what it is, and nothing in it can run', async () => {
    const answer = await call(house, `/api/v1/map-images/${tinyImage}`, { headers });
    const head = ['content-type', 'x-content-type-options', 'content-security-policy', 'cache-control'];
    expect([answer.status, ...head.map((name) => answer.headers.get(name))]).toEqual([
      200,
      'image/png',
      'nosniff',
      "default-src 'none'; sandbox",
      'private, max-age=31536000, immutable',
    ]);
  });

  test('a name that is no hash, one that is not there, one whose bytes were changed', async () => {
    const other = 'a'.repeat(64);
    writeFileSync(join(house.folder, 'maps', other), tinyPng);
    const status = async (name: string) => (await call(house, `/api/v1/map-images/${name}`, { headers })).status;
    expect(await Promise.all(['..%2F..%2Fpeople.db', 'b'.repeat(64), other].map(status))).toEqual([400, 404, 404]);
  });
});

describe('maps', () => {
  const mapId = randomUUID();
  const place = (placements: readonly object[], basedOn: number, as = headers) =>
    post(`/maps/${mapId}/placements`, { placements, basedOn, ...why('换位') }, as);

  test('a map is added once, and changed on its version alone', async () => {
    const body = { name: '二层', area: '宜宾校区/竹苑1栋', image: tinyImage, basedOn: 0 };
    const made = BuildingMap.parse((await post(`/maps/${mapId}`, { ...body, ...why() })).json);
    expect([made.version, made.changedBy, made.placements]).toEqual([1, 'zhao', []]);
    expect((await post(`/maps/${mapId}`, { ...body, ...why() })).status).toBe(409);
    expect((await post(`/maps/${mapId}`, { ...body, name: '二层西', basedOn: 1, ...why() })).status).toBe(200);
    expect((await post(`/maps/${mapId}`, { ...body, image: 'c'.repeat(64), basedOn: 2, ...why() })).status).toBe(404);
  });

  test('devices are set down in thousandths, each once, and only those that there are', async () => {
    const spot = { deviceId: 'yb-a-bath-01', x: 0, y: 1_000 };
    const placed = BuildingMap.parse((await place([spot], 2)).json);
    expect([placed.version, placed.placements]).toEqual([3, [spot]]);
    expect((await place([spot], 2)).status).toBe(409);
    expect((await place([spot, spot], 3)).status).toBe(400);
    expect((await place([{ ...spot, x: 1_001 }], 3)).status).toBe(400);
    expect((await place([{ ...spot, deviceId: 'nobody-01' }], 3)).status).toBe(404);
    expect((await place([spot], 3, auditor)).status).toBe(403);
  });

  test('who, when and why is kept of each version, and in the trail', async () => {
    const versions = (await call(house, '/api/v1/map-versions', { headers })).json as {
      items: { author: string; reason: string }[];
    };
    expect(versions.items.map(({ author, reason }) => `${author} ${reason}`)).toEqual([
      'zhao 换位',
      'zhao 装修后重画',
      'zhao 装修后重画',
      'admin 初始',
    ]);
    const trail = await house.desk.role.audit({ limit: 500 });
    const actions = trail.ok ? new Set(trail.value.items.map(({ action }) => action)) : new Set();
    expect(['map.image', 'watch.saveMap', 'watch.placeOnMap'].every((action) => actions.has(action))).toBe(true);
  });

  test('who is for another campus sees neither the map nor its picture', async () => {
    await addPerson(house, 'chief', 'admin');
    const root = (await signIn(house, 'chief')).headers;
    expect((await post('/users/far/areas', { areas: ['main'] }, root)).status).toBe(200);
    const far = (await signIn(house, 'far')).headers;
    expect((await call(house, '/api/v1/maps', { headers: far })).json).toEqual({ items: [] });
    expect((await call(house, `/api/v1/map-images/${tinyImage}`, { headers: far })).status).toBe(404);
    expect((await place([], 3, far)).status).toBe(404);
    expect(
      (await post(`/maps/${randomUUID()}`, { name: '一层', area: '宜宾校区', image: tinyImage, basedOn: 0, ...why() }, far))
        .status,
    ).toBe(400);
  });

  test('a map is removed with a reason; its versions stay', async () => {
    const left = await post(`/maps/${mapId}/remove`, { basedOn: 3, ...why('改建') });
    expect((left.json as { items: { mapId: string }[] }).items.map((map) => map.mapId)).toEqual([sampleMap.mapId]);
    expect((await post(`/maps/${mapId}/remove`, { basedOn: 3, ...why() })).status).toBe(404);
  });
});
