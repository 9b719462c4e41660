/** Evidence and guidance of incidents over real HTTP: the bytes are those that were hashed, a broken pack is not given out, each download is in the trail. */
import { createHash } from 'node:crypto';
import type { IncidentGuideDto, WatchListDto } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packsOf } from '../../../packages/collector/src/runner/incident-evidence.ts';
import { addPerson, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { samplePack } from '../../api/watch-desk.ts';
import { incidentRow, uuid } from '../store/rows.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'expert', 'expert');
  headers = (await signIn(house, 'expert')).headers;
});
afterAll(() => house.close());

const get = (path: string) => call(house, `/api/v1${path}`, { headers });
const id = uuid(2_000_001);

test('an evidence pack is downloaded as the bytes that its hash is of', async () => {
  const answer = await get(`/incidents/${id}/evidence/${samplePack.hash}`);
  expect(answer.status).toBe(200);
  expect(createHash('sha256').update(answer.text).digest('hex')).toBe(samplePack.hash);
  const trail = await house.serving.services.people.audit({ limit: 5 });
  expect(trail.ok && trail.value.items[0]).toMatchObject({ action: 'incident.evidence', object: id, result: 'ok' });
});

test.each([
  ['of another hash', '0'.repeat(64), 404],
  ['of no hash', 'x', 400],
])('a pack %s is not found', async (_what, hash, status) => {
  expect((await get(`/incidents/${id}/evidence/${hash}`)).status).toBe(status);
});

test('a pack that is not what its hash says is not given out, and the trail says so', async () => {
  const hash = 'a'.repeat(64);
  const detail = JSON.stringify({ hash, json: '{"format":"forged"}' });
  await house.watch.store.commit({ history: [{ subjectId: packsOf(id), at: 1, what: 'pack', by: 'watch', detail }] });
  expect((await get(`/incidents/${id}/evidence/${hash}`)).status).toBe(404);
  const trail = await house.serving.services.people.audit({ limit: 1 });
  expect(trail.ok && trail.value.items[0]?.result).toBe('broken');
});

test('the guide: tasks, conditions, what the end waits for, past ones alike, the fishbone in the language of the question', async () => {
  const scope = {
    campus: 'main',
    areas: [],
    devices: ['pos-1'],
    deviceClasses: ['framed/cardwatch/pos'],
    rules: ['deviceOffline'],
  };
  const bones = [{ category: 'machine', text: '电源 <老化>' }];
  const rootCause = { method: 'fishbone', whyChain: [], bones, direct: 'd', indirect: 'i', code: 'power' };
  const due = { actionId: uuid(77), type: 'corrective', text: 't', owner: 'li', dueAt: 1, state: 'open', effect: null };
  await house.watch.store.commit({
    incidents: [
      incidentRow(21, { scope, rootCause, actions: [due], state: 'working' }),
      incidentRow(22, { scope, state: 'closed', record: { ...incidentRow(22).record, handling: '换电源' } }),
    ],
    history: [{ subjectId: uuid(2_000_021), at: 1, what: 'mayNotEnd', by: 'watch', detail: '{"blocks":["backlog"]}' }],
  });
  const guide = (await get(`/incidents/${uuid(2_000_021)}/guide?language=en`)).json as IncidentGuideDto;
  expect(guide.tasks.map(({ role, task }) => `${role} ${task}`)).toContain('engineer restore');
  expect([guide.endBlocks, guide.overdueActions, guide.similar.map(({ handling }) => handling)]).toEqual([
    ['backlog'],
    [uuid(77)],
    ['换电源'],
  ]);
  expect(guide.conditions.healthyForMs).toBeGreaterThan(0);
  expect([guide.fishbone?.includes('电源 &lt;老化&gt;'), guide.fishbone?.includes('Machine')]).toEqual([true, true]);
});

test('the watch list names what was restored and is still watched', async () => {
  const now = house.serving.services.clock.now();
  const scope = { campus: 'main', areas: [], devices: ['pos-9'], deviceClasses: [], rules: ['deviceOffline'] };
  await house.watch.store.commit({
    incidents: [
      incidentRow(31, { scope, state: 'restored', restoredAt: now, watchUntil: now + 1_000_000 }),
      incidentRow(32, { scope, state: 'restored', restoredAt: now, watchUntil: now - 1 }),
    ],
  });
  const { items } = (await get('/watch-list')).json as WatchListDto;
  expect(items.map(({ incidentId, devices }) => [incidentId, devices])).toEqual([[uuid(2_000_031), ['pos-9']]]);
});
