import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minuteMs } from '@cardwatch/kernel';
import type { ServeParts } from '../serve.ts';
import { sessionDefaults } from '../services/session/limits.ts';
import type { CollectorCoreOptions } from '../wiring.ts';
import type { RunOptions } from './options.ts';
import { both } from './words.ts';

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
