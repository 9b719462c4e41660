import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { framedLinks } from './connection.ts';
import { framedDecoder } from './decode.core.ts';
import { framedDriver } from './driver.ts';
import { FramedProfile } from './model.ts';

export const framedPiece: ProtocolPiece = {
  profile: FramedProfile,
  links: framedLinks,
  decoders: { framed: () => Promise.resolve(framedDecoder()) },
  driver: ({ lines }) => framedDriver(lines) as AnyDriver,
};
