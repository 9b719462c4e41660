import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { isapiLinks } from './connection.ts';
import { isapiDriver } from './driver.ts';
import { IsapiProfile } from './model.ts';

export const isapiPiece: ProtocolPiece = {
  profile: IsapiProfile,
  links: isapiLinks,
  decoders: {
    isapi: async () => (await import('./decode.core.ts')).decodeIsapi,
    'isapi-alertstream': async () => (await import('./decode.core.ts')).decodeAlertStream,
    'isapi-push': async () => (await import('./decode.core.ts')).decodePush,
  },
  driver: ({ random }) => isapiDriver(random) as AnyDriver,
};
