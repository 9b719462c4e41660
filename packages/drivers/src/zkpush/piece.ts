import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { zkDriver } from './driver.ts';

export const zkPiece: ProtocolPiece = {
  decoders: { 'zk-push': async () => (await import('./decode.core.ts')).decodeZk },
  driver: ({ random }) => zkDriver(random) as AnyDriver,
};
