/** Searching a line: meters by wildcard, Modbus units one by one, over sockets with simulated slaves behind them. Nothing is written. */
import { createServer, type Server, type Socket } from 'node:net';
import { type Proposal, discoveryOf } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { Cjt188Meter } from '../../../packages/simulators/src/cjt188/meter.core.ts';
import { ModbusSlave } from '../../../packages/simulators/src/meters/modbus-slave.ts';
import type { WireSlave } from '../../../packages/simulators/src/meters/slave.ts';
import { realClock } from '../real-clock.ts';

const rate = { baudRate: 2_400, parity: 'even' } as const;
const io = createDriverIo({ clock: realClock, log: silentLogger });
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Bus {
  readonly port: number;
  readonly heard: Uint8Array[];
}

/** All slaves that are addressed answer at once: two of them make garbage of one another. */
function bus(slaves: readonly WireSlave[]): Promise<Bus> {
  const heard: Uint8Array[] = [];
  const random = new SeededRandom(9);
  const attend = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      heard.push(new Uint8Array(bytes));
      const replies = slaves.flatMap((slave) => slave.answer(new Uint8Array(bytes), realClock.now()) ?? []);
      if (replies.length === 1) socket.write(replies[0] ?? new Uint8Array());
      else if (replies.length > 1) socket.write(Uint8Array.from({ length: 25 }, () => Math.floor(random.next() * 200)));
    });
  };
  const server: Server = createServer(attend);
  closing.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, heard });
    });
  });
}

const meter = (address: string): Cjt188Meter =>
  new Cjt188Meter({ deviceId: address, address, dialect: 'plain', rate }, undefined);

async function found(
  protocol: string,
  options: Readonly<Record<string, unknown>>,
  signal = new AbortController().signal,
): Promise<Proposal[]> {
  const discovery = await discoveryOf(protocol);
  if (discovery === undefined) throw new Error(`${protocol} is searched for`);
  const proposals: Proposal[] = [];
  for await (const proposal of discovery.run(options, io, signal)) proposals.push(proposal);
  return proposals;
}

describe('cjt188', () => {
  test('one meter on the line answers AA at once', async () => {
    const { port, heard } = await bus([meter('78330011223344')]);
    const proposals = await found('cjt188', { host: '127.0.0.1', port, replyTimeoutMs: 100, pauseMs: 0 });
    expect(proposals).toMatchObject([
      {
        link: { kind: 'rtuOverTcp', host: '127.0.0.1', port, baudRate: 2_400 },
        device: { address: '78330011223344' },
        profiles: ['cjt188/cardwatch/cold-water-meter'],
      },
    ]);
    expect(heard).toHaveLength(1);
  });

  test('three meters are told apart by the low bytes of their addresses, by reads alone', async () => {
    const addresses = ['78330011223302', '78330011223305', '78330011223405'];
    const { port, heard } = await bus(addresses.map(meter));
    // Two levels of a hundred questions each; silence costs the shortest reply time.
    const proposals = await found('cjt188', {
      host: '127.0.0.1',
      port,
      baudRate: 115_200,
      replyTimeoutMs: 50,
      pauseMs: 0,
      questionsMax: 160,
    });
    expect(new Set(proposals.map(({ device }) => device['address']))).toEqual(new Set(addresses));
    expect(proposals).toHaveLength(3);
    expect(heard.every((bytes) => bytes[bytes.indexOf(0x68) + 9] === 0x03)).toBe(true);
  }, 60_000);

  test('an empty line, and a search that is broken off', async () => {
    const { port } = await bus([]);
    expect(await found('cjt188', { host: '127.0.0.1', port, replyTimeoutMs: 50 })).toEqual([]);
    const broken = new AbortController();
    broken.abort();
    expect(await found('cjt188', { host: '127.0.0.1', port }, broken.signal)).toEqual([]);
  });
});

describe('modbus', () => {
  test('units that answer, an exception included, are proposed, also behind five silent ones', async () => {
    const slow = { baudRate: 9_600, parity: 'even' } as const;
    const { port, heard } = await bus([
      new ModbusSlave({ deviceId: 'a', unit: 2, rate: slow, registers: new Map([[0, 17]]) }),
      new ModbusSlave({ deviceId: 'b', unit: 9, rate: slow, registers: new Map() }),
    ]);
    const proposals = await found('modbus', { host: '127.0.0.1', port, from: '1', to: '10', replyTimeoutMs: '60', pauseMs: 0 });
    expect(proposals.map(({ device, evidence }) => [device['unit'], evidence.includes('exception')])).toEqual([
      [2, false],
      [9, true],
    ]);
    expect(heard).toHaveLength(10);
    expect(heard.every((bytes) => bytes[1] === 3)).toBe(true);
  });
});

test.each([
  ['cjt188', {}],
  ['cjt188', { host: '127.0.0.1' }],
  ['cjt188', { path: '/dev/x', baudRate: 2_401 }],
  ['modbus', { port: 502 }],
] as const)('%s %j says too little or nonsense, and is refused by the options', async (protocol, options) => {
  expect((await discoveryOf(protocol))?.options.safeParse(options).success).toBe(false);
});
