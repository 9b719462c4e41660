import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { isapiDriver } from './driver.ts';

export const isapiPiece: ProtocolPiece = {
  decoders: {
    isapi: async () => (await import('./decode.core.ts')).decodeIsapi,
    'isapi-alertstream': async () => (await import('./decode.core.ts')).decodeAlertStream,
    'isapi-push': async () => (await import('./decode.core.ts')).decodePush,
  },
  driver: ({ random }) => isapiDriver(random) as AnyDriver,
};
