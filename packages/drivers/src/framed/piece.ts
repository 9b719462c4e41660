import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { framedDecoder } from './decode.core.ts';
import { framedDriver } from './driver.ts';

export const framedPiece: ProtocolPiece = {
  decoders: { framed: () => Promise.resolve(framedDecoder()) },
  driver: ({ lines }) => framedDriver(lines) as AnyDriver,
};
