import { createServer, type Server, type Socket } from 'node:net';
import { type CancelTimer, type Clock, err, ok } from '@cardwatch/kernel';
import { mbapBytes, MbapFramer } from '../modbus/mbap.core.ts';
import { rtuBytes, type RtuFrame, RtuFramer } from '../modbus/rtu.core.ts';
import type { PlanLine } from '../plan/plan.ts';
import type { Bus } from './bus.ts';
import type { Line, LineResult } from './line.ts';

export const tcpLimits = { clients: 8, unsentBytes: 64 * 1024 } as const;
/** A serial server may split a frame into segments anywhere; this much silence ends it. */
const segmentGapMs = 50;
const host = '127.0.0.1';

type Attend = (socket: Socket) => (bytes: Uint8Array) => void;

/** A transparent serial server: bare RTU frames with CRC on TCP, one bus behind it. */
export function openRtuOverTcp(plan: PlanLine & { readonly port: number }, bus: Bus, clock: Clock): Promise<LineResult> {
  return listen(plan, bus, (socket) => attendRtu(bus, clock, (bytes) => write(socket, bytes)));
}

/** A Modbus/TCP gateway with the same slaves behind it. */
export function openModbusTcp(plan: PlanLine & { readonly port: number }, bus: Bus): Promise<LineResult> {
  return listen(plan, bus, (socket) => {
    const framer = new MbapFramer();
    return (bytes) => {
      const frames = framer.feed(bytes);
      if (frames === undefined) {
        socket.destroy();
        return;
      }
      for (const { transaction, unit, pdu, bytes: frame } of frames)
        bus.submit({
          framing: 'mbap',
          unit,
          pdu,
          bytes: frame,
          wrap: (replyUnit, reply) => mbapBytes(transaction, replyUnit, reply),
          send: (reply) => write(socket, reply),
        });
    };
  });
}

/** What hears one master on an RTU line: frames to the bus, the rest counted as noise. */
export function attendRtu(
  bus: Bus,
  clock: Clock,
  send: (bytes: Uint8Array) => void,
  gapMs: number = segmentGapMs,
): (bytes: Uint8Array) => void {
  const framer = new RtuFramer();
  let cancelGap: CancelTimer = () => {};
  const submit = (frames: readonly RtuFrame[]): void => {
    for (const { unit, pdu, bytes } of frames) bus.submit({ framing: 'rtu', unit, pdu, bytes, wrap: rtuBytes, send });
  };
  return (bytes) => {
    cancelGap();
    submit(framer.feed(bytes));
    cancelGap = clock.after(gapMs, () => {
      const { frames, noiseBytes, crcErrors } = framer.gap();
      bus.heardNoise(noiseBytes, crcErrors);
      submit(frames);
    });
  };
}

function write(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return;
  if (socket.writableLength > tcpLimits.unsentBytes) socket.destroy();
  else socket.write(bytes);
}

async function listen(plan: PlanLine & { readonly port: number }, bus: Bus, attend: Attend): Promise<LineResult> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (sockets.size >= tcpLimits.clients) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', attend(socket));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const refused = await bound(server, plan.port);
  if (refused !== undefined) return err({ kind: 'cannotListen', line: plan.name, detail: refused });
  return ok(lineOf(plan, bus, server, sockets));
}

function lineOf(plan: PlanLine, bus: Bus, server: Server, sockets: ReadonlySet<Socket>): Line {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    plan,
    bus,
    address: `${host}:${port}`,
    port,
    clients: () => sockets.size,
    babble: (bytes) => {
      for (const socket of sockets) write(socket, bytes);
    },
    close: () =>
      new Promise((resolve) => {
        bus.close();
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Resolves to why the port cannot be had, or undefined. */
const bound = (server: Server, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (reason) => resolve(`port ${port}: ${reason.message}`));
    server.listen(port, host, () => resolve(undefined));
  });
