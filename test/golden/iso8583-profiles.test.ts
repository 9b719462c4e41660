/** Cases of the POS models: what a terminal says, what it hears, what is kept. Played through the real driver in virtual time. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DriverIo,
  type Observation,
  type PeerStream,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { ScriptedStream, elapse, scriptedIo } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, err, ok, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileNames } from './case.ts';

const hex = z.string().regex(/^([0-9A-F]{2})*$/);
const Case = z.strictObject({
  title: z.string(),
  mode: z.enum(['frontEnd', 'relay']).default('frontEnd'),
  macKey: z.string().optional(),
  /** The journal takes nothing. */
  ill: z.boolean().default(false),
  exchanges: z
    .array(
      z.strictObject({
        hear: hex,
        /** Relay: what the host says. */
        host: hex.optional(),
        /** To the byte; left out: silence. */
        answer: hex.optional(),
      }),
    )
    .min(1),
  expect: z.strictObject({
    /** Every record that was kept, in order; only the fields that stand here are compared. */
    records: z.array(z.record(z.string(), z.union([z.string(), z.number()]))).default([]),
    readings: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
    facts: z.record(z.string(), z.number()).default({}),
    alarms: z.array(z.string()).default([]),
    failures: z.array(z.string()).default([]),
  }),
});
type Case = z.infer<typeof Case>;

const names = profileNames(profileRoot).filter((name) => name.startsWith('iso8583/'));
const casesOf = (name: string): readonly { readonly file: string; readonly given: Case }[] =>
  readdirSync(join(profileRoot, name, 'cases')).map((file) => ({
    file,
    given: Case.parse(parse(readFileSync(join(profileRoot, name, 'cases', file), 'utf8'))),
  }));
let played = 0;

describe.each(names)('%s', (name) => {
  test('has a sound profile and at least five cases', async () => {
    const loaded = await loadProfile(profileRoot, name);
    expect(loaded.ok ? 'sound' : describeProfileFailure(loaded.error)).toBe('sound');
    expect(casesOf(name).length).toBeGreaterThanOrEqual(5);
  });

  test.each(casesOf(name))('$file: $given.title', async ({ given }) => {
    await play(name, given);
    played++;
  });
});

test('every case was played', () => {
  expect(names.length).toBe(3);
  expect(played).toBe(names.reduce((sum, name) => sum + casesOf(name).length, 0));
});

interface Doors {
  readonly io: DriverIo;
  readonly hosts: ScriptedStream[];
  dial(stream: PeerStream): void;
}

function doors(base: DriverIo): Doors {
  let attend: (stream: PeerStream) => void = () => {};
  const hosts: ScriptedStream[] = [];
  const io: DriverIo = {
    ...base,
    listenTcp: (_, onStream) => {
      attend = onStream;
      return Promise.resolve(ok({ port: 1, close: () => Promise.resolve() }));
    },
    openTcp: () => {
      const host = new ScriptedStream(() => {});
      hosts.push(host);
      return Promise.resolve(ok(host));
    },
  };
  return { io, hosts, dial: (stream) => attend(stream) };
}

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error('a profile');
  const driver = createRegistry(new SeededRandom(1)).get('iso8583');
  const { io: base, clock } = scriptedIo(() => {});
  const { io, hosts, dial } = doors(base);
  const connection = {
    kind: 'iso8583',
    mode: given.mode,
    listen: { host: '127.0.0.1', port: 1 },
    terminal: 'CT000017',
    ...(given.mode === 'relay' ? { host: 'centre', port: 2 } : {}),
    ...(given.macKey === undefined ? {} : { credentials: { macKey: given.macKey } }),
  };
  const opened = await driver?.open(driver.connection.parse(connection), profile.value, io);
  if (opened?.ok !== true) throw new Error('a session');
  const seen: Observation[] = [];
  const failures: string[] = [];
  const take = (observation: Observation) => {
    if (given.ill) return Promise.resolve(err({ kind: 'notTaken' as const, detail: 'ill' }));
    seen.push(observation);
    return Promise.resolve(ok(undefined));
  };
  opened.value.listen?.start({ take, failed: ({ kind }) => void failures.push(kind) }, () => undefined);
  const terminal = new ScriptedStream(() => {});
  dial(Object.assign(terminal, { peer: '10.0.0.17' }));
  await elapse(clock, 10);
  for (const { hear, host, answer } of given.exchanges) {
    const before = terminal.sent.length;
    terminal.feed(Uint8Array.from(Buffer.from(hear, 'hex')));
    await elapse(clock, 10);
    if (given.mode === 'relay') expect(said(hosts[0]?.sent.at(-1))).toBe(hear);
    if (host !== undefined) hosts[0]?.feed(Uint8Array.from(Buffer.from(host, 'hex')));
    await elapse(clock, 10);
    expect(terminal.sent.slice(before).map(said)).toEqual(answer === undefined ? [] : [answer]);
  }
  check(seen, given.expect);
  expect(failures).toEqual(given.expect.failures);
  await opened.value.close();
}

const said = (bytes: Uint8Array | undefined): string => toHex(bytes ?? new Uint8Array()).toUpperCase();

function check(seen: readonly Observation[], expected: Case['expect']): void {
  const records = seen.flatMap((one) => one.records.map((record) => ({ ...record.fields, storeLife: one.facts.storeLife ?? 0 })));
  expect(records.length).toBe(expected.records.length);
  expect(records).toMatchObject(expected.records);
  const readings = Object.fromEntries(seen.flatMap((one) => one.readings.map(({ point, raw }) => [point, raw])));
  expect(readings).toMatchObject(expected.readings);
  expect(Object.assign({}, ...seen.map((one) => one.facts))).toMatchObject(expected.facts);
  const alarms = seen.flatMap(({ events = [] }) =>
    events.map((event) => (event.type === 'deviceAlarm' ? `${event.alarm} ${event.active}` : event.type)),
  );
  expect(alarms).toEqual(expected.alarms);
}
