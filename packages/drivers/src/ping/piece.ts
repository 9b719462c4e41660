import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { decodePing } from './decode.core.ts';
import { pingDriver } from './driver.ts';

export const pingPiece: ProtocolPiece = {
  decoders: { ping: () => Promise.resolve(decodePing) },
  driver: ({ lines }) => pingDriver(lines) as AnyDriver,
};
