import { SiteId } from '@cardwatch/contracts';
import { Scope } from '@cardwatch/contracts/api';
import { epochFromShanghai } from '@cardwatch/kernel';
import { InvalidArgumentError } from 'commander';

export interface RunOptions {
  readonly data: string;
  readonly host: string;
  readonly httpHost?: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly mqttTlsCert?: string;
  readonly mqttTlsKey?: string;
  readonly brokerUrl?: string;
  readonly brokerSecrets?: string;
  readonly brokerCa?: string;
  readonly brokerPlain: boolean;
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

/** A day in Asia/Shanghai, `2026-11-23`, as its first millisecond. */
export function shanghaiDay(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const at = epochFromShanghai({ year: Number(year), month: Number(month), day: Number(day), hour: 0, minute: 0, second: 0 });
  if (at === undefined || year === undefined) throw new InvalidArgumentError('yyyy-mm-dd');
  return at;
}

/** Comma-separated scopes of the contract. */
export function scopeList(text: string): readonly Scope[] {
  const parsed = Scope.array()
    .min(1)
    .safeParse(text.split(',').map((part) => part.trim()));
  if (!parsed.success) throw new InvalidArgumentError(Scope.options.join(', '));
  return [...new Set(parsed.data)];
}

export function slug(text: string): string {
  if (!SiteId.safeParse(text).success) throw new InvalidArgumentError('a-z 0-9 -, 1..63');
  return text;
}

export const days = (text: string): number => whole(text, 1, 3_650);

function whole(text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) throw new InvalidArgumentError(`${low}..${high}`);
  return value;
}
