import { AgentId, SiteId } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, type ConnectFacts, maySubscribe, publishKind } from './access.core.ts';
import { Counting } from './counting.core.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { FrameGuard } from './frame-guard.core.ts';
import { brokerLimits } from './limits.ts';

const limits = { connectBytes: 4_096, packetBytes: 263_168, subscribeBytes: 1_024 };

function length(bytes: number): number[] {
  const out: number[] = [];
  let left = bytes;
  do {
    out.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return out;
}
const packet = (first: number, bytes: number): number[] => [first, ...length(bytes), ...Array<number>(bytes).fill(0)];
const connect = packet(0x10, 12);

describe('frame guard', () => {
  test.each([
    ['a connection that publishes', [...connect, ...packet(0x32, 300), ...packet(0xc0, 0), ...packet(0x40, 2)], undefined],
    ['the largest CONNECT', packet(0x10, 4_096), undefined],
    ['one byte more', packet(0x10, 4_097), 'tooLarge'],
    ['the largest PUBLISH', [...connect, 0x32, ...length(263_168)], undefined],
    ['one byte more of it', [...connect, 0x32, ...length(263_169)], 'tooLarge'],
    ['268 MB announced', [...connect, 0x32, 0xff, 0xff, 0xff, 0x7f], 'tooLarge'],
    ['a length without end', [...connect, 0x32, 0x80, 0x80, 0x80, 0x80], 'remainingLength'],
    ['PUBLISH first', packet(0x30, 4), 'notConnect'],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1\r\n')], 'notConnect'],
    ['TLS', [0x16, 0x03, 0x01], 'notConnect'],
    ['a second CONNECT', [...connect, ...connect], 'secondConnect'],
    ['QoS 2', [...connect, ...packet(0x34, 4)], 'qos2'],
    ['QoS 3', [...connect, ...packet(0x36, 4)], 'flags'],
    ['a retained message', [...connect, ...packet(0x33, 4)], 'retain'],
    ['a SUBSCRIBE without its flag', [...connect, ...packet(0x80, 4)], 'flags'],
    ['a large SUBSCRIBE', [...connect, ...packet(0x82, 1_025)], 'tooLarge'],
    ['a SUBSCRIBE to nothing', [...connect, ...packet(0x82, 5)], 'empty'],
    ['an UNSUBSCRIBE from nothing', [...connect, ...packet(0xa2, 4)], 'empty'],
    ['the shortest of both', [...connect, ...packet(0x82, 6), ...packet(0xa2, 5)], undefined],
    ['PUBREL', [...connect, ...packet(0x62, 2)], 'packetType'],
    ['what only a server sends', [...connect, ...packet(0x20, 2)], 'packetType'],
    ['a reserved type', [...connect, 0xf0], 'packetType'],
    ['a PING with a body', [...connect, ...packet(0xc0, 1)], 'tooLarge'],
  ])('%s', (_what, bytes, wanted) => {
    expect(new FrameGuard(limits).inspect(Uint8Array.from(bytes))).toBe(wanted);
  });

  test('says the same however the bytes are cut into chunks', () => {
    const stream = [...connect, ...packet(0x32, 700), ...packet(0x82, 30), ...packet(0xc0, 0), ...packet(0x34, 5)];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 20 }), (cuts) => {
        const guard = new FrameGuard(limits);
        let at = 0;
        let said: string | undefined;
        for (const cut of [...cuts, stream.length]) {
          said = guard.inspect(Uint8Array.from(stream.slice(at, at + cut)));
          at += cut;
        }
        expect(said).toBe('qos2');
      }),
    );
  });
});

const own = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') };
const facts = (more: Partial<ConnectFacts>): ConnectFacts => ({
  clientId: 'yb-1',
  username: 'demo/yb-1',
  clean: true,
  will: undefined,
  ...more,
});
const will = (more: object): ConnectFacts['will'] => ({
  topic: 'cw/1/demo/yb-1/up/bye',
  qos: 1,
  retain: false,
  bytes: 0,
  ...more,
});

test.each([
  ['as it should be', facts({}), 'demo/yb-1'],
  ['with its will', facts({ will: will({}) }), 'demo/yb-1'],
  ['no user', facts({ username: undefined }), 'username'],
  ['no site', facts({ username: 'yb-1' }), 'username'],
  ['a third part', facts({ username: 'demo/yb-1/x' }), 'username'],
  ['capitals', facts({ username: 'demo/YB-1' }), 'username'],
  ['a prototype', facts({ username: 'demo/__proto__', clientId: '__proto__' }), 'username'],
  ['another client id', facts({ clientId: 'yb-2' }), 'clientId'],
  ['a session that lasts', facts({ clean: false }), 'persistentSession'],
  ['another’s will', facts({ will: will({ topic: 'cw/1/demo/yb-2/up/bye' }) }), 'will'],
  ['a will on money', facts({ will: will({ topic: 'cw/1/demo/yb-1/up/money' }) }), 'will'],
  ['a retained will', facts({ will: will({ retain: true }) }), 'will'],
  ['a large will', facts({ will: will({ bytes: 1_025 }) }), 'will'],
])('connect: %s', (_what, given, wanted) => {
  const answer = addressOf(given);
  expect('refusal' in answer ? answer.refusal : `${answer.address.site}/${answer.address.agent}`).toBe(wanted);
});

test.each([
  ['cw/1/demo/yb-1/up/money', 'money', false],
  ['cw/1/demo/yb-1/up/bye', 'bye', false],
  ['cw/1/demo/yb-1/up/other', undefined, false],
  ['cw/1/demo/yb-1/up/money/x', undefined, false],
  ['cw/1/demo/yb-2/up/money', undefined, false],
  ['cw/1/demo/yb-1/down/+', undefined, true],
  ['cw/1/demo/yb-1/down/ack', undefined, true],
  ['cw/1/demo/yb-1/down/#', undefined, false],
  ['cw/1/demo/+/down/ack', undefined, false],
  ['cw/1/demo/yb-2/down/ack', undefined, false],
  ['#', undefined, false],
  ['$SYS/#', undefined, false],
])('%s', (topic, kind, subscribe) => {
  expect([publishKind(own, topic), maySubscribe(own, topic)]).toEqual([kind, subscribe]);
});

test('counts within a window, bans, and lets go', () => {
  const counting = new Counting({ most: 2, windowMs: 1_000, banMs: 5_000, keys: 2 });
  const at = (ms: number): boolean => counting.happened('a', epochMs(ms));
  expect([at(0), at(10), at(1_005), at(1_006)]).toEqual([false, false, false, true]);
  expect([counting.isBanned('a', epochMs(6_005)), counting.isBanned('a', epochMs(6_006))]).toEqual([true, false]);
  counting.happened('b', epochMs(1));
  counting.happened('c', epochMs(1));
  expect(counting.isBanned('a', epochMs(6_005))).toBe(false);
});

describe('the doorkeeper', () => {
  const keeper = (): Doorkeeper => new Doorkeeper(brokerLimits);
  const now = (ms = 0): ReturnType<typeof epochMs> => epochMs(ms);

  test('lets eight connections of an address in, not the ninth, and the next when one has gone', () => {
    const door = keeper();
    const said = Array.from({ length: 9 }, () => door.arrives('10.0.0.7', now()));
    expect(said).toEqual([...Array(8).fill(undefined), 'tooManyConnections']);
    expect(door.arrives('10.0.0.8', now())).toBeUndefined();
    door.left('10.0.0.7');
    expect(door.arrives('10.0.0.7', now())).toBeUndefined();
  });

  test('lets thirty connects of an address a minute in, and after the thirty-first none for a minute', () => {
    const door = keeper();
    const come = (ms: number): string | undefined => {
      const said = door.arrives('10.0.0.7', now(ms));
      if (said === undefined) door.left('10.0.0.7');
      return said;
    };
    expect(Array.from({ length: 31 }, (_, i) => come(i)).filter((said) => said === undefined)).toHaveLength(30);
    expect([come(60_029), come(60_030)]).toEqual(['connectRate', undefined]);
  });

  test('after fifty wrong secrets an address is not let in for half an hour, whatever agents it names', () => {
    const door = keeper();
    for (let i = 0; i < 50; i++) {
      expect(door.arrives('127.0.0.1', now())).toBeUndefined();
      door.wrongSecret('127.0.0.1', { site: own.site, agent: AgentId.parse(`a-${i}`) }, now());
      door.left('127.0.0.1');
    }
    expect([door.arrives('127.0.0.1', now(1_799_999)), door.arrives('127.0.0.1', now(1_800_000))]).toEqual(['banned', undefined]);
  });

  test('an agent that comes sixteen times in a minute waits five, from there; from elsewhere it comes in', () => {
    const door = keeper();
    const came = Array.from({ length: 16 }, () => door.rightSecret('10.0.0.7', own, now()));
    expect(came).toEqual([...Array(15).fill(true), false]);
    expect(door.rightSecret('10.0.0.8', own, now())).toBe(true);
    expect([door.rightSecret('10.0.0.7', own, now(299_999)), door.rightSecret('10.0.0.7', own, now(300_000))]).toEqual([
      false,
      true,
    ]);
  });
});
