import type { AnyDriver, ProtocolPiece } from '../registry.ts';
import { onvifDiscovery } from './discovery.ts';
import { onvifDriver } from './driver.ts';
import type { OnvifLibrary } from './library.ts';

/** One for the program, so that probes wait for one another. */
const loadOnce = (): (() => Promise<OnvifLibrary>) => {
  let loading: Promise<OnvifLibrary> | undefined;
  return () => (loading ??= import('../shell/onvif-library.ts').then(({ onvifLibrary }) => onvifLibrary()));
};

const library = loadOnce();

export const onvifPiece: ProtocolPiece = {
  discovery: onvifDiscovery(library),
  decoders: { onvif: async () => (await import('./decode.core.ts')).decodeOnvif },
  driver: ({ random }) => onvifDriver({ random, library }) as AnyDriver,
};
