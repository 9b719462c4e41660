import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { dlt645Links } from './connection.ts';
import { dlt645Driver } from './driver.ts';
import { Dlt645Profile } from './model.ts';

export const dlt645Piece: ProtocolPiece = {
  profile: Dlt645Profile,
  links: dlt645Links,
  decoders: { 'dlt645-2007': async () => (await import('./decode.ts')).decodeDlt645 },
  driver: ({ lines }) => dlt645Driver(lines) as AnyDriver,
};
