/** Ring showers behind a transparent serial server on 127.0.0.1 that keeps the byte times of the wire: bytes come as slowly as at the baud rate. */
import { createServer, type Server, type Socket } from 'node:net';
import { answerRtu, type RingSlave } from '@cardwatch/drivers/scripted';

export interface PacedOptions {
  readonly charMs: number;
  /** Turnaround of a slave, from the last byte of the request to the first of the reply, ms. */
  readonly turnaroundMs: number;
}

/** Time on the wire is bytes times character time; the clock is the machine's monotonic one. */
export interface PacedLine {
  readonly port: number;
  readonly wire: { bytes: number; exchanges: number; tooEarly: number };
  close(): Promise<void>;
}

/** Bytes of a reply are handed over in slices of about this length, each at the time of its last byte. */
const sliceMs = 8;

export async function pacedLine(slaves: ReadonlyMap<number, RingSlave>, options: PacedOptions): Promise<PacedLine> {
  const wire = { bytes: 0, exchanges: 0, tooEarly: 0 };
  const sockets = new Set<Socket>();
  let freeAtMs = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (request: Buffer) => {
      const now = performance.now();
      if (now < freeAtMs + 3.5 * options.charMs) wire.tooEarly++;
      const slave = slaves.get(request[0] ?? 0);
      const reply = slave === undefined ? undefined : answerRtu(slave, request);
      const startMs = now + request.length * options.charMs + options.turnaroundMs;
      freeAtMs = startMs + (reply?.length ?? 0) * options.charMs;
      wire.bytes += request.length + (reply?.length ?? 0);
      wire.exchanges++;
      if (reply !== undefined) send(socket, reply, startMs, options.charMs);
    });
  });
  const port = await listen(server);
  return { port, wire, close: () => shut(server, sockets) };
}

/** Timers are late by a part of a millisecond and cannot be earlier: the measured line is a little slower than the wire, never faster. */
function send(socket: Socket, reply: Uint8Array, startMs: number, charMs: number): void {
  const endMs = startMs + reply.length * charMs;
  let sent = 0;
  const next = (): void => {
    const due = Math.min(reply.length, Math.floor((performance.now() - startMs) / charMs));
    if (due > sent) socket.write(reply.subarray(sent, due));
    sent = Math.max(sent, due);
    if (sent < reply.length && !socket.destroyed) later();
  };
  const later = (): void => {
    const now = performance.now();
    setTimeout(next, Math.max(1, Math.min(Math.max(now, startMs) + sliceMs, endMs) - now));
  };
  later();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
