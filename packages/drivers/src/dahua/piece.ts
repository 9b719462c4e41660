import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { dahuaDriver } from './driver.ts';
import { inflate } from '../shell/inflate.ts';

export const dahuaPiece: ProtocolPiece = {
  decoders: { 'dahua-cgi': async () => (await import('./decode.core.ts')).dahuaDecoder(inflate) },
  driver: ({ random }) => dahuaDriver(random) as AnyDriver,
};
