/** A broker that announces a packet of 256 MB: the connection ends at its header, and nothing of it is put together. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AgentAddress } from '@cardwatch/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { mqttLimits, mqttLink } from '../../packages/agent/src/shell/mqtt.ts';

const address = { site: 'yb', agent: 'yb-a' } as AgentAddress;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Lets everybody in, grants everything, then says `then` behind the SUBACK. */
async function brokerThatSays(then: Uint8Array): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (bytes[0] === 0x10) socket.write(Uint8Array.of(0x20, 2, 0, 0));
      if (bytes[0] === 0x82) socket.write(Buffer.concat([Uint8Array.of(0x90, 3, bytes[2] ?? 0, bytes[3] ?? 0, 1), then]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const at = server.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

const topic = Buffer.from('cw/1/yb/yb-a/down/ack');
/** QoS 0; `bytes` behind the fixed header. */
function publish(bytes: number): Uint8Array {
  const head = Uint8Array.of(0x30, (bytes % 128) | 0x80, (Math.floor(bytes / 128) % 128) | 0x80, Math.floor(bytes / 16_384));
  return Buffer.concat([head, Uint8Array.of(0, topic.length), topic, new Uint8Array(bytes - 2 - topic.length)]);
}

const heard = async (says: Uint8Array): Promise<string> => {
  const link = mqttLink({ url: `mqtt://127.0.0.1:${await brokerThatSays(says)}`, address, password: 'x', ca: undefined });
  const connected = await link.connect();
  if (!connected.ok) return `no connection: ${JSON.stringify(connected.error)}`;
  const connection = connected.value;
  const first = await new Promise<string>((resolve) => {
    connection.onMessage((_topic, payload) => resolve(`message of ${payload.length}`));
    connection.onClose((reason) => resolve(`closed: ${reason}`));
  });
  await connection.close();
  return first;
};

describe('a packet of the broker', () => {
  const small = publish(1_000);
  test.each([
    [
      'whose header says 256 MB',
      Buffer.concat([Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), new Uint8Array(100)]),
      /packetTooLarge/,
    ],
    ['one byte longer than the limit', publish(mqttLimits.packetBytes + 1), /packetTooLarge/],
    [
      'at the limit is read: its message is longer than any, the next one is heard',
      Buffer.concat([publish(mqttLimits.packetBytes), small]),
      /^message of 977$/,
    ],
  ])('%s', async (_name, says, expected) => {
    expect(await heard(says)).toMatch(expected);
  });
});
