/** Every case of an ISAPI or Dahua model: replies and a stream played through the real driver, and what must come of them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DriverFailure,
  type HttpRequest,
  type HttpStream,
  type Observation,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { closedDoors, drive, elapse, scriptedStart } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileNames } from './case.ts';

const text = z.union([z.string(), z.record(z.string(), z.unknown())]);
const Case = z.strictObject({
  title: z.string(),
  /** Keys of the device beside its host. */
  device: z.record(z.string(), z.unknown()).default({}),
  /** Asked once, with the result under `expect`; left out: only listened to. */
  task: z.enum(['live', 'identity']).optional(),
  /** By the beginning of the path, in this order; each answers once, the last of its path again and again. An object is sent as JSON. */
  replies: z.array(z.strictObject({ path: z.string(), status: z.int().default(200), body: text.default('') })).default([]),
  /** Parts of the live stream; left out: there is none. */
  stream: z.array(z.strictObject({ type: z.string(), body: text })).optional(),
  expect: z.strictObject({
    failure: z.string().optional(),
    readings: z.record(z.string(), z.unknown()).optional(),
    failures: z.array(z.string()).default([]),
    facts: z.record(z.string(), z.unknown()).optional(),
    /** All events, in order; of each at least these keys. */
    events: z.array(z.record(z.string(), z.unknown())).default([]),
    discardedParts: z.int().default(0),
  }),
});
type Case = z.infer<typeof Case>;

const names = profileNames(profileRoot).filter((name) => /^(isapi|dahua)\//.test(name));
const all = names.flatMap((name) =>
  readdirSync(join(profileRoot, name, 'cases'))
    .sort()
    .map((file) => ({ name, file, given: Case.parse(parse(readFileSync(join(profileRoot, name, 'cases', file), 'utf8'))) })),
);
let played = 0;

const bytesOf = (body: Case['replies'][number]['body']): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

describe('gate models', () => {
  test.each(all)('$name $file: $given.title', async ({ name, given }) => {
    await play(name, given);
    played++;
  });

  test('every case was played', () => {
    expect(names).toEqual(['dahua/dahua/asi', 'isapi/hikvision/ds-k1t']);
    expect([all.length, played]).toEqual([16, 16]);
  });
});

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const clock = new VirtualClock(scriptedStart);
  const left = [...given.replies];
  const unforeseen: string[] = [];
  const answer = ({ url }: HttpRequest) => {
    const path = url.slice(url.indexOf('/', 'http://'.length));
    const index = left.findIndex((reply) => path.startsWith(reply.path));
    const reply = left[index];
    if (reply === undefined) {
      unforeseen.push(path);
      return { status: 404, headers: {}, body: new Uint8Array() };
    }
    if (left.some((other, at) => at > index && path.startsWith(other.path))) left.splice(index, 1);
    return { status: reply.status, headers: {}, body: bytesOf(reply.body) };
  };
  const io = {
    ...closedDoors,
    clock,
    log: silentLogger,
    http: (request: HttpRequest) => Promise.resolve(ok(answer(request))),
    httpStream: () => Promise.resolve(ok(streamOf(given.stream))),
  };
  const protocol = profile.value.protocol;
  const driver = createRegistry(new SeededRandom(1)).get(protocol);
  const credentials = { user: 'a', password: 'b' };
  const opened = await driver?.open(
    driver.connection.parse({ kind: protocol, host: 'gate', credentials, ...given.device }),
    profile.value,
    io,
  );
  if (opened?.ok !== true || opened.value.poll === undefined) throw new Error('a session that polls');
  const { poll, listen } = opened.value;
  const taken: Observation[] = [];
  const failures: DriverFailure[] = [];
  if (given.task === undefined) {
    listen?.start(
      {
        take: (observation) => Promise.resolve(ok(void taken.push(observation))),
        failed: (failure) => void failures.push(failure),
      },
      () => undefined,
    );
    await elapse(clock, 20_000);
    expect(failures.map(({ kind }) => kind)).toEqual(given.expect.failures);
  } else {
    const polled = await drive(clock, poll.run(given.task, new AbortController().signal));
    expect(polled.ok ? undefined : polled.error.kind).toBe(given.expect.failure);
    if (polled.ok) checkPolled(polled.value, given.expect);
  }
  await opened.value.close();
  const events = taken.flatMap((observation) => observation.events ?? []);
  expect(events).toHaveLength(given.expect.events.length);
  expect(events).toMatchObject(given.expect.events);
  expect(taken.reduce((sum, { discardedParts }) => sum + (discardedParts ?? 0), 0)).toBe(given.expect.discardedParts);
  expect(JSON.stringify(taken)).not.toMatch(/测试|WEB0000/);
  expect(unforeseen).toEqual([]);
}

function checkPolled(observed: Observation, expected: Case['expect']): void {
  const readings = Object.fromEntries(observed.readings.map(({ point, raw }) => [point, raw ?? null]));
  if (expected.readings !== undefined) expect(readings).toEqual(expected.readings);
  expect(observed.failures.map(({ failure, points }) => `${failure.kind} ${points.join(' ')}`)).toEqual(expected.failures);
  const { deviceClock, ...facts } = observed.facts;
  const clock =
    deviceClock === undefined
      ? {}
      : { clock: deviceClock.text, at: deviceClock.at === undefined ? null : new Date(deviceClock.at).toISOString() };
  if (expected.facts !== undefined) expect({ ...facts, ...clock }).toEqual(expected.facts);
}

/** One that gives its parts at once and then stays open; 404 when there is none. */
function streamOf(parts: Case['stream']): HttpStream {
  let onData: (bytes: Uint8Array) => void = () => {};
  let onClose: (reason: string) => void = () => {};
  let open = parts !== undefined;
  return {
    status: parts === undefined ? 404 : 200,
    headers: { 'content-type': 'multipart/mixed; boundary=seam' },
    onData: (listener) => {
      onData = listener;
      for (const { type, body } of parts ?? []) {
        const bytes = bytesOf(body);
        onData(new TextEncoder().encode(`--seam\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`));
        onData(bytes);
        onData(new TextEncoder().encode('\r\n'));
      }
    },
    onClose: (listener) => {
      onClose = listener;
    },
    close: () => {
      if (!open) return;
      open = false;
      onClose('closed');
    },
  };
}
