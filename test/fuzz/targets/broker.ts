/** The embedded broker as it stands, over its own socket: guard, aedes, admission. What comes out is of who has proven to be it, and the next agent is served. */
import { createHash } from 'node:crypto';
import { connect as dial } from 'node:net';
import { Credentials, startBroker } from '@cardwatch/collector/broker';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { silentLogger } from '@cardwatch/kernel';
import { realClock } from '../../collector/support/core.ts';
import type { Feed, Finding, Target } from '../target.ts';
import { mqttChange, mqttSeeds } from './mqtt.ts';

const agent = AgentId.parse('yb-1');
const site = SiteId.parse('demo');
/** Of the broker to a CONNECT; one that is not whole gets none. */
const answerMs = 25;
/** An honest one is waited for. */
const patientMs = 5_000;
const secretHash = createHash('sha256').update('secret of yb-1').digest('hex');
const soundConnect = mqttSeeds[0] ?? new Uint8Array();

async function openBroker(): Promise<Feed> {
  const foreign: string[] = [];
  let received = 0;
  const credentials = new Credentials({
    load: () => Promise.resolve([{ agent, site, secretHash, suspended: false }]),
    reloadMs: 60_000,
    clock: realClock,
    log: silentLogger,
  });
  const noLimit = 1e9;
  // every ban is over at once: what is looked at here is the bytes
  const limits = {
    connectsLoopbackMinute: noLimit,
    authFailuresPerIp: noLimit,
    authFailuresPerPair: noLimit,
    authWindowMs: 1,
    takeovers: noLimit,
    takeoverWindowMs: 1,
    flaps: noLimit,
    flapWindowMs: 1,
  };
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    credentials,
    clock: realClock,
    log: silentLogger,
    audit: () => {},
    limits,
    events: {
      receive: (from) => {
        received++;
        if (from.agent !== agent || from.site !== site) foreign.push(`${from.site}/${from.agent}`);
      },
      connected: () => {},
      heard: () => {},
      disconnected: () => {},
    },
  });
  let fed = 0;
  return {
    seeds: mqttSeeds,
    change: mqttChange,
    feed: async (input) => {
      await talk(broker.port, input);
      if (foreign.length > 0) return `a message of ${foreign.splice(0)[0] ?? ''}`;
      return ++fed % 50 === 0 ? served(await talk(broker.port, soundConnect, patientMs)) : undefined;
    },
    said: () => `${received} messages let in, ${broker.stats().refusedTotal} refusals`,
    close: () => broker.close(),
  };
}

/** CONNACK, accepted (MQTT-3.2). */
const served = (answer: Buffer): Finding =>
  answer.subarray(0, 4).equals(Buffer.from([0x20, 2, 0, 0]))
    ? undefined
    : `an honest agent is answered ${answer.toString('hex')}`;

/** Writes all, hears the answer to its CONNECT and what follows at once, and goes. */
function talk(port: number, bytes: Uint8Array, waitMs = answerMs): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = dial(port, '127.0.0.1');
    const going = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (part) => {
      parts.push(part);
      setImmediate(() => setImmediate(() => socket.destroy()));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(going);
      resolve(Buffer.concat(parts));
    });
    socket.write(bytes);
  });
}

export const brokerTargets: readonly Target[] = [
  { name: 'mqtt-broker', code: ['/aedes/', 'mqtt-packet'], perChange: 1_000, open: openBroker },
];
