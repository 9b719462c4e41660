/** The broker's door: frame guard, the packet parser behind it, and who may say what. */
import { addressOf, maySubscribe, publishKind } from '../../../packages/collector/src/broker/access.core.ts';
import { FrameGuard } from '../../../packages/collector/src/broker/frame-guard.core.ts';
import { brokerLimits } from '@cardwatch/collector/broker';
import { AgentId, parseTopic, SiteId } from '@cardwatch/contracts';
import { intBetween, pick, type Random } from '@cardwatch/kernel';
import { generate, type Packet, parser } from 'mqtt-packet';
import { mutate } from '../mutate.ts';
import { told } from '../same.ts';
import { bytesOf, choicesOf, type Feed, type Finding, fullShare, type Target, textOf } from '../target.ts';

const connect = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'yb-1',
  keepalive: 30,
  username: 'demo/yb-1',
  password: Buffer.from('secret of yb-1'),
  will: { topic: 'cw/1/demo/yb-1/up/bye', payload: Buffer.from('x'), qos: 1, retain: false },
});
const publish = (topic: string, payload: string): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 7, dup: false, retain: false });
const others = [
  publish('cw/1/demo/yb-1/up/money', 'body'),
  publish('cw/1/demo/yb-1/up/event', 'x'.repeat(3_000)),
  publish('a/'.repeat(120), ''),
  generate({ cmd: 'subscribe', messageId: 8, subscriptions: [{ topic: 'cw/1/demo/yb-1/down/+', qos: 1 }] }),
  generate({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['cw/1/demo/yb-1/down/+'] }),
  generate({ cmd: 'puback', messageId: 10 }),
  generate({ cmd: 'pingreq' }),
  generate({ cmd: 'disconnect' }),
];
export const mqttSeeds: readonly Uint8Array[] = [
  connect,
  ...others.map((packet) => Buffer.concat([connect, packet])),
  Buffer.concat([connect, ...others]),
];

/** A sound CONNECT, then sound packets of which some were changed: mutation alone seldom gets past the first packet. */
export function mqttChange(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (intBetween(random, 0, 2) > 0) return mutate(random, pool).bytes;
  const packets = Array.from({ length: intBetween(random, 1, 5) }, () =>
    intBetween(random, 0, 1) === 0 ? pick(random, others) : mutate(random, others).bytes,
  );
  return Buffer.concat([connect, ...packets]);
}

function pieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + intBetween(random, 1, intBetween(random, 1, 200)));
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}

/** The guard's rule once more, over all bytes at once. Undefined: nothing is wrong as far as they go. */
function reading(bytes: Uint8Array): { readonly packets: number; readonly wrong: boolean } {
  const limit: Readonly<Record<number, number>> = {
    1: brokerLimits.connectBytes,
    3: brokerLimits.packetBytes,
    4: 2,
    8: brokerLimits.subscribeBytes,
    10: brokerLimits.subscribeBytes,
    12: 0,
    14: 0,
  };
  let packets = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] as number;
    const type = byte >> 4;
    packets++;
    if (packets === 1 ? byte !== 0x10 : type === 1 || limit[type] === undefined) return { packets, wrong: true };
    const flags = byte & 15;
    const sound = type === 3 ? (flags & 4) === 0 && (flags & 1) === 0 : flags === (type === 8 || type === 10 ? 2 : 0);
    if (packets > 1 && !sound) return { packets, wrong: true };
    let length = 0;
    let used = 0;
    for (;;) {
      if (at >= bytes.length) return { packets, wrong: false };
      const part = bytes[at++] as number;
      length += (part & 127) * 128 ** used++;
      if (part < 128) break;
      if (used === 4) return { packets, wrong: true };
    }
    // SUBSCRIBE and UNSUBSCRIBE hold a filter at least (MQTT-3.8.3-3, MQTT-3.10.3-2)
    const least = type === 8 ? 6 : type === 10 ? 5 : 0;
    if (length > (limit[type] as number) || length < least) return { packets, wrong: true };
    at += length;
  }
  return { packets, wrong: false };
}

function feedGuard(input: Uint8Array): Finding {
  const guard = new FrameGuard(brokerLimits);
  const whole = guard.inspect(input);
  const wanted = reading(input);
  if ((whole !== undefined) !== wanted.wrong || guard.packets !== wanted.packets)
    return `guard ${whole}, ${guard.packets}; rule ${told(wanted)}`;
  const inPieces = new FrameGuard(brokerLimits);
  let last: string | undefined;
  for (const piece of pieces(choicesOf(input), input)) last = inPieces.inspect(piece);
  return last === whole && inPieces.packets === guard.packets ? undefined : `in pieces ${last}, whole ${whole}`;
}

interface Parsed {
  readonly packets: readonly Packet[];
  readonly errors: number;
}

function parse(bytes: readonly Uint8Array[]): Parsed | string {
  const reader = parser({ protocolVersion: 4 });
  const packets: Packet[] = [];
  let errors = 0;
  reader.on('packet', (packet: Packet) => packets.push(packet));
  reader.on('error', () => errors++);
  for (const piece of bytes) if (errors === 0) reader.parse(Buffer.from(piece));
  return { packets, errors };
}

function feedParser(input: Uint8Array): Finding {
  const guard = new FrameGuard(brokerLimits);
  if (guard.inspect(input) !== undefined) return undefined;
  const whole = parse([input]);
  if (typeof whole === 'string') return whole;
  if (whole.packets.length > guard.packets) return `${whole.packets.length} packets out of ${guard.packets} frames`;
  const cut = parse(pieces(choicesOf(input), input));
  if (told(cut) !== told(whole)) return 'other packets when it comes in pieces';
  for (const packet of whole.packets) {
    if (packet.cmd !== 'publish') continue;
    const again = parse([connect, generate(packet)]);
    const second = typeof again === 'string' ? undefined : again.packets[1];
    if (second?.cmd !== 'publish' || second.topic !== packet.topic || told(second.payload) !== told(packet.payload))
      return 'a publish does not survive writing';
  }
  return undefined;
}

const own = { site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') };
const topicSeeds = [
  'cw/1/demo/yb-1/up/money',
  'cw/1/demo/yb-1/up/bye',
  'cw/1/demo/yb-1/down/ack',
  'cw/1/demo/yb-1/down/+',
  '$share/collector/cw/1/+/+/up/#',
  '$SYS/#',
  'cw/1/demo/yb-2/up/money',
];

/** Topic, filter, and user name: own ones alone, and what was read is what was written. */
function feedAccess(input: Uint8Array): Finding {
  const text = textOf(input);
  const topic = parseTopic(text);
  if (topic.ok) {
    const { way, address, kind } = topic.value;
    if (`cw/1/${address.site}/${address.agent}/${way}/${kind}` !== text) return 'a topic that is written otherwise';
  }
  const kind = publishKind(own, text);
  if (kind !== undefined && (!topic.ok || topic.value.way !== 'up' || told(topic.value.address) !== told(own)))
    return 'may publish where it is not at home';
  if (maySubscribe(own, text) && !/^cw\/1\/demo\/yb-1\/down\/(\+|ack|command)$/.test(text)) return 'may hear what is not its own';
  const [username = '', clientId = '', willTopic] = text.split('\n');
  const will = willTopic === undefined ? undefined : { topic: willTopic, qos: 1, retain: false, bytes: willTopic.length };
  const found = addressOf({ clientId, username, clean: true, will });
  if (!('address' in found)) return undefined;
  const { site, agent } = found.address;
  if (username !== `${site}/${agent}` || clientId !== agent) return 'an address that it did not give';
  return willTopic === undefined || willTopic === `cw/1/${site}/${agent}/up/bye` ? undefined : 'a will on another topic';
}

const bytesFeed = (feed: (input: Uint8Array) => Finding): Feed => ({ seeds: mqttSeeds, change: mqttChange, feed });

export const mqttTargets: readonly Target[] = [
  { name: 'mqtt-guard', perChange: fullShare, open: () => Promise.resolve(bytesFeed(feedGuard)) },
  { name: 'mqtt-parser', code: ['mqtt-packet'], perChange: 40_000, open: () => Promise.resolve(bytesFeed(feedParser)) },
  {
    name: 'mqtt-access',
    perChange: fullShare,
    open: () =>
      Promise.resolve({
        seeds: [...topicSeeds, 'demo/yb-1\nyb-1', 'demo/yb-1\nyb-1\ncw/1/demo/yb-1/up/bye'].map(bytesOf),
        feed: feedAccess,
      }),
  },
];
