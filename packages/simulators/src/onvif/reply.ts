import type { ServerResponse } from 'node:http';
import type { Clock } from '@cardwatch/kernel';

/** What a device does with its answer instead of sending it. */
export const replyFaults = ['noAnswer', 'stall', 'trickle', 'cutBody', 'deepNesting', 'doctype', 'gbk', 'nul'] as const;
export type ReplyFault = (typeof replyFaults)[number];

const nestingLevels = 20_000;
const trickleMs = 200;

/** 示例 in GBK, in a document that does not say so. */
const gbkBody = Buffer.concat([
  Buffer.from('<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a>'),
  Buffer.from([0xca, 0xbe, 0xc0, 0xfd, 0xff]),
  Buffer.from('</a></s:Body></s:Envelope>'),
]);

export function reply(
  response: ServerResponse,
  { status, body, fault }: { readonly status: number; readonly body: string; readonly fault: ReplyFault | undefined },
  clock: Clock,
): void {
  response.on('error', () => {});
  const head = { 'content-type': 'application/soap+xml; charset=utf-8', connection: 'close' };
  const whole = (bytes: Buffer): void => {
    response.writeHead(status, { ...head, 'content-length': String(bytes.length) });
    response.end(bytes);
  };
  switch (fault) {
    case undefined:
      return whole(Buffer.from(body));
    case 'noAnswer':
      return;
    case 'deepNesting':
      return whole(Buffer.from(`${'<a>'.repeat(nestingLevels)}x${'</a>'.repeat(nestingLevels)}`));
    case 'doctype':
      return whole(Buffer.from(`<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy">]>${body.replace(/^<\?xml[^>]*>/, '')}`));
    case 'gbk':
      return whole(gbkBody);
    case 'nul':
      return whole(Buffer.from(body.replace('<s:Body>', '<s:Body>\u0000')));
    case 'stall':
    case 'trickle':
    case 'cutBody': {
      const bytes = Buffer.from(body);
      response.writeHead(status, { ...head, 'content-length': String(bytes.length + 4_096) });
      response.write(bytes.subarray(0, bytes.length >> 1));
      if (fault === 'cutBody') clock.after(10, () => void response.socket?.end());
      if (fault === 'trickle') trickle(response, clock);
      return;
    }
  }
}

function trickle(response: ServerResponse, clock: Clock): void {
  if (response.destroyed || response.socket?.destroyed !== false) return;
  response.write(' ');
  clock.after(trickleMs, () => trickle(response, clock));
}
