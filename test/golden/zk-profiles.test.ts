/** Every case of a ZKTeco model: HTTP requests played through the real driver, and what must come of them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type HttpAnswer,
  type HttpArrival,
  type Observation,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { closedDoors, scriptedStart } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileNames } from './case.ts';

const Exchange = z.strictObject({
  get: z.string().optional(),
  post: z.string().optional(),
  body: z.string().default(''),
  status: z.int(),
  text: z.string().optional(),
  contains: z.array(z.string()).default([]),
});
const Case = z.strictObject({
  title: z.string(),
  requests: z.array(Exchange).min(1),
  /** All events, in order; of each at least these keys. */
  events: z.array(z.record(z.string(), z.unknown())).default([]),
  /** Besides the count of refused posts. */
  readings: z.record(z.string(), z.unknown()).default({}),
});
type Case = z.infer<typeof Case>;

const names = profileNames(profileRoot).filter((name) => name.startsWith('zkpush/'));
const all = names.flatMap((name) =>
  readdirSync(join(profileRoot, name, 'cases'))
    .sort()
    .map((file) => ({ name, file, given: Case.parse(parse(readFileSync(join(profileRoot, name, 'cases', file), 'utf8'))) })),
);
let played = 0;

describe('ZKTeco models', () => {
  test.each(all)('$name $file: $given.title', async ({ name, given }) => {
    await play(name, given);
    played++;
  });

  test('every case was played', () => {
    expect(names).toEqual(['zkpush/cardwatch/access-gate', 'zkpush/cardwatch/attendance-gate']);
    expect([all.length, played]).toEqual([11, 11]);
  });
});

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  let handle: ((request: HttpArrival) => Promise<HttpAnswer>) | undefined;
  const io = {
    ...closedDoors,
    clock: new VirtualClock(scriptedStart),
    log: silentLogger,
    listenHttp: (_target: unknown, arrived: typeof handle) => {
      handle = arrived;
      return Promise.resolve(ok({ port: 1, close: () => Promise.resolve() }));
    },
  };
  const driver = createRegistry(new SeededRandom(1)).get('zkpush');
  const link = { kind: 'zkpush', listen: { host: '127.0.0.1', port: 1 }, serial: 'CKJG260100001' };
  const opened = await driver?.open(driver.connection.parse(link), profile.value, io);
  if (opened?.ok !== true) throw new Error('opened');
  const taken: Observation[] = [];
  const take = (observation: Observation) => Promise.resolve(ok(void taken.push(observation)));
  opened.value.listen?.start({ take, failed: () => {} }, () => undefined);
  for (const { get, post, body, status, text, contains } of given.requests) {
    const url = get ?? post ?? '';
    const method = get === undefined ? 'POST' : 'GET';
    const answer = await handle?.({ method, url, headers: {}, body: new TextEncoder().encode(body), peer: '127.0.0.1' });
    const said = String(answer?.body ?? '');
    expect(answer?.status).toBe(status);
    if (text !== undefined) expect(said).toBe(text);
    for (const part of contains) expect(said).toContain(part);
  }
  const events = taken.flatMap((observation) => observation.events ?? []);
  expect(events).toHaveLength(given.events.length);
  expect(events).toMatchObject(given.events);
  const readings = Object.fromEntries(taken.flatMap((each) => each.readings).map(({ point, raw }) => [point, raw]));
  expect(readings).toMatchObject(given.readings);
  expect(JSON.stringify(taken)).not.toContain('NOT TO BE SEEN');
  await opened.value.close();
}
