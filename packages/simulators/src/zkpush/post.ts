import { request } from 'node:http';
import type { Clock } from '@cardwatch/kernel';

/** How a request goes wrong on the way. */
export type Upset = 'ackLost' | 'cutBody' | 'stall' | 'trickle';

export interface Post {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: Uint8Array;
  readonly upset: Upset | undefined;
}

const patienceMs = 5_000;
const trickleMs = 20;
const replyBytesMax = 64 * 1024;

/** Text of the answer, whatever its status says, as terminals read it; undefined when none came. */
export function post({ port, method, path, body, upset }: Post, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'iClock Proxy/1.09', 'content-type': 'application/push;charset=UTF-8' };
    const length = method === 'POST' ? { 'content-length': String(body.length) } : {};
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false, headers: { ...headers, ...length } });
    const give = (text: string | undefined): void => {
      cancel();
      sent.destroy();
      resolve(text);
    };
    const cancel = clock.after(patienceMs, () => give(undefined));
    sent.on('error', () => give(undefined));
    sent.on('response', (reply) => {
      if (upset === 'ackLost') return give(undefined);
      const parts: Buffer[] = [];
      reply.on('data', (bytes: Buffer) => {
        parts.push(bytes);
        if (parts.reduce((sum, part) => sum + part.length, 0) > replyBytesMax) give(undefined);
      });
      reply.on('error', () => give(undefined));
      reply.on('end', () => give(Buffer.concat(parts).toString('utf8')));
    });
    sendBody(
      { send: (bytes) => void sent.write(bytes), end: () => void sent.end(), drop: () => void sent.destroy() },
      body,
      upset,
      clock,
    );
  });
}

interface Wire {
  send(bytes: Uint8Array): void;
  end(): void;
  drop(): void;
}

function sendBody(wire: Wire, body: Uint8Array, upset: Upset | undefined, clock: Clock): void {
  const half = body.subarray(0, body.length >> 1);
  if (upset === 'stall' || upset === 'cutBody') {
    wire.send(half);
    if (upset === 'cutBody') clock.after(trickleMs, () => wire.drop());
    return;
  }
  if (upset === 'trickle') return trickle(wire, body, 0, clock);
  if (body.length > 0) wire.send(body);
  wire.end();
}

function trickle(wire: Wire, body: Uint8Array, at: number, clock: Clock): void {
  const step = Math.max(1, Math.ceil(body.length / 8));
  if (at >= body.length) return wire.end();
  wire.send(body.subarray(at, at + step));
  clock.after(trickleMs, () => trickle(wire, body, at + step, clock));
}
