import { z } from 'zod';
import type { LinkShape } from '../contract.ts';
import { OwnWire } from '../line/wire-profile.ts';
import { rtuOverTcpLink, serialLink } from '../line/wire-links.ts';

/** 12 digits as on the meter's label; 999999999999 is the broadcast address and no meter. */
const address = z
  .string()
  .regex(/^\d{12}$/)
  .refine((text) => text !== '999999999999', { message: 'is the broadcast address: name one meter' });

const device = z.strictObject({ address, wire: OwnWire.optional() });

/** How to reach a DL/T 645 meter. */
export const Dlt645Connection = z.discriminatedUnion('kind', [
  serialLink.extend(device.shape),
  rtuOverTcpLink.extend(device.shape),
]);
export type Dlt645Connection = z.infer<typeof Dlt645Connection>;

export const dlt645Links: Readonly<Record<Dlt645Connection['kind'], LinkShape>> = {
  serial: { link: serialLink, device },
  rtuOverTcp: { link: rtuOverTcpLink, device },
};
