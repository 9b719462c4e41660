/** The example beside the collector is what its command writes, and every rule of the ACL is one of the topics of the contract. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brokerLimits } from '@cardwatch/collector/broker';
import { downKinds, upKinds } from '@cardwatch/contracts';
import { expect, test } from 'vitest';
import { accessList, configuration, mosquittoLimits } from '../../packages/collector/src/broker/mosquitto/files.core.ts';

const example = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../packages/collector/mosquitto/${name}`, import.meta.url)), 'utf8');

const wish = {
  host: '0.0.0.0',
  port: 8883,
  tls: { certFile: '/etc/mosquitto/cardwatch/cert.pem', keyFile: '/etc/mosquitto/cardwatch/key.pem' },
  agents: 100,
  folder: '/etc/mosquitto/cardwatch',
};

test('the example is what the command writes', () => {
  expect(example('mosquitto.conf')).toBe(configuration(wish));
  expect(example('acl')).toBe(accessList('collector'));
});

test('what Mosquitto leaves open is closed: packets, connections, memory, queues, keep-alive, retained messages, other people’s names', () => {
  const lines = configuration(wish).split('\n');
  const value = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  for (const [name, limit] of Object.entries(mosquittoLimits)) expect([name, value(name)]).toEqual([name, [String(limit)]]);
  expect(Object.keys(mosquittoLimits)).toHaveLength(7);
  expect(value('max_packet_size')).toEqual([String(brokerLimits.packetBytes)]);
  expect([value('max_connections'), value('max_qos'), value('allow_anonymous')]).toEqual([['200'], ['1'], ['false']]);
  expect([value('retain_available'), value('use_username_as_clientid')]).toEqual([['false'], ['true']]);
  expect([value('tls_version'), value('persistent_client_expiration')]).toEqual([['tlsv1.2'], ['1d']]);
  expect(configuration({ ...wish, agents: 0 }).match(/max_connections \d+/)?.[0]).toBe('max_connections 50');
});

test('an agent may write what it says and read what it is told, under its own name, and nothing else', () => {
  const rules = accessList('collector')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules).toEqual([
    'user collector',
    'topic read cw/1/+/+/up/+',
    'topic write cw/1/+/+/down/+',
    ...upKinds.map((kind) => `pattern write cw/1/%u/up/${kind}`),
    ...downKinds.map((kind) => `pattern read cw/1/%u/down/${kind}`),
  ]);
});
