import type { ServerResponse } from 'node:http';
import type { Clock } from '@cardwatch/kernel';

/** What may go wrong with the body of a reply. */
export interface ReplyFaults {
  /** Headers, and then nothing. */
  readonly stall: boolean;
  /** Half of it, and the connection ends. */
  readonly cutBody: boolean;
  /** One byte after the other. */
  readonly trickle: boolean;
}

const trickleMs = 100;

export function sendReply(response: ServerResponse, type: string, text: string, faults: ReplyFaults, clock: Clock): void {
  const body = Buffer.from(text);
  response.writeHead(200, { 'content-type': type, 'content-length': body.length });
  if (faults.stall) response.flushHeaders();
  else if (faults.cutBody) response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  else if (faults.trickle) trickle(response, body, clock);
  else response.end(body);
}

function trickle(response: ServerResponse, body: Buffer, clock: Clock): void {
  if (response.destroyed) return;
  if (body.length === 0) {
    response.end();
    return;
  }
  response.write(body.subarray(0, 1));
  clock.after(trickleMs, () => trickle(response, body.subarray(1), clock));
}
