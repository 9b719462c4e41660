/** Fault rows of the meter drivers. The replies are the simulated meters', which share no code with the drivers. */
import { epochMs } from '@cardwatch/kernel';
import { Cjt188Meter } from '../../packages/simulators/src/cjt188/meter.core.ts';
import { Dlt645Meter } from '../../packages/simulators/src/dlt645/meter.core.ts';
import type { WireSlave } from '../../packages/simulators/src/meters/slave.ts';
import { type Fault, type FaultBench, type FaultRow, type Wire, replyTimeoutMs } from './fault-rows.ts';

const rate = { baudRate: 2_400, parity: 'even' } as const;
const at = epochMs(1_795_406_400_000);
const water = new Cjt188Meter(
  { deviceId: 'w', address: '78330011223344', dialect: 'plain', rate },
  { litres: 12_340, closed: false },
);
const power = new Dlt645Meter({ deviceId: 'p', address: '000000000161', rate }, { wattHours: 1_000_000 });

const label = { zh: '值', en: 'Value' };
const common = { version: 1, title: label, kind: 'meter', source: 'test', tasks: { live: { periodMs: 1_000 } } };

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const damaged = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 4, (bytes[bytes.length - 4] ?? 0) ^ 0x10);

function drip({ reply, feed }: Wire): void {
  for (const [index, byte] of reply.entries()) feed(Uint8Array.of(byte), 5 * (index + 1));
}

function split({ reply, feed }: Wire): void {
  feed(reply.subarray(0, 5), 10);
  feed(reply.subarray(5), 60);
}

/** `budgetMs`: what the driver waits for the first reply at most, so that a late one comes after it. */
const rowsFor = (slave: WireSlave, budgetMs: number): Readonly<Record<Fault, FaultRow>> => ({
  timeout: { act: () => {}, outcome: 'timeout', counters: { timeouts: 1, replies: 2, noiseBytes: 0 } },
  halfFrame: { act: ({ reply, feed }) => feed(half(reply)), outcome: 'timeout', counters: { timeouts: 1, replies: 2 } },
  wrongChecksum: {
    act: ({ reply, feed }) => feed(damaged(reply)),
    outcome: 'malformed',
    counters: { timeouts: 1, crcErrors: 1 },
  },
  wrongAddress: {
    act: ({ reply, feed }) => feed(slave.readdressed(reply)),
    outcome: 'timeout',
    counters: { timeouts: 1, wrongSlave: 1, noiseBytes: 0 },
  },
  reset: { act: ({ reset }) => reset(), outcome: 'unreachable', counters: { replies: 2, timeouts: 0 } },
  slowDrip: { act: drip, outcome: 'ok', counters: { replies: 3, timeouts: 0, noiseBytes: 0 } },
  lateReply: {
    act: ({ reply, feed }) => feed(reply, budgetMs + 50),
    outcome: 'timeout',
    counters: { timeouts: 1, lateFrames: 1, replies: 2, noiseBytes: 0 },
  },
  echo: {
    act: ({ request, reply, feed }) => feed(Uint8Array.of(...request, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0, noiseBytes: 0, wrongSlave: 0 },
  },
  noise: {
    act: ({ reply, feed }) => feed(Uint8Array.of(0xff, 0x00, 0x16, ...reply)),
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

const timing = { replyTimeoutMs, retries: 0, baudRate: 2_400 };
const links = [
  { kind: 'rtuOverTcp', host: 'h', port: 4_001, ...timing },
  { kind: 'serial', path: '/dev/scripted', ...timing },
] as const;

const waterValues = { task: 'live', values: { volume: 12_340, valve: 'open' } };
const powerValues = { task: 'live', values: { energy: 100_000 } };

export const meterBenches: readonly FaultBench[] = links.flatMap((link) => [
  {
    protocol: 'cjt188',
    connection: { ...link, address: '78330011223344' },
    profile: {
      ...common,
      profile: 'cjt188/test/one',
      protocol: 'cjt188',
      type: '10',
      points: [
        { name: 'volume', label, read: { from: 'volume' } },
        { name: 'valve', label, read: { from: 'valve' } },
      ],
    },
    answer: (request: Uint8Array) => water.answer(request, at),
    rows: rowsFor(water, (20 + 63) * 4.6 + replyTimeoutMs),
    first: waterValues,
    second: waterValues,
  },
  {
    protocol: 'dlt645',
    connection: { ...link, address: '000000000161' },
    profile: {
      ...common,
      profile: 'dlt645/test/one',
      protocol: 'dlt645',
      points: [{ name: 'energy', label, read: { di: '00010000', bytes: 4 } }],
    },
    answer: (request: Uint8Array) => power.answer(request, at),
    rows: rowsFor(power, (20 + 37) * 4.6 + replyTimeoutMs),
    first: powerValues,
    second: powerValues,
  },
]);
