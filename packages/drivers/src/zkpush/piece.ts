import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { zkLinks } from './connection.ts';
import { zkDriver } from './driver.ts';
import { ZkProfile } from './model.ts';

export const zkPiece: ProtocolPiece = {
  profile: ZkProfile,
  links: zkLinks,
  decoders: { 'zk-push': async () => (await import('./decode.core.ts')).decodeZk },
  driver: ({ random }) => zkDriver(random) as AnyDriver,
};
