import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { dahuaLinks } from './connection.ts';
import { dahuaDriver } from './driver.ts';
import { DahuaProfile } from './model.ts';

export const dahuaPiece: ProtocolPiece = {
  profile: DahuaProfile,
  links: dahuaLinks,
  decoders: { 'dahua-cgi': async () => (await import('./decode.core.ts')).decodeDahua },
  driver: ({ random }) => dahuaDriver(random) as AnyDriver,
};
