/** How a discovery is told which wire to search: a serial port by its path, or a transparent serial server by host and port. */
import type { Result } from '@cardwatch/kernel';
import { z } from 'zod';
import type { DriverFailure, DriverIo } from '../contract.ts';
import type { Reply, Transaction } from './transaction.ts';
import { Line } from './line.ts';
import { type WireLink, linkHost, linkPort, rtuOverTcpLink, serialLink } from './wire-links.ts';

export const wireScanShape = {
  path: z.string().min(1).max(255).optional(),
  host: linkHost.optional(),
  port: z.coerce.number().pipe(linkPort).optional(),
  baudRate: z.coerce.number().pipe(rtuOverTcpLink.shape.baudRate.unwrap()).optional(),
  parity: z.enum(['none', 'even', 'odd']).optional(),
  /** Waiting time for a station that may not be there, ms. */
  replyTimeoutMs: z.coerce.number().pipe(z.int().min(50).max(5_000)).default(400),
  /** Pause between two questions: devices that work go on being heard by whoever polls them. */
  pauseMs: z.coerce.number().pipe(z.int().min(0).max(10_000)).default(100),
};

export interface WireScan {
  readonly path?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly baudRate?: number | undefined;
  readonly parity?: 'none' | 'even' | 'odd' | undefined;
  readonly replyTimeoutMs: number;
}

/** Whether it says where to search. */
export const saysWhere = ({ path, host, port }: Pick<WireScan, 'path' | 'host' | 'port'>): boolean =>
  path !== undefined || (host !== undefined && port !== undefined);

export const whereMissing = 'give path, or host and port';

/** The link to search, as it would stand in the YAML; undefined when neither a path nor host and port were given. */
export function scanLink(scan: WireScan, defaultBaudRate: number): WireLink | undefined {
  const wire = { baudRate: scan.baudRate ?? defaultBaudRate, parity: scan.parity ?? 'even', replyTimeoutMs: scan.replyTimeoutMs };
  if (scan.path !== undefined) return serialLink.parse({ kind: 'serial', path: scan.path, ...wire });
  if (scan.host === undefined || scan.port === undefined) return undefined;
  return rtuOverTcpLink.parse({ kind: 'rtuOverTcp', host: scan.host, port: scan.port, ...wire });
}

/** In a search silence is the rule: it never makes the stream be opened anew. */
class ScanLine extends Line {
  override run<T>(transaction: Transaction<T>, signal?: AbortSignal): Promise<Result<Reply<T>, DriverFailure>> {
    return super.run({ ...transaction, settings: { ...transaction.settings, reopenAfterSilent: undefined } }, signal);
  }
}

/** A line of the search's own; no jitter, it lives for one search. */
export const scanLine = (name: string, io: DriverIo): Line =>
  new ScanLine(name, { clock: io.clock, log: io.log, random: { next: () => 0.5 } });

export function pause(ms: number, io: DriverIo, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = io.clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
