import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { dlt645Driver } from './driver.ts';

export const dlt645Piece: ProtocolPiece = {
  decoders: { 'dlt645-2007': async () => (await import('./decode.ts')).decodeDlt645 },
  driver: ({ lines }) => dlt645Driver(lines) as AnyDriver,
};
