import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { cjt188Discovery } from './discovery.ts';
import { cjt188Driver } from './driver.ts';

export const cjt188Piece: ProtocolPiece = {
  discovery: cjt188Discovery,
  decoders: { 'cjt188-2004': async () => (await import('./decode.ts')).decodeCjt188 },
  driver: ({ lines }) => cjt188Driver(lines) as AnyDriver,
};
