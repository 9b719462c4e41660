/** Relay: terminal and card centre must not notice that the agent stands between them, whatever goes over the line and whatever ails the journal. */
import { type Server, type Socket, connect, createServer } from 'node:net';
import type { Session } from '@cardwatch/drivers';
import { type Logger, SeededRandom, intBetween, toHex } from '@cardwatch/kernel';
import { CardCentre, Truth, openIso8583 } from '@cardwatch/simulators';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../peer.ts';
import { realClock } from '../real-clock.ts';
import { Ledger, deviceOf, openDriver, profileOf, terminalNo, until } from './bench.ts';

const profileName = 'iso8583/unionpay/terminal-online';
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Relay {
  readonly port: number;
  readonly ledger: Ledger;
  readonly session: Session;
}

async function openRelay(hostPort: number, log?: Logger): Promise<Relay> {
  const port = await freePort();
  const connection = {
    kind: 'iso8583',
    mode: 'relay',
    listen: { host: '127.0.0.1', port },
    host: '127.0.0.1',
    port: hostPort,
    terminal: terminalNo(0),
  };
  const [session] = await openDriver(profileName, [connection], log);
  if (session === undefined) throw new Error('a session');
  const ledger = new Ledger(await profileOf(profileName));
  session.listen?.start(ledger, () => ledger.resume());
  closing.push(() => session.close());
  return { port, ledger, session };
}

async function openCentre(): Promise<CardCentre> {
  const centre = await CardCentre.open({ clock: realClock, port: 0, stamp: { time: '120000', date: '1123' } });
  closing.push(() => centre.close());
  return centre;
}

async function openPos(port: number, replyTimeoutMs = 400) {
  const truth = new Truth();
  const plan = {
    kind: 'iso8583' as const,
    name: 'canteen',
    agent: 'agent-1' as never,
    port,
    devices: [
      {
        deviceId: deviceOf(0) as never,
        name: 'pos',
        profile: profileName as never,
        address: terminalNo(0),
        place: { campus: 'c', area: 'a' } as never,
      },
    ],
  };
  const parts = {
    clock: realClock,
    random: new SeededRandom(5),
    truth: { record: (entry: never) => truth.take(entry), pass: () => {} },
  };
  const cluster = await openIso8583(plan, { ...parts, port, restored: undefined }, { replyTimeoutMs, echoMs: 150 });
  closing.push(() => cluster.close());
  const [pos] = cluster.terminals;
  if (pos === undefined) throw new Error('a POS');
  return { cluster, pos, truth };
}

const sale = (amountFen: number) => ({ card: '6225000000000014', amountFen, balanceBeforeFen: 50_000, cardCounter: 1 });

/** What a plain recorder heard and what the caller heard of it. */
interface Run {
  readonly received: string;
  readonly heard: string;
  readonly endedByCaller: boolean;
}

/** A host that records, answers each piece with its own bytes turned round, and ends when the caller has ended. */
function recorder(
  reply: (bytes: Uint8Array) => Uint8Array,
): Promise<{ readonly port: number; readonly runs: { bytes: number[]; ended: boolean }[] }> {
  const runs: { bytes: number[]; ended: boolean }[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    const run = { bytes: [] as number[], ended: false };
    runs.push(run);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const byte of bytes) run.bytes.push(byte);
    });
    socket.on('end', () => {
      run.ended = true;
      socket.end(reply(Uint8Array.from(run.bytes)));
    });
  });
  closing.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, runs });
    });
  });
}

/** Sends the pieces, ends its direction and hears the rest: the half-closed line must stay open for the answer. */
function call(port: number, pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const heard: Uint8Array[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    socket.setTimeout(20_000, () => socket.destroy(new Error('silence')));
    socket.on('data', (bytes) => heard.push(bytes));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(heard)));
    const next = (index: number): void => {
      const piece = pieces[index];
      if (piece === undefined) socket.end();
      else socket.write(piece, () => realClock.after(index % 7 === 3 ? 2 : 0, () => next(index + 1)));
    };
    socket.on('connect', () => next(0));
  });
}

const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a).reverse();

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const echo = hex(
  '003460000300006021000000000820' + '0000000000C000104354303030303030313034333130303832323030303031001100000045301' + '0',
);
const signOn = hex(
  '003C600000973360220000000008000020000000C00012021806323031323132303653706563526F75746531323132303600110000000100100003303033',
);

function split(bytes: Uint8Array, random: SeededRandom): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = intBetween(random, 1, 90);
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

describe('bytes', () => {
  const random = new SeededRandom(11);
  const noise = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => intBetween(random, 0, 255));
  const rows: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ['one message', [signOn]],
    ['two messages in one piece', [Uint8Array.of(...signOn, ...echo)]],
    ['a message split anywhere', split(Uint8Array.of(...echo, ...signOn, ...echo), random)],
    ['keep-alives of length 0', [Uint8Array.of(0, 0, 0, 0), signOn, Uint8Array.of(0, 0)]],
    ['half a message, then the end', [signOn.slice(0, 25)]],
    ['a length above the limit', [hex('ffff6000'), noise(3_000)]],
    ['noise from the first byte on', split(noise(5_000), random)],
    ['a message, then noise', [signOn, noise(500), echo]],
    ['a megabyte', Array.from({ length: 64 }, () => noise(16_384))],
  ];
  test.each(rows)('%s: the same with and without the agent, in both directions', async (_, pieces) => {
    const host = await recorder(turned);
    const relay = await openRelay(host.port);
    const runs: Run[] = [];
    for (const port of [host.port, relay.port]) {
      const heard = await call(port, pieces);
      const run = host.runs.at(-1);
      runs.push({ received: toHex(Uint8Array.from(run?.bytes ?? [])), heard: toHex(heard), endedByCaller: run?.ended === true });
    }
    const sent = toHex(Buffer.concat(pieces));
    expect(host.runs.length).toBe(2);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[1]).toEqual({ received: sent, heard: toHex(turned(Buffer.concat(pieces))), endedByCaller: true });
  });

  test('a card centre that cannot be reached: the terminal is hung up on, dials again, and goes on when it is back', async () => {
    const hostPort = await freePort();
    const told: string[] = [];
    const log: Logger = { log: (_, event) => void told.push(event), child: () => log };
    const relay = await openRelay(hostPort, log);
    const { pos } = await openPos(relay.port);
    await until('several attempts', () => told.filter((event) => event === 'cardCentreUnreachable').length >= 2);
    expect(pos.seen.signOns).toBe(0);
    const centre = await CardCentre.open({ clock: realClock, port: hostPort, stamp: { time: '120000', date: '1123' } });
    closing.push(() => centre.close());
    await until('signed on', () => pos.seen.signOns === 1);
  });

  test('a host that does not read: the terminal is held back, and nothing of it is lost', async () => {
    const totalBytes = 64 * 1_024 * 1_024;
    let heldHost: Socket | undefined;
    let receivedBytes = 0;
    const host = createServer((socket) => {
      heldHost = socket.pause();
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        receivedBytes += bytes.length;
      });
    });
    closing.push(() => new Promise<void>((resolve) => void host.close(() => resolve())));
    const hostPort = await new Promise<number>((resolve) => {
      host.listen(0, '127.0.0.1', () => resolve((host.address() as { port: number }).port));
    });
    const relay = await openRelay(hostPort);
    const caller = connect({ port: relay.port, host: '127.0.0.1' });
    caller.on('error', () => {});
    closing.push(() => void caller.destroy());
    for (let at = 0; at < totalBytes; at += 65_536) caller.write(new Uint8Array(65_536).fill(0xff));
    await until('connected to the host', () => heldHost !== undefined);
    const accepted = (): number => totalBytes - caller.writableLength;
    let before = -1;
    await until('held back', () => {
      const now = accepted();
      const still = now === before;
      before = now;
      return still && now > 0;
    });
    expect(accepted()).toBeLessThan(totalBytes / 2);
    heldHost?.resume();
    await until('all there', () => receivedBytes === totalBytes);
    heldHost?.destroy();
  });

  test('both directions at once: two megabytes there and back while they are still being sent', async () => {
    const host = createServer((socket) => void socket.on('error', () => {}).pipe(socket));
    closing.push(() => new Promise<void>((resolve) => void host.close(() => resolve())));
    const hostPort = await new Promise<number>((resolve) => {
      host.listen(0, '127.0.0.1', () => resolve((host.address() as { port: number }).port));
    });
    const relay = await openRelay(hostPort);
    const pieces = Array.from({ length: 32 }, () => noise(65_536));
    const heard = await call(relay.port, pieces);
    expect(Buffer.compare(heard, Buffer.concat(pieces))).toBe(0);
  });

  test('a host that resets the connection: the terminal loses it too, and the next one works', async () => {
    let resets = 1;
    const host = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => (resets-- > 0 ? socket.resetAndDestroy() : socket.end(bytes)));
    });
    closing.push(() => new Promise<void>((resolve) => void host.close(() => resolve())));
    const hostPort = await new Promise<number>((resolve) => {
      host.listen(0, '127.0.0.1', () => resolve((host.address() as { port: number }).port));
    });
    const relay = await openRelay(hostPort);
    await expect(call(relay.port, [signOn])).resolves.toHaveLength(0);
    await expect(call(relay.port, [signOn])).resolves.toHaveLength(signOn.length);
  });

  test('unread bytes are counted and told, and go on all the same', async () => {
    const host = await recorder(turned);
    const relay = await openRelay(host.port);
    await call(relay.port, [hex('ffff'), new Uint8Array(100)]);
    expect(relay.session.line?.noiseBytes).toBeGreaterThanOrEqual(100);
    expect(host.runs[0]?.bytes.length).toBe(102);
  });
});

describe('custody beside the line', () => {
  test('sales that the host approved are kept, those it declined are not', async () => {
    const centre = await CardCentre.open({
      clock: realClock,
      port: 0,
      stamp: { time: '120000', date: '1123' },
      decide: ({ fields }) => (Number(fields[4]) > 1_000 ? '51' : '00'),
    });
    closing.push(() => centre.close());
    const relay = await openRelay(centre.port);
    const { pos, truth } = await openPos(relay.port);
    for (let round = 0; round < 20; round++) pos.sell(sale(round % 4 === 3 ? 2_000 : 100 + round));
    await until('all asked', () => pos.waiting === 0 && relay.ledger.entries.size === 15);
    expect(pos.seen).toMatchObject({ acknowledged: 15, refused: 5 });
    expect(relay.ledger.netFen).toBe(truth.rows()[0]?.amountFen);
    expect(relay.ledger.netFen).toBe(centre.booked.get(terminalNo(0)));
    expect(relay.ledger.observations.every(({ collectMode }) => collectMode === 'relay')).toBe(true);
    for (const { generation, recordNo, kind, amountFen } of truth.records(deviceOf(0), { generation: 0, recordNo: 0 }, 100))
      expect(relay.ledger.entries.get(`${generation}/${recordNo}`)).toMatchObject({ kind, amountFen });
  });

  test('no reply, late reply: the terminal takes the sale back, and the sums of terminal, host and ledger agree', async () => {
    const centre = await openCentre();
    const relay = await openRelay(centre.port);
    const { pos, truth } = await openPos(relay.port, 250);
    await until('signed on', () => pos.seen.signOns === 1);
    for (let round = 0; round < 8; round++) {
      // The host books and says nothing, or says it when the terminal no longer listens.
      if (round % 4 === 1) centre.silent = 1;
      if (round % 4 === 2) centre.lateMs = [400];
      pos.sell(sale(500 + round));
      await until('settled between them', () => pos.waiting === 0);
    }
    await until('kept', () => relay.ledger.netFen === (centre.booked.get(terminalNo(0)) ?? 0));
    expect(pos.seen.lost).toBeGreaterThanOrEqual(4);
    expect(relay.ledger.netFen).toBe(truth.rows()[0]?.amountFen);
    expect([...relay.ledger.entries.values()].filter(({ kind }) => kind === 'grey').length).toBe(pos.seen.lost);
    expect(relay.ledger.conflicts).toBe(0);
  });

  test('a journal that never takes anything: the line works as if it were not there', async () => {
    const centre = await openCentre();
    const relay = await openRelay(centre.port);
    relay.ledger.refuse = Number.POSITIVE_INFINITY;
    const { pos } = await openPos(relay.port);
    for (let round = 0; round < 50; round++) pos.sell(sale(100));
    await until('all approved', () => pos.seen.acknowledged === 50);
    expect(centre.booked.get(terminalNo(0))).toBe(5_000);
    expect(relay.ledger.entries.size).toBe(0);
    await until('told', () => relay.ledger.failures.some(({ kind }) => kind === 'refused'));
  });

  test('a journal that was ill for a while: what was seen meanwhile is kept, and the agent says so', async () => {
    const centre = await openCentre();
    const relay = await openRelay(centre.port);
    relay.ledger.refuse = 2;
    const { pos, truth } = await openPos(relay.port);
    for (let round = 0; round < 10; round++) pos.sell(sale(200 + round));
    await until('all kept', () => relay.ledger.entries.size === 10);
    expect(relay.ledger.netFen).toBe(truth.rows()[0]?.amountFen);
    expect(relay.ledger.failures.length).toBeGreaterThan(0);
  });

  test('a terminal that nobody configured is passed on, counted and told once', async () => {
    const host = await recorder(turned);
    const told: string[] = [];
    const log: Logger = { log: (_, event) => void told.push(event), child: () => log };
    const relay = await openRelay(host.port, log);
    await call(relay.port, [signOn, signOn]);
    expect(host.runs[0]?.bytes.length).toBe(2 * signOn.length);
    expect(relay.session.line?.wrongSlave).toBe(2);
    expect(told.filter((event) => event === 'unknownTerminal').length).toBe(1);
  });
});
