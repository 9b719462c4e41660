/** What the frame guard lets through never makes the parser behind it throw: an exception there would end the process. */
import { intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { generate, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { FrameGuard } from './frame-guard.core.ts';
import { brokerLimits } from './limits.ts';

const packets = 60_000;
const random = new SeededRandom(5);

const connect = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'yb-1',
  keepalive: 30,
  username: 'demo/yb-1',
  password: Buffer.from('secret'),
  will: { topic: 'cw/1/demo/yb-1/up/bye', payload: Buffer.from('x'), qos: 1, retain: false },
});
const others = [
  generate({
    cmd: 'publish',
    topic: 'cw/1/demo/yb-1/up/money',
    payload: 'body',
    qos: 1,
    messageId: 7,
    dup: false,
    retain: false,
  }),
  generate({ cmd: 'subscribe', messageId: 8, subscriptions: [{ topic: 'cw/1/demo/yb-1/down/+', qos: 1 }] }),
  generate({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['cw/1/demo/yb-1/down/+'] }),
  generate({ cmd: 'puback', messageId: 10 }),
  generate({ cmd: 'pingreq' }),
  generate({ cmd: 'disconnect' }),
];

function changed(bytes: Buffer): Buffer {
  const out = Buffer.from(bytes);
  for (let i = intBetween(random, 1, 4); i > 0; i--) out[intBetween(random, 0, out.length - 1)] = intBetween(random, 0, 255);
  return out;
}

test(`${packets} changed packets`, () => {
  let through = 0;
  let refused = 0;
  let parsed = 0;
  let malformed = 0;
  for (let i = 0; i < packets; i++) {
    const bytes =
      i % 2 === 0
        ? Buffer.concat([changed(connect), pick(random, others)])
        : Buffer.concat([connect, changed(pick(random, others))]);
    if (new FrameGuard(brokerLimits).inspect(bytes) !== undefined) {
      refused++;
      continue;
    }
    through++;
    const reader = parser();
    reader.on('packet', () => parsed++);
    reader.on('error', () => malformed++);
    reader.parse(bytes);
  }
  expect(through + refused).toBe(packets);
  expect([through, refused, parsed, malformed].every((count) => count > packets / 50)).toBe(true);
});
