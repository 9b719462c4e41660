/** Models of the network between, `snmp/` and `ping/`: each of their cases, played through the real driver in virtual time, gives what it promises. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  describeProfileFailure,
  type DriverIo,
  loadProfile,
  type RawEvent,
  type Session,
} from '@cardwatch/drivers';
import { closedDoors, drive, elapse, scriptedStart, SnmpTable } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { err, fromHex, ok, SeededRandom, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileNames } from './case.ts';

const cell = z.union([z.number(), z.string(), z.null()]);
const raw = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const program = z.strictObject({
  words: z.string(),
  code: z.int().default(0),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
});

const Poll = z.strictObject({
  /** Virtual time that passes before it. */
  afterMs: z.int().min(0).default(0),
  task: z.string(),
  /** Cells that change before it; null takes one away. */
  change: z.record(z.string(), cell).default({}),
  /** Kind of failure of the peer, or ids that are refused. */
  failing: z.enum(['timeout', 'unauthorised', 'malformed']).optional(),
  refused: z.array(z.string()).default([]),
  /** Runs of fping or ping, in their order. */
  programs: z.array(program.or(z.literal('absent'))).default([]),
  connect: z.enum(['open', 'refused', 'silent']).optional(),
  expect: z.strictObject({
    failure: z.string().optional(),
    /** Every reading, no more and no less; null: the device has no value. */
    readings: z.record(z.string(), raw).default({}),
    /** `+ name detail` begins an alarm, `- name detail` ends it, `! action detail` is an audit line. `@ s` in front: so many seconds before the poll. */
    events: z.array(z.string()).default([]),
    failures: z.array(z.strictObject({ kind: z.string(), points: z.array(z.string()) })).default([]),
  }),
});
const Case = z.strictObject({
  title: z.string(),
  connection: z.record(z.string(), z.unknown()),
  table: z.record(z.string(), cell).default({}),
  polls: z.array(Poll).min(1),
});
type Case = z.infer<typeof Case>;
type Poll = z.infer<typeof Poll>;

const names = profileNames(profileRoot).filter((name) => /^(snmp|ping)\//.test(name));
const casesOf = new Map(names.map((name) => [name, load(join(profileRoot, name, 'cases'))]));
let played = 0;

function load(folder: string): readonly (readonly [string, Case])[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => [file, Case.parse(parse(readFileSync(join(folder, file), 'utf8')))] as const);
}

test('the models of the network between stand there, each with cases', () => {
  expect(names).toEqual([
    'ping/generic/host',
    'ping/generic/link',
    'snmp/generic/poe-switch',
    'snmp/generic/serial-server',
    'snmp/generic/ups',
  ]);
  for (const name of names) expect(casesOf.get(name)?.length ?? 0).toBeGreaterThan(1);
});

describe.each(names)('%s', (name) => {
  test('has a sound profile', async () => {
    const loaded = await loadProfile(profileRoot, name);
    expect(loaded.ok ? 'sound' : describeProfileFailure(loaded.error)).toBe('sound');
  });

  test.each(casesOf.get(name) ?? [])('%s', async (_, given) => {
    await play(name, given);
    played++;
  });
});

test('every case was played', () => {
  const total = [...casesOf.values()].reduce((sum, cases) => sum + cases.length, 0);
  expect(total).toBeGreaterThanOrEqual(20);
  expect(played).toBe(total);
});

const octets = (value: string | number): string | number | bigint | Uint8Array => {
  if (typeof value === 'number') return value;
  if (/^\d+n$/.test(value)) return BigInt(value.slice(0, -1));
  return value.startsWith('0x') ? (fromHex(value.slice(2)) ?? value) : new TextEncoder().encode(value);
};

class World {
  readonly clock = new VirtualClock(scriptedStart);
  readonly table = new SnmpTable();
  poll: Poll | undefined;
  readonly left: (z.infer<typeof program> | 'absent')[] = [];
  readonly unforeseen: string[] = [];

  io(): DriverIo {
    return {
      ...closedDoors,
      clock: this.clock,
      log: silentLogger,
      openSnmp: () => Promise.resolve(ok(this.table)),
      runProgram: (call) => {
        const next = this.left.shift();
        if (next === 'absent') return Promise.resolve(err({ kind: 'unsupported', detail: `${call.program} is not installed` }));
        const words = `${call.program} ${call.words.join(' ')}`;
        if (next?.words !== words) this.unforeseen.push(words);
        return Promise.resolve(ok({ code: next?.code ?? 1, stdout: next?.stdout ?? '', stderr: next?.stderr ?? '' }));
      },
      openTcp: () => {
        const how = this.poll?.connect;
        if (how !== 'open')
          return Promise.resolve(err({ kind: 'unreachable', detail: how === 'refused' ? 'ECONNREFUSED' : 'silent' }));
        const write = () => Promise.resolve(ok(undefined));
        return Promise.resolve(ok({ write, onData: () => {}, onClose: () => {}, close: () => {} }));
      },
    };
  }

  begin(poll: Poll): void {
    this.poll = poll;
    for (const [oid, value] of Object.entries(poll.change)) this.table.set(oid, value === null ? undefined : octets(value));
    this.table.failure =
      poll.failing === undefined
        ? undefined
        : poll.failing === 'timeout'
          ? { kind: 'timeout', afterMs: 4_000 }
          : { kind: poll.failing, detail: 'scripted', frameHex: '' };
    this.table.refused.clear();
    for (const oid of poll.refused) this.table.refused.add(oid);
    this.left.push(...poll.programs);
  }
}

async function play(name: string, given: Case): Promise<void> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = createRegistry(new SeededRandom(1)).get(profile.value.protocol);
  if (driver === undefined) throw new Error(`no driver for ${profile.value.protocol}`);
  const world = new World();
  for (const [oid, value] of Object.entries(given.table)) world.table.set(oid, value === null ? undefined : octets(value));
  const opened = await driver.open(driver.connection.parse(given.connection), profile.value, world.io());
  if (!opened.ok) throw new Error('a session');
  for (const poll of given.polls) await check(poll, opened.value, world);
  await opened.value.close();
  expect({ unforeseen: world.unforeseen, left: world.left.length }).toEqual({ unforeseen: [], left: 0 });
}

async function check(poll: Poll, session: Session, world: World): Promise<void> {
  await elapse(world.clock, poll.afterMs);
  world.begin(poll);
  const now = world.clock.now();
  const running = session.poll?.run(poll.task, new AbortController().signal);
  if (running === undefined) throw new Error('a session that polls');
  const observed = await drive(world.clock, running);
  expect(observed.ok ? undefined : observed.error.kind).toBe(poll.expect.failure);
  if (!observed.ok) return;
  const { readings, events, failures } = observed.value;
  expect(Object.fromEntries(readings.map(({ point, raw: value }) => [point, plain(value)]))).toEqual(poll.expect.readings);
  expect((events ?? []).map((event) => eventText(event, now))).toEqual(poll.expect.events);
  expect(failures.map(({ failure, points }) => ({ kind: failure.kind, points: [...points] }))).toEqual(poll.expect.failures);
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : (value ?? null));

function eventText(event: RawEvent, now: number): string {
  const ago = Math.round((now - (event.observedAt ?? now)) / 1_000);
  const at = ago === 0 ? '' : `@${ago} `;
  if (event.type === 'deviceAlarm') return `${at}${event.active ? '+' : '-'} ${event.alarm} ${event.detail}`;
  return event.type === 'deviceAudit' ? `${at}! ${event.action} ${event.detail}` : event.type;
}
