/** Every device model: its profile is sound, and each of its cases, played through the real driver, gives what it promises. */
import { join } from 'node:path';
import { type Observation, type Recollection, createRegistry, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { drive, scriptedIo } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type Case, type Expected, loadCases, profileNames } from './case.ts';

/** Their cases are no exchanges of bytes on one stream: each has a runner of its own beside this one. */
const playedElsewhere = /^(snmp|ping|zkpush|onvif|iso8583|isapi|dahua)\//;
const names = profileNames(profileRoot).filter((name) => !playedElsewhere.test(name));
const casesOf = new Map(names.map((name) => [name, loadCases(join(profileRoot, name, 'cases'))]));
let played = 0;

test('both reference models stand there, each with cases', () => {
  expect(names).toContain('modbus/cardwatch/ring-shower');
  expect(names).toContain('modbus/cardwatch/plain-shower');
  for (const name of names) expect(casesOf.get(name)?.length ?? 0).toBeGreaterThan(4);
});

describe.each(names)('%s', (name) => {
  test('has a sound profile', async () => {
    const loaded = await loadProfile(profileRoot, name);
    expect(loaded.ok ? 'sound' : describeProfileFailure(loaded.error)).toBe('sound');
  });

  test.each(casesOf.get(name) ?? [])('$name: $case.title', async ({ case: given }) => {
    await play(name, given);
    played++;
  });
});

test('every case was played', () => {
  const total = [...casesOf.values()].reduce((sum, cases) => sum + cases.length, 0);
  expect(total).toBeGreaterThanOrEqual(25);
  expect(played).toBe(total);
});

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = createRegistry(new SeededRandom(1)).get(profile.value.protocol);
  if (driver === undefined) throw new Error(`no driver for ${profile.value.protocol}`);
  const left = [...given.exchanges];
  const unforeseen: string[] = [];
  const { io, clock } = scriptedIo((sent, stream) => {
    const exchange = left.shift();
    if (exchange === undefined || toHex(sent) !== toHex(exchange.send)) unforeseen.push(toHex(sent));
    else if (exchange.reply.length > 0) stream.feed(exchange.reply);
  });
  const connection = driver.connection.parse({ ...given.connection, host: 'scripted', port: 502 });
  const opened = await driver.open(connection, profile.value, io);
  if (!opened.ok || opened.value.poll === undefined) throw new Error('a session that polls');
  const { poll, line, close } = opened.value;
  const signal = new AbortController().signal;
  if (given.task !== undefined) {
    const observed = await drive(clock, poll.run(given.task, signal));
    checkFailure(observed.ok ? undefined : observed.error.kind, given.expect);
    if (observed.ok) checkObservation(observed.value, given.expect);
    if (observed.ok && given.confirm) {
      const confirmed = await drive(clock, observed.value.confirm?.(signal) ?? Promise.reject(new Error('nothing to confirm')));
      expect(confirmed.ok ? 'ok' : confirmed.error.kind).toBe(given.expect.confirm);
    }
  }
  if (given.recollect !== undefined) {
    const again = await drive(clock, poll.recollect?.(given.recollect, signal) ?? Promise.reject(new Error('no recollection')));
    checkFailure(again.ok ? undefined : again.error.kind, given.expect);
    if (again.ok) checkRecollection(again.value, given.expect);
  }
  expect({ unforeseen, left: left.length }).toEqual({ unforeseen: [], left: 0 });
  expect(line).toMatchObject(given.expect.counters);
  await close();
}

function checkFailure(kind: string | undefined, expected: Expected): void {
  expect(kind).toBe(expected.failure);
}

const nullable = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value ?? null]));

function checkObservation(observed: Observation, expected: Expected): void {
  expect(nullable(Object.fromEntries(observed.readings.map(({ point, raw }) => [point, raw])))).toEqual(expected.readings);
  checkRecords(observed, expected);
  expect(plainFacts(observed)).toEqual(expected.facts);
  const failures = observed.failures.map(({ points, failure }) => ({
    kind: failure.kind,
    ...(failure.kind === 'refused' ? { deviceCode: failure.deviceCode } : {}),
    points,
  }));
  expect(failures).toEqual(expected.failures);
  expect(observed.more).toBe(expected.more);
  const alarms = (observed.events ?? []).flatMap((event) => (event.type === 'deviceAlarm' ? [event] : []));
  expect(alarms.map(({ alarm, active }) => ({ alarm, active }))).toEqual(expected.events);
}

function plainFacts({ facts }: Observation): Record<string, unknown> {
  const { deviceClock, ...rest } = facts;
  if (deviceClock === undefined) return rest;
  const at = deviceClock.at === undefined ? null : new Date(deviceClock.at).toISOString();
  return { ...rest, deviceClock: { text: deviceClock.text, at } };
}

function checkRecollection(again: Recollection, expected: Expected): void {
  checkRecords(again, expected);
  expect(again.overwritten).toEqual(expected.overwritten);
}

function checkRecords({ records }: Pick<Observation, 'records'>, expected: Expected): void {
  if (expected.recordNos !== undefined) expect(records.map(({ recordNo }) => recordNo)).toEqual(expected.recordNos);
  if (expected.checks !== undefined) expect(records.map(({ check }) => check)).toEqual(expected.checks);
  if (expected.recordNos !== undefined) return;
  const plain = records.map(({ recordNo, check, fields, problem }) => ({
    recordNo,
    check,
    fields: fields === undefined ? null : nullable(fields),
    ...(check === 'ok' && problem !== undefined ? { problem } : {}),
  }));
  expect(plain).toEqual(expected.records ?? []);
}
