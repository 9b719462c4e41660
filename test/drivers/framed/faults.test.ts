/** Both models against every fault of a line, on every kind of link, in virtual time. The far side is the simulator's own reading of the data sheets. */
import { type Observation, createRegistry, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { drive, elapse, scriptedIo, scriptedStart } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, VirtualClock } from '@cardwatch/kernel';
import { FramedPos, indexPos, pagePos } from '@cardwatch/simulators';
import { describe, expect, test } from 'vitest';
import { type Fault, type FaultRow, type Wire, faults, replyTimeoutMs } from '../fault-rows.ts';

const signal = new AbortController().signal;
const unit = 42;
const links = [
  { kind: 'rtuOverTcp', host: 'h', port: 4_001 },
  { kind: 'serial', path: '/dev/scripted' },
  { kind: 'framedTcp', host: 'h', port: 4_002 },
] as const;
const models = [
  { name: 'index-pos', model: indexPos },
  { name: 'page-pos', model: pagePos },
] as const;
type Model = (typeof models)[number]['model'];

/** What the terminal would say; `as`: as if another address had been asked, or with a wrong checksum. */
function answer(
  pos: FramedPos,
  model: Model,
  request: Uint8Array,
  as: { readonly address?: number; readonly wrongCheck?: boolean } = {},
): Uint8Array {
  const [heard] = model.ear().hear(request);
  if (heard === undefined || heard.address !== unit) throw new Error('the far side does not understand the request');
  const { command, body } = model.answer(pos, heard, scriptedStart);
  return model.frame({ address: as.address ?? unit, sequence: heard.sequence, command, body }, as.wrongCheck ?? false);
}

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const start: Readonly<Record<string, number>> = { 'index-pos': 0x55, 'page-pos': 0x7e };

interface Bench {
  readonly name: string;
  readonly variant: (request: Uint8Array, as: { readonly address?: number; readonly wrongCheck?: boolean }) => Uint8Array;
}

const rowsOf = ({ name, variant }: Bench): Readonly<Record<Fault, FaultRow>> => ({
  timeout: { act: () => {}, outcome: 'timeout', counters: { timeouts: 1, replies: 2, noiseBytes: 0 } },
  halfFrame: { act: ({ reply, feed }) => feed(half(reply)), outcome: 'timeout', counters: { timeouts: 1, replies: 2 } },
  wrongChecksum: {
    act: ({ request, feed }) => feed(variant(request, { wrongCheck: true })),
    outcome: 'malformed',
    counters: { timeouts: 1, crcErrors: 1, replies: 2 },
  },
  wrongAddress: {
    act: ({ request, feed }) => feed(variant(request, { address: unit + 1 })),
    outcome: 'timeout',
    counters: { timeouts: 1, wrongSlave: 1, noiseBytes: 0, replies: 2 },
  },
  reset: { act: ({ reset }) => reset(), outcome: 'unreachable', counters: { replies: 2, timeouts: 0 } },
  slowDrip: { act: drip, outcome: 'ok', counters: { replies: 3, timeouts: 0, noiseBytes: 0 } },
  lateReply: {
    act: ({ reply, feed }) => feed(reply, replyTimeoutMs + 150),
    outcome: 'timeout',
    counters: { timeouts: 1, lateFrames: 1, replies: 2, noiseBytes: 0 },
  },
  echo: {
    act: ({ request, reply, feed }) => feed(Uint8Array.of(...request, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0, noiseBytes: 0, wrongSlave: 0, lateFrames: 0 },
  },
  noise: {
    act: ({ reply, feed }) => feed(Uint8Array.of(0xff, 0x00, start[name] ?? 0, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0, noiseBytes: 3 },
  },
  merged: {
    act: ({ reply, feed }) => feed(Uint8Array.of(...reply, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0 },
  },
  split: { act: split, outcome: 'ok', counters: { replies: 3, timeouts: 0, noiseBytes: 0 } },
});

function drip({ reply, feed }: Wire): void {
  for (const [index, byte] of reply.entries()) feed(Uint8Array.of(byte), 4 * (index + 1));
}

function split({ reply, feed }: Wire): void {
  feed(reply.subarray(0, 3), 10);
  feed(reply.subarray(3), 60);
}

async function open(name: string, link: (typeof links)[number], fault: Fault) {
  const clock = new VirtualClock(scriptedStart);
  const model = models.find((each) => each.name === name)?.model ?? indexPos;
  const truth = { record: () => {}, pass: () => {} };
  const pos = new FramedPos({ deviceId: 'p', model, address: unit }, { clock, truth });
  const row = rowsOf({ name, variant: (request, as) => answer(pos, model, request, as) })[fault];
  let requests = 0;
  const { io } = scriptedIo((request, stream) => {
    requests++;
    const reply = answer(pos, model, request);
    const feed = (bytes: Uint8Array, afterMs = 5): void => void clock.after(afterMs, () => stream.feed(bytes));
    if (requests === 1) row.act({ request, reply, feed, reset: () => stream.reset() });
    else feed(reply);
  }, clock);
  const profile = await loadProfile(profileRoot, `framed/cardwatch/${name}`);
  if (!profile.ok) throw new Error(describeProfileFailure(profile.error));
  const driver = createRegistry(new SeededRandom(3)).get('framed');
  if (driver === undefined) throw new Error('framed is registered');
  const opened = await driver.open(driver.connection.parse({ ...link, unit, replyTimeoutMs, retries: 0 }), profile.value, io);
  if (!opened.ok || opened.value.poll === undefined) throw new Error('a session that polls');
  return { ...opened.value, poll: opened.value.poll, clock, row };
}

const told = ({ facts }: Observation) => ({ blacklist: facts.blacklistVersion, firmware: facts.firmware });
const firmware: Readonly<Record<string, string>> = { 'index-pos': '2.14', 'page-pos': '1.07' };
let visited = 0;

describe.each(models.flatMap(({ name }) => links.map((link) => ({ name, kind: link.kind, link }))))(
  '$name over $kind',
  ({ name, link }) => {
    test.each(faults.map((fault) => [fault] as const))('%s', async (fault) => {
      const { poll, line, clock, close, row } = await open(name, link, fault);
      const first = await drive(clock, poll.run('live', signal));
      expect(first.ok ? 'ok' : first.error.kind).toBe(row.outcome);
      if (first.ok) expect(told(first.value).blacklist).toBe(20_261_101);
      const startedMs = clock.mono();
      const other = await drive(clock, poll.run('identity', signal));
      expect(other.ok && told(other.value).firmware).toBe(firmware[name]);
      const again = await drive(clock, poll.run('live', signal));
      expect(again.ok && told(again.value).blacklist).toBe(20_261_101);
      expect(clock.mono() - startedMs).toBeLessThan(2_000);
      expect(line).toMatchObject(row.counters ?? {});
      await close();
      await elapse(clock, 60_000);
      visited++;
    });
  },
);

test('every row was run on every link of both models', () => {
  expect(visited).toBe(models.length * links.length * faults.length);
});
