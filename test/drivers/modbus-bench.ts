/** Fault rows of the Modbus driver. `live` reads register 17, `identity` register 40: replies alike in everything but the value. */
import { answerMbap, answerRtu, put, type RegisterSlave } from '@cardwatch/drivers/scripted';
import { type FaultBench, type FaultRow, type Fault, type Wire, replyTimeoutMs } from './fault-rows.ts';

const unit = 5;
const expectedValues = { live: { first: 1_700 }, identity: { second: 4_000 } } as const;

const slave: RegisterSlave = { unit, holding: new Map(), input: new Map() };
put(slave.holding, 17, expectedValues.live.first);
put(slave.holding, 40, expectedValues.identity.second);
const stranger: RegisterSlave = { ...slave, unit: 6 };

const label = { zh: '值', en: 'Value' };
const profile = {
  profile: 'modbus/test/two',
  version: 1,
  protocol: 'modbus',
  title: label,
  kind: 'shower',
  source: 'test',
  tasks: { live: { periodMs: 1_000 }, identity: { periodMs: 1_000 } },
  points: [
    { name: 'first', label, read: { address: 17, as: 'u16' } },
    { name: 'second', label, read: { task: 'identity', address: 40, as: 'u16' } },
  ],
};

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte));

function drip({ reply, feed }: Wire): void {
  for (const [index, byte] of reply.entries()) feed(Uint8Array.of(byte), 15 * (index + 1));
}

const late: FaultRow['act'] = ({ reply, feed }) => feed(reply, replyTimeoutMs + 100);

const twice: FaultRow['act'] = ({ reply, feed }) => feed(Uint8Array.of(...reply, ...reply));

function split({ reply, feed }: Wire): void {
  feed(reply.subarray(0, 3), 10);
  feed(reply.subarray(3), 60);
}

function readdressed(bytes: Uint8Array): Uint8Array {
  const frame = answerRtu(stranger, bytes);
  return frame ?? new Uint8Array();
}

/** The request as it would go to the stranger, so that its sound reply can be had. */
const toStranger = (request: Uint8Array): Uint8Array => {
  const body = Uint8Array.of(stranger.unit, ...request.subarray(1, -2));
  return withCrc(body);
};

function withCrc(body: Uint8Array): Uint8Array {
  let crc = 0xffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
}

const rtuRows: Readonly<Record<Fault, FaultRow>> = {
  timeout: { act: () => {}, outcome: 'timeout', counters: { timeouts: 1, replies: 2, noiseBytes: 0 } },
  halfFrame: { act: ({ reply, feed }) => feed(half(reply)), outcome: 'timeout', counters: { timeouts: 1, noiseBytes: 3 } },
  wrongChecksum: {
    act: ({ reply, feed }) => feed(flipped(reply, 4)),
    outcome: 'malformed',
    counters: { timeouts: 1, crcErrors: 1 },
  },
  wrongAddress: {
    act: ({ request, feed }) => feed(readdressed(toStranger(request))),
    outcome: 'timeout',
    counters: { timeouts: 1, wrongSlave: 1, noiseBytes: 0 },
  },
  reset: { act: ({ reset }) => reset(), outcome: 'unreachable', counters: { replies: 2, timeouts: 0 } },
  slowDrip: { act: drip, outcome: 'ok', counters: { replies: 3, timeouts: 0, noiseBytes: 0 } },
  lateReply: { act: late, outcome: 'timeout', counters: { timeouts: 1, lateFrames: 1, replies: 2, noiseBytes: 0 } },
  echo: {
    act: ({ request, reply, feed }) => feed(Uint8Array.of(...request, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0, noiseBytes: 0, wrongSlave: 0 },
  },
  noise: {
    act: ({ reply, feed }) => feed(Uint8Array.of(0xff, 0x00, unit, ...reply)),
    outcome: 'ok',
    counters: { replies: 3, timeouts: 0, noiseBytes: 3 },
  },
  merged: { act: twice, outcome: 'ok', counters: { replies: 3, timeouts: 0 } },
  split: { act: split, outcome: 'ok', counters: { replies: 3, timeouts: 0, noiseBytes: 0 } },
};

const mbapRows: Readonly<Record<Fault, FaultRow>> = {
  ...rtuRows,
  halfFrame: { act: ({ reply, feed }) => feed(half(reply)), outcome: 'timeout', counters: { timeouts: 1, replies: 2 } },
  // MBAP has no checksum; its protocol id is what tells that the stream is out of step.
  wrongChecksum: {
    act: ({ reply, feed }) => feed(flipped(reply, 2)),
    outcome: 'malformed',
    counters: { timeouts: 0, replies: 2 },
  },
  wrongAddress: {
    act: ({ reply, feed }) => feed(reply.map((byte, index) => (index === 6 ? stranger.unit : byte))),
    outcome: 'timeout',
    counters: { timeouts: 1, wrongSlave: 1 },
  },
  // Comes while the next request waits for its own.
  lateReply: {
    act: ({ reply, feed }) => feed(reply, replyTimeoutMs + 2),
    outcome: 'timeout',
    counters: { timeouts: 1, lateFrames: 1, replies: 2, noiseBytes: 0 },
  },
  merged: { act: twice, outcome: 'ok', counters: { replies: 3, timeouts: 0, lateFrames: 1 } },
  echo: {
    act: ({ request, reply, feed }) => feed(Uint8Array.of(...request, ...reply)),
    outcome: 'malformed',
    counters: { timeouts: 0 },
  },
  noise: {
    act: ({ reply, feed }) => feed(Uint8Array.of(0xff, 0x00, unit, ...reply)),
    outcome: 'malformed',
    counters: { timeouts: 0, replies: 2 },
  },
};

const common = {
  protocol: 'modbus',
  profile,
  first: { task: 'live', values: expectedValues.live },
  second: { task: 'identity', values: expectedValues.identity },
};
const timing = { unit, replyTimeoutMs, retries: 0 };

export const modbusBenches: readonly FaultBench[] = [
  {
    ...common,
    connection: { kind: 'rtuOverTcp', host: 'h', port: 4_001, ...timing },
    answer: (request) => answerRtu(slave, request),
    rows: rtuRows,
  },
  {
    ...common,
    connection: { kind: 'serial', path: '/dev/scripted', ...timing },
    answer: (request) => answerRtu(slave, request),
    rows: rtuRows,
  },
  {
    ...common,
    connection: { kind: 'modbusTcp', host: 'h', ...timing },
    answer: (request) => answerMbap(slave, request),
    rows: mbapRows,
  },
];
