import { fromHex } from '@cardwatch/kernel';
import { z } from 'zod';
import type { LinkShape } from '../contract.ts';
import { OwnWire } from '../line/wire-profile.ts';
import { rtuOverTcpLink, serialLink } from '../line/wire-links.ts';
import { reversed } from './frame.core.ts';

/** 14 hex digits as the meter's label has them. AA in it would speak to others as well, and so is refused. */
const address = z
  .string()
  .regex(/^[0-9A-Fa-f]{14}$/)
  .refine((text) => !/^(?:..)*aa/i.test(text), { message: 'has a wildcard byte AA: name one meter' })
  .transform((text) => text.toUpperCase());

const device = z.strictObject({ address, wire: OwnWire.optional() });

/** How to reach a CJ/T 188 meter. */
export const Cjt188Connection = z.discriminatedUnion('kind', [
  serialLink.extend(device.shape),
  rtuOverTcpLink.extend(device.shape),
]);
export type Cjt188Connection = z.infer<typeof Cjt188Connection>;

export const cjt188Links: Readonly<Record<Cjt188Connection['kind'], LinkShape>> = {
  serial: { link: serialLink, device },
  rtuOverTcp: { link: rtuOverTcpLink, device },
};

/** Address bytes as they go over the wire. */
export function wireAddress(text: string, order: 'highFirst' | 'wire'): Uint8Array {
  const bytes = fromHex(text) ?? new Uint8Array(7);
  return order === 'highFirst' ? reversed(bytes) : bytes;
}
