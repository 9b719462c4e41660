import { InvalidArgumentError } from 'commander';

export interface RunOptions {
  readonly data: string;
  readonly host: string;
  readonly httpHost?: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly mqttTlsCert?: string;
  readonly mqttTlsKey?: string;
  readonly httpTlsCert?: string;
  readonly httpTlsKey?: string;
  readonly behindTls: boolean;
  readonly openMetrics: boolean;
  readonly sessionIdleMin: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** A TCP port, 0 for any free one. */
export function portNumber(text: string): number {
  return whole(text, 0, 65_535);
}

/** Minutes, at most the absolute life of a session. */
export function idleMinutes(text: string): number {
  return whole(text, 1, 720);
}

export const days = (text: string): number => whole(text, 1, 3_650);

function whole(text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) throw new InvalidArgumentError(`${low}..${high}`);
  return value;
}
