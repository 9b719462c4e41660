/** What the embedded broker claims of MQTT 3.1.1, a case a behaviour, after the cases of paho.mqtt.testing and written anew from the specification. */
import { expect } from 'vitest';
import { connected, connectOf, down, type Target, up } from './targets.ts';
import {
  connect,
  disconnect,
  field,
  packet,
  pingreq,
  puback,
  publish,
  published,
  subscribe,
  Talk,
  type,
  u16,
  unsubscribe,
} from './wire.ts';

export interface Case {
  readonly clause: string;
  readonly what: string;
  /** Mosquitto lets it pass: no control. */
  readonly stricter?: true;
  play(target: Target): Promise<void>;
}

/** Bytes after a good CONNECT that end the connection without an answer. */
const fatal = (clause: string, what: string, bytes: Uint8Array): Case => ({
  clause,
  what,
  play: async (target) => {
    const talk = await connected(target);
    talk.send(bytes);
    expect(await talk.rest()).toEqual([]);
  },
});

/** Bytes instead of a CONNECT that end the connection; at most a CONNACK that refuses comes before. */
const stillborn = (clause: string, what: string, bytes: Uint8Array): Case => ({
  clause,
  what,
  play: async (target) => {
    const talk = new Talk(target.port);
    talk.send(bytes);
    const said = await talk.rest();
    expect(said.every(({ type: kind, body }) => kind === type.connack && body[1] !== 0)).toBe(true);
  },
});

/** Its filters granted. */
export async function subscribed(target: Target, ...filters: readonly (readonly [string, number])[]): Promise<Talk> {
  const talk = await connected(target);
  talk.send(subscribe(10, ...filters));
  await talk.expect(type.suback);
  return talk;
}

/** What arrives before the next ping is answered, with each message delivered and acknowledged. */
export async function heard(target: Target, talk: Talk, ...payloads: readonly string[]): Promise<ReturnType<typeof published>[]> {
  for (const payload of payloads) await target.deliver(down('ack'), payload);
  const got = (await talk.untilPong()).filter(({ type: kind }) => kind === type.publish).map(published);
  for (const { qos, id } of got) if (qos > 0) talk.send(puback(id));
  return got;
}

const connecting: readonly Case[] = [
  {
    clause: 'MQTT-3.2.0-1, MQTT-3.2.2-1',
    what: 'the first packet is a CONNACK, without a session',
    play: async (target) => {
      const talk = new Talk(target.port);
      talk.send(connectOf());
      const { flags, body } = await talk.expect(type.connack);
      expect([flags, [...body]]).toEqual([0, [0, 0]]);
      talk.drop();
    },
  },
  stillborn('MQTT-3.1.0-1', 'a first packet that is no CONNECT', pingreq),
  fatal('MQTT-3.1.0-2', 'a second CONNECT', connectOf()),
  stillborn('MQTT-3.1.2-1', 'another protocol', connectOf({ name: 'MQTX' })),
  stillborn('MQTT-3.1.2-3', 'the reserved flag of CONNECT', connectOf({ flags: 0xc3 })),
  stillborn('MQTT-3.1.2-14', 'a will of QoS 3', connectOf({ will: { topic: up('bye'), payload: '', qos: 3, retain: false } })),
  stillborn('MQTT-3.1.2-22', 'a password without a user', connectOf({ flags: 0x42 })),
  stillborn('MQTT-2.2.3', 'a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01])),
  stillborn('MQTT-2.2.2-2', 'flags of CONNECT', Buffer.concat([Buffer.from([0x11]), connectOf().subarray(1)])),
  stillborn('MQTT-3.1.3-8', 'a lasting session of nobody', connect({ clientId: '', flags: 0xc0, username: 'demo/yb-1' })),
  {
    clause: 'MQTT-3.1.4-2',
    what: 'a second connection of one client ends the first',
    play: async (target) => {
      const first = await connected(target);
      const second = await connected(target);
      expect(await first.rest()).toEqual([]);
      expect(await second.untilPong()).toEqual([]);
      second.drop();
    },
  },
  {
    clause: 'MQTT-3.1.2-6',
    what: 'a clean session keeps nothing: no subscription, no message that was not acknowledged',
    play: async (target) => {
      const before = await subscribed(target, [down('+'), 1]);
      await target.deliver(down('ack'), 'unacknowledged');
      await before.expect(type.publish);
      before.drop();
      const after = await connected(target);
      expect(await heard(target, after, 'later')).toEqual([]);
      after.drop();
    },
  },
  {
    clause: 'MQTT-3.1.2-8',
    what: 'a connection that breaks leaves its will',
    play: async (target) => {
      const talk = await connected(target, { will: { topic: up('bye'), payload: '', qos: 1, retain: false } });
      talk.drop();
      await target.willSeen();
    },
  },
  {
    clause: 'MQTT-3.1.2-24',
    what: 'a client that is silent for one and a half keep-alives is disconnected, not before',
    play: async (target) => {
      const talk = await connected(target, { keepaliveS: 1 });
      const begun = performance.now();
      expect(await talk.rest()).toEqual([]);
      expect(performance.now() - begun).toBeGreaterThan(1_000);
    },
  },
  {
    clause: 'MQTT-3.14.4-1',
    what: 'DISCONNECT ends the connection',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(disconnect);
      expect(await talk.rest()).toEqual([]);
    },
  },
  {
    clause: 'MQTT-3.12.4-1',
    what: 'a ping is answered',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(pingreq);
      const { flags, body } = await talk.expect(type.pingresp);
      expect([flags, body.length]).toEqual([0, 0]);
      talk.drop();
    },
  },
  { ...fatal('MQTT-2.2.2-2', 'flags of PINGREQ', packet(type.pingreq, 1)), stricter: true },
  fatal('MQTT-4.8.0-1', 'a reserved packet type', packet(15, 0)),
];

const publishing: readonly Case[] = [
  {
    clause: 'MQTT-4.3.2-2',
    what: 'QoS 1 is acknowledged under its id, also when it comes again',
    play: async (target) => {
      const talk = await connected(target);
      for (const dup of [false, true]) {
        talk.send(publish({ topic: up('health'), qos: 1, id: 513, dup }));
        expect([...(await talk.expect(type.puback)).body]).toEqual([2, 1]);
      }
      talk.drop();
    },
  },
  {
    clause: 'MQTT-4.6.0-2',
    what: 'acknowledgements come in the order of the messages',
    play: async (target) => {
      const talk = await connected(target);
      const ids = Array.from({ length: 50 }, (_, i) => 50 - i);
      talk.send(...ids.map((id) => publish({ topic: up('health'), qos: 1, id })));
      const acked = [];
      for (const _ of ids) acked.push((await talk.expect(type.puback)).body.readUInt16BE(0));
      expect(acked).toEqual(ids);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-4.3.1-1',
    what: 'QoS 0 is not acknowledged',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(publish({ topic: up('health') }));
      expect(await talk.untilPong()).toEqual([]);
      talk.drop();
    },
  },
  fatal('MQTT-3.3.1-4', 'QoS 3', publish({ topic: up('health'), qos: 3 })),
  fatal('MQTT-3.3.2-2', 'a wildcard in a topic', publish({ topic: up('+'), qos: 1 })),
  fatal('MQTT-4.7.3-1', 'an empty topic', publish({ topic: '', qos: 1 })),
  fatal('MQTT-1.5.3-2', 'U+0000 in a topic', publish({ topic: up('health\0'), qos: 1 })),
  fatal('MQTT-1.5.3-1', 'a topic that is no UTF-8', publish({ topic: Buffer.from([0x63, 0xc3, 0x28]), qos: 1 })),
  fatal('MQTT-2.3.1-1', 'QoS 1 without an id', publish({ topic: up('health'), qos: 1, id: 0 })),
];

const subscribing: readonly Case[] = [
  {
    clause: 'MQTT-3.8.4-1, MQTT-3.8.4-5',
    what: 'SUBSCRIBE is answered under its id with a code a filter, in their order',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(subscribe(770, [down('ack'), 0], [down('command'), 1], [down('+'), 0]));
      expect([...(await talk.expect(type.suback)).body]).toEqual([3, 2, 0, 1, 0]);
      talk.drop();
    },
  },
  fatal('MQTT-3.8.3-3', 'SUBSCRIBE without a filter', packet(type.subscribe, 2, u16(1))),
  fatal('MQTT-3.8.3-4', 'SUBSCRIBE to QoS 3', subscribe(1, [down('ack'), 3])),
  fatal('MQTT-3.8.1-1', 'flags of SUBSCRIBE', packet(type.subscribe, 0, u16(1), field(down('ack')), Buffer.from([0]))),
  fatal('MQTT-3.10.3-2', 'UNSUBSCRIBE without a filter', packet(type.unsubscribe, 2, u16(1))),
  fatal('MQTT-3.10.1-1', 'flags of UNSUBSCRIBE', packet(type.unsubscribe, 0, u16(1), field(down('ack')))),
  {
    clause: 'MQTT-3.3.1-2, MQTT-3.3.1-9, MQTT-2.3.1-1',
    what: 'messages come in order, once, with an id, neither as repeated nor as retained',
    play: async (target) => {
      const talk = await subscribed(target, [down('+'), 1]);
      const sent = Array.from({ length: 20 }, (_, i) => String(i));
      const got = await heard(target, talk, ...sent);
      expect(got.map(({ payload }) => payload)).toEqual(sent);
      expect(got.every(({ id, dup, retain, qos }) => id > 0 && !dup && !retain && qos === 1)).toBe(true);
      expect(await heard(target, talk)).toEqual([]);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-3.3.5-1',
    what: 'overlapping filters give at least one message',
    play: async (target) => {
      const talk = await subscribed(target, [down('ack'), 1], [down('+'), 1]);
      const got = await heard(target, talk, 'once');
      expect(got.length).toBeGreaterThanOrEqual(1);
      expect(got.every(({ qos, payload }) => qos === 1 && payload === 'once')).toBe(true);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-3.8.4-6',
    what: 'a message comes at the QoS that was granted, if that is lower',
    play: async (target) => {
      const talk = await subscribed(target, [down('+'), 0]);
      expect((await heard(target, talk, 'x')).map(({ qos }) => qos)).toEqual([0]);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-3.8.4-3',
    what: 'a filter that is subscribed to again is replaced',
    play: async (target) => {
      const talk = await subscribed(target, [down('+'), 1]);
      talk.send(subscribe(11, [down('+'), 0]));
      expect([...(await talk.expect(type.suback)).body]).toEqual([0, 11, 0]);
      expect((await heard(target, talk, 'x')).map(({ qos }) => qos)).toEqual([0]);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-3.10.4-1, MQTT-3.10.4-2, MQTT-3.10.4-4',
    what: 'UNSUBSCRIBE is answered under its id, takes the very filter away and no other',
    play: async (target) => {
      const talk = await subscribed(target, [down('ack'), 1], [down('+'), 1]);
      talk.send(unsubscribe(772, down('ack')));
      expect([...(await talk.expect(type.unsuback)).body]).toEqual([3, 4]);
      expect((await heard(target, talk, 'still')).map(({ payload }) => payload)).toEqual(['still']);
      talk.send(unsubscribe(773, down('+')));
      await talk.expect(type.unsuback);
      expect(await heard(target, talk, 'no more')).toEqual([]);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-3.10.4-5',
    what: 'UNSUBSCRIBE is answered where nothing was subscribed',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(unsubscribe(5, down('nothing')));
      expect([...(await talk.expect(type.unsuback)).body]).toEqual([0, 5]);
      talk.drop();
    },
  },
  {
    clause: 'MQTT-4.3.2-1',
    what: 'an acknowledgement of nothing harms nothing',
    play: async (target) => {
      const talk = await connected(target);
      talk.send(puback(999));
      expect(await talk.untilPong()).toEqual([]);
      talk.drop();
    },
  },
];

export const claimed: readonly Case[] = [...connecting, ...publishing, ...subscribing];
