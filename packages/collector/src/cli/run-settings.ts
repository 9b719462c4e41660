import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minuteMs } from '@cardwatch/kernel';
import type { ExternalPlace } from '../broker/external-broker.ts';
import type { ServeParts } from '../serve.ts';
import { sessionDefaults } from '../services/session/limits.ts';
import { accountFileOf, BrokerAccount, readSecrets } from '../shell/broker-files.ts';
import type { CollectorCoreOptions } from '../wiring.ts';
import type { RunOptions } from './options.ts';
import { both, isLoopback, secretsWords } from './words.ts';

const consoleFolder = fileURLToPath(new URL('../../../console/dist', import.meta.url));

export type HttpSettings = Pick<ServeParts, 'sessions' | 'settings' | 'consoleFolder' | 'address'> & {
  readonly host: string;
  readonly scheme: 'http' | 'https';
};

/** What the options say about the people's side. */
export function httpSettings(options: RunOptions): HttpSettings {
  const tls = readTls(options.httpTlsCert, options.httpTlsKey);
  const host = options.httpHost ?? options.host;
  return {
    host,
    scheme: tls === undefined ? 'http' : 'https',
    sessions: { idleMs: options.sessionIdleMin * minuteMs, absoluteMs: sessionDefaults.absoluteMs },
    settings: { secure: tls !== undefined || options.behindTls, openMetrics: options.openMetrics },
    consoleFolder,
    address: { host, port: options.httpPort, tls },
  };
}

/** What the options say about the broker. */
export function mqttSettings({ host, mqttPort, mqttTlsCert, mqttTlsKey }: RunOptions): CollectorCoreOptions['mqtt'] {
  const tls = readTls(mqttTlsCert, mqttTlsKey);
  return { host, port: mqttPort, ...(tls === undefined ? {} : { tls }) };
}

/** Where the external broker is and who the collector is there; undefined: none, the embedded one listens. Throws `BrokerSettings`. */
export function brokerPlace(options: RunOptions): ExternalPlace | undefined {
  const { brokerUrl: url, brokerCa, brokerPlain, brokerSecrets, data } = options;
  if (url === undefined) return undefined;
  const host = /^mqtts?:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?\/?$/.exec(url)?.[1];
  if (host === undefined) throw new BrokerSettings(urlWords);
  if (url.startsWith('mqtt:') && !isLoopback(host.replace(/^\[|\]$/g, '')) && !brokerPlain)
    throw new BrokerSettings(plainWords(host));
  const account = readSecrets(brokerSecrets ?? accountFileOf(data), BrokerAccount);
  if (!account.ok) throw new BrokerSettings(secretsWords(account.error));
  const { user, password } = account.value;
  return {
    url,
    username: user,
    password,
    clientId: user,
    ...(brokerCa === undefined ? {} : { ca: readFileSync(brokerCa, 'utf8') }),
  };
}

/** Says what is wrong with the options of an external broker. */
export class BrokerSettings extends Error {}

const urlWords = both(
  '--broker-url 应为 mqtts://主机:端口 或 mqtt://主机:端口，不带账号和口令；账号写在 --broker-secrets 的文件里。',
  '--broker-url is mqtts://host:port or mqtt://host:port, without user and password: these stand in the file of --broker-secrets.',
);

const plainWords = (host: string): string =>
  both(
    `${host} 不是本机: 请用 mqtts://；确需明文请加 --broker-plain。`,
    `${host} is not this machine: use mqtts://, or say --broker-plain to have password and records cross the network in the clear.`,
  );

/** A certificate without its key, or the other way round. */
export class HalfTls extends Error {
  constructor() {
    super(both('TLS 证书和私钥要一起给。', 'A TLS certificate and its key are given together.'));
  }
}

function readTls(cert: string | undefined, key: string | undefined): { readonly cert: string; readonly key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new HalfTls();
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
