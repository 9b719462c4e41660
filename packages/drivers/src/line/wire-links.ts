/**
 * The two ways to a serial wire, one and the same link schema for every protocol that lives on one: a port of this machine, and a transparent serial
 * server. Protocols that share a wire build the same line key, and so share its arbiter.
 */
import { err, ok } from '@cardwatch/kernel';
import { z } from 'zod';
import type { DriverIo } from '../contract.ts';
import type { LineSettings } from './transaction.ts';
import { type WireSettings, charMs, quietGapMs, wireName } from './wire.core.ts';

export const linkHost = z.string().min(1).max(253);
export const linkPort = z.int().min(1).max(65_535);
export const connectTimeoutMs = z.int().min(100).max(60_000).default(3_000);

/** Times of one request. All in ms. */
export const requestTiming = {
  /** What the device and everything between may take beyond the time on the wire. */
  replyTimeoutMs: z.int().min(10).max(30_000).default(800),
  /** From being queued for the line to the reply. Raised where the wire alone needs longer. */
  deadlineMs: z.int().min(100).max(120_000).default(10_000),
  /** Repetitions of a read that was not answered or damaged. Writes are never repeated blindly. */
  retries: z.int().min(0).max(5).default(1),
};

const baudRates = [1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200] as const;

const wire = {
  baudRate: z.union(baudRates.map((rate) => z.literal(rate))).default(9_600),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('even'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  /** Quiet time before each send; left out: the larger of 3.5 characters and 5 ms. */
  gapMs: z.number().min(0).max(50).optional(),
};

/** A serial port of this machine; name it by a path that stays, e.g. under /dev/serial/by-path. */
export const serialLink = z.strictObject({
  kind: z.literal('serial'),
  path: z.string().min(1).max(255),
  ...wire,
  ...requestTiming,
});
export type SerialLink = z.infer<typeof serialLink>;

/** A serial server in transparent mode: bare frames in a TCP stream. The wire settings are those of the far side, told so that times can be reckoned. */
export const rtuOverTcpLink = z.strictObject({
  kind: z.literal('rtuOverTcp'),
  host: linkHost,
  port: linkPort,
  connectTimeoutMs,
  ...wire,
  ...requestTiming,
});
export type RtuOverTcpLink = z.infer<typeof rtuOverTcpLink>;

export type WireLink = SerialLink | RtuOverTcpLink;

/** One line per serial port or per TCP port of a server. */
export const wireLineKey = (link: WireLink): string =>
  link.kind === 'serial' ? `serial:${link.path}` : `tcp:${link.host}:${link.port}`;

/** Requests without a single byte in answer after which a TCP stream is opened anew; a serial port stays. */
const reopenAfterSilent = 5;

/** Line settings of a transaction on this link, at the link's own wire settings unless others are given. */
export function wireLineSettings(link: WireLink, io: DriverIo, own: WireSettings = link): LineSettings {
  const common = {
    name: wireName(own),
    charMs: charMs(own),
    gapMs: link.gapMs ?? quietGapMs(own),
    framing: 'wire' as const,
  };
  const { baudRate, dataBits, parity, stopBits } = own;
  if (link.kind === 'serial') {
    const target = { path: link.path, baudRate, dataBits, parity, stopBits };
    return {
      ...common,
      reopenAfterSilent: undefined,
      open: () => io.openSerial(target),
      retune: (stream) => stream.retune?.(target) ?? Promise.resolve(err({ kind: 'unsupported', detail: 'no serial port' })),
    };
  }
  const { host, port } = link;
  const tcp = { host, port, connectTimeoutMs: link.connectTimeoutMs };
  // Other settings on one serial server are only asked for where it follows by itself: the connection stays.
  return { ...common, reopenAfterSilent, open: () => io.openTcp(tcp), retune: () => Promise.resolve(ok(undefined)) };
}
