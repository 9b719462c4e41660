import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { pingLinks } from './connection.ts';
import { decodePing } from './decode.core.ts';
import { pingDriver } from './driver.ts';
import { PingProfile } from './model.ts';

export const pingPiece: ProtocolPiece = {
  profile: PingProfile,
  links: pingLinks,
  decoders: { ping: () => Promise.resolve(decodePing) },
  driver: ({ lines }) => pingDriver(lines) as AnyDriver,
};
