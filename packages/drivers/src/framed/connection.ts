import { z } from 'zod';
import type { LinkShape } from '../contract.ts';
import {
  connectTimeoutMs,
  linkHost,
  linkPort,
  requestTiming,
  rtuOverTcpLink,
  serialLink,
  wireLineKey,
} from '../line/wire-links.ts';

/** The terminal's address on its line; a terminal whose frames carry none takes any. */
const device = z.strictObject({ unit: z.int().min(1).max(999_999) });

/** A terminal, or a converter with several, that speaks its frames in a TCP stream. */
const framedTcpLink = z.strictObject({
  kind: z.literal('framedTcp'),
  host: linkHost,
  port: linkPort,
  connectTimeoutMs,
  ...requestTiming,
});
export type FramedTcpLink = z.infer<typeof framedTcpLink>;

/** How to reach a terminal. */
export const FramedConnection = z.discriminatedUnion('kind', [
  serialLink.extend(device.shape),
  rtuOverTcpLink.extend(device.shape),
  framedTcpLink.extend(device.shape),
]);
export type FramedConnection = z.infer<typeof FramedConnection>;

export const framedLinks: Readonly<Record<FramedConnection['kind'], LinkShape>> = {
  serial: { link: serialLink, device },
  rtuOverTcp: { link: rtuOverTcpLink, device },
  framedTcp: { link: framedTcpLink, device },
};

/** One line per serial port or per TCP port; other protocols on the same wire build the same key. */
export const lineKey = (connection: FramedConnection): string =>
  connection.kind === 'framedTcp' ? `tcp:${connection.host}:${connection.port}` : wireLineKey(connection);
