/** Pictures of maps as the services see them: kept by the hash of their bytes. */
import type { MapImage } from '@cardwatch/contracts/watch';
import type { Result } from '@cardwatch/kernel';

export interface MapImages {
  /** Kept once, however often it is sent. `full`: there are `mapLimits.images` that maps still show. `shown`: hashes that must stay. */
  put(picture: MapImage, bytes: Uint8Array, shown: ReadonlySet<string>): Promise<Result<null, 'full'>>;
  /** undefined: no such picture, or its bytes are no longer what its name says. */
  get(image: string): Promise<Uint8Array | undefined>;
}

export const noMapImages: MapImages = {
  put: () => Promise.resolve({ ok: false, error: 'full' }),
  get: () => Promise.resolve(undefined),
};
