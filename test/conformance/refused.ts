/** What MQTT 3.1.1 offers and the profile of the embedded broker does not: the refusal here, the behaviour itself in the control. */
import { expect } from 'vitest';
import { heard, subscribed } from './cases.ts';
import { connected, connectOf, down, type Target, up } from './targets.ts';
import { type Connect, disconnect, publish, subscribe, Talk, type } from './wire.ts';

export interface Refusal {
  readonly clause: string;
  readonly what: string;
  ours(target: Target): Promise<void>;
  control(target: Target): Promise<void>;
}

/** The return code of the CONNACK; undefined when the connection is closed without one. */
async function codeOf(target: Target, wish: Partial<Connect>): Promise<number | undefined> {
  const talk = new Talk(target.port);
  talk.send(connectOf(wish));
  const code = (await talk.next())?.body[1];
  if (code === 0) talk.send(disconnect);
  expect(await talk.rest()).toEqual([]);
  return code;
}

const refusedConnect = (clause: string, what: string, wish: Partial<Connect>, code: number | undefined, other = 0): Refusal => ({
  clause,
  what,
  ours: async (target) => expect(await codeOf(target, wish)).toBe(code),
  control: async (target) => expect(await codeOf(target, { clientId: 'control', ...wish })).toBe(other),
});

/** Closed here; there the packet that answers, or a pong when nothing does. */
const refusedPacket = (clause: string, what: string, bytes: Uint8Array, answer: number | undefined): Refusal => ({
  clause,
  what,
  ours: async (target) => {
    const talk = await connected(target);
    talk.send(bytes);
    expect(await talk.rest()).toEqual([]);
  },
  control: async (target) => {
    const talk = await connected(target);
    talk.send(bytes);
    expect((await talk.untilPong()).map(({ type: kind }) => kind)).toEqual(answer === undefined ? [] : [answer]);
    talk.drop();
  },
});

const refusedFilters = (clause: string, what: string, filters: readonly string[]): Refusal => {
  const granted = async (target: Target): Promise<number[]> => {
    const talk = await connected(target);
    talk.send(subscribe(9, ...filters.map((filter) => [filter, 1] as const), [down('ack'), 1]));
    const { body } = await talk.expect(type.suback);
    talk.drop();
    return [...body.subarray(2)];
  };
  return {
    clause,
    what,
    ours: async (target) => expect(await granted(target)).toEqual([...filters.map(() => 0x80), 1]),
    control: async (target) => expect(await granted(target)).toEqual([...filters.map(() => 1), 1]),
  };
};

const will = (topic: string, more: Partial<Connect['will']> = {}): Partial<Connect> => ({
  will: { topic, payload: '', qos: 1, retain: false, ...more },
});

async function exactDecides(target: Target): Promise<void> {
  const talk = await subscribed(target, [down('ack'), 0], [down('+'), 1]);
  expect((await heard(target, talk, 'x')).map(({ qos }) => qos)).toEqual([0]);
  talk.drop();
}

export const refused: readonly Refusal[] = [
  refusedConnect('MQTT-3.1.2-4', 'a lasting session, and with it offline queueing and redelivery', { flags: 0xc0 }, 5),
  refusedConnect('MQTT-3.1.3-6', 'a client without an id', { clientId: '' }, 5),
  refusedConnect('MQTT-3.1.3-5', 'an id that is not the agent’s', { clientId: 'another' }, 5),
  refusedConnect('MQTT-3.1.2-10', 'no keep-alive', { keepaliveS: 0 }, undefined),
  refusedConnect('MQTT-3.1.2-10', 'a keep-alive of more than two minutes', { keepaliveS: 121 }, undefined),
  refusedConnect('MQTT-3.1.2-17', 'a retained will', will(up('bye'), { retain: true }), 5),
  refusedConnect('MQTT-3.1.2-14', 'a will of QoS 2', will(up('bye'), { qos: 2 }), 5),
  refusedConnect('MQTT-3.1.2-8', 'a will on another topic', will('cw/1/demo/yb-2/up/bye'), 5),
  refusedConnect('MQTT-3.1.2-2', 'a level that nobody knows: closed, the code is left out', { level: 6 }, undefined, 1),
  refusedPacket('MQTT-4.3.3-1', 'QoS 2', publish({ topic: up('health'), qos: 2 }), type.pubrec),
  refusedPacket('MQTT-3.3.1-5', 'retained messages', publish({ topic: up('health'), qos: 1, retain: true }), type.puback),
  refusedPacket('MQTT-4.7.2-1', 'topics that begin with $', publish({ topic: '$agents/x', qos: 1 }), type.puback),
  refusedPacket('MQTT-3.3.4-2', 'topics of others', publish({ topic: 'cw/1/demo/yb-2/up/health', qos: 1 }), type.puback),
  refusedFilters('MQTT-3.9.3-2, MQTT-4.7.1-2', 'wildcards that reach beyond its own', [
    '#',
    'cw/#',
    'cw/1/demo/+/down/ack',
    '+/+',
  ]),
  refusedFilters('MQTT-4.7.2-1', 'filters of the broker’s own', ['$SYS/#', '$SYS/broker/uptime']),
  {
    clause: 'MQTT-3.3.5-1',
    what: 'overlapping filters of different QoS: the filter that is the topic itself decides, with Mosquitto as well',
    ours: exactDecides,
    control: exactDecides,
  },
  {
    clause: 'MQTT-3.8.4-5',
    what: 'one filter twice in one SUBSCRIBE: granted once, the last QoS holds',
    ours: async (target) => {
      const talk = await connected(target);
      talk.send(subscribe(9, [down('ack'), 0], [down('ack'), 1]));
      expect([...(await talk.expect(type.suback)).body.subarray(2)]).toEqual([1]);
      talk.drop();
    },
    control: async (target) => {
      const talk = await connected(target);
      talk.send(subscribe(9, [down('ack'), 0], [down('ack'), 1]));
      expect([...(await talk.expect(type.suback)).body.subarray(2)]).toEqual([0, 1]);
      talk.drop();
    },
  },
];
