/** Stands between agents and broker, passes every byte on, and hands out what was published, unpacked. */
import { connect, createServer, type Socket } from 'node:net';
import { zstdDecompressSync } from 'node:zlib';

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const publish = 3;

export interface Tap {
  readonly port: number;
  close(): Promise<void>;
}

export async function startTap(targetPort: number, onPayload: (topic: string, payload: Buffer) => void): Promise<Tap> {
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect({ port: targetPort, host: '127.0.0.1' });
    const drop = (): void => {
      inner.destroy();
      outer.destroy();
    };
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      const read = packetReader(onPayload);
      from.on('data', (bytes: Buffer) => {
        to.write(bytes);
        read(bytes);
      });
      from.on('error', drop).on('close', drop);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** MQTT 3.1.1, section 2: type and flags, remaining length of one to four bytes, rest. */
function packetReader(onPayload: (topic: string, payload: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let packet = firstPacket(rest); packet !== undefined; packet = firstPacket(rest)) {
      const { head, body } = packet;
      rest = rest.subarray(packet.bytes);
      if (head >> 4 !== publish) continue;
      const topicBytes = body.readUInt16BE(0);
      const at = 2 + topicBytes + ((head & 0x06) === 0 ? 0 : 2);
      onPayload(body.toString('utf8', 2, 2 + topicBytes), unpacked(body.subarray(at)));
    }
  };
}

function firstPacket(bytes: Buffer): { readonly head: number; readonly body: Buffer; readonly bytes: number } | undefined {
  let length = 0;
  for (let at = 1; at <= 4 && at < bytes.length; at++) {
    const digit = bytes[at] ?? 0;
    length += (digit & 0x7f) * 128 ** (at - 1);
    if ((digit & 0x80) !== 0) continue;
    const end = at + 1 + length;
    return end > bytes.length ? undefined : { head: bytes[0] ?? 0, body: bytes.subarray(at + 1, end), bytes: end };
  }
  return undefined;
}

/** The payload, and what is packed in it behind a zstd head. */
function unpacked(payload: Buffer): Buffer {
  const packed = payload.indexOf(zstdMagic);
  return packed < 0 ? payload : Buffer.concat([payload.subarray(0, packed), zstdDecompressSync(payload.subarray(packed))]);
}
