import type { Ask } from './ask.ts';

/** Keys of what the register screen asks for. */
export const registerKeys = {
  places: ['places'] as const,
  registered: (deviceId: string) => ['registered', deviceId] as const,
  merchants: (at: number | undefined) => ['merchants', at] as const,
  imports: ['registerImports'] as const,
  oneImport: (importId: string) => ['registerImport', importId] as const,
};

/** What a change of the register may have changed on the screens. */
export const registerChanged: readonly (readonly string[])[] = [
  ['places'],
  ['registered'],
  ['merchants'],
  ['registerImports'],
  ['registerImport'],
  ['topology'],
];

export function registerQueries({ single, paged }: Ask) {
  return {
    places: () => single(registerKeys.places, 'places', {}),
    registered: (deviceId: string) => single(registerKeys.registered(deviceId), 'registeredDevice', { params: { deviceId } }),
    merchants: (at: number | undefined) =>
      paged(registerKeys.merchants(at), 'merchants', (cursor) => ({
        query: { ...cursor, ...(at === undefined ? {} : { at }), limit: 500 },
      })),
    registerImports: () => paged(registerKeys.imports, 'registerImports', (cursor) => ({ query: { ...cursor, limit: 100 } })),
    registerImport: (importId: string) => single(registerKeys.oneImport(importId), 'registerImport', { params: { importId } }),
  };
}
