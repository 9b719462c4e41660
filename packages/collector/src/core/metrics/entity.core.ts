/** What figures and baselines are kept of. A device stands by its id, an area by its path, the others by their kind: no two meet. */
import type { DeviceFact, MerchantFact } from '../world/world.core.ts';

export const entityOf = {
  device: (deviceId: string): string => deviceId,
  /** `campus/building/area`. */
  area: (area: string): string => area,
  merchant: (merchantId: string): string => `merchant:${merchantId}`,
  campus: (campus: string): string => `campus:${campus}`,
} as const;

/** Where a device stands when a record is counted. */
export type Home = Pick<DeviceFact, 'campus' | 'area'>;

/** All that a record of a device counts for: the device, its area, its merchant at that time, its campus. */
export function entitiesOf(deviceId: string, home: Home | null, merchant: MerchantFact | null): readonly string[] {
  const entities = [entityOf.device(deviceId)];
  if (home !== null && home.area !== null) entities.push(entityOf.area(home.area));
  if (merchant !== null) entities.push(entityOf.merchant(merchant.merchantId));
  if (home !== null) entities.push(entityOf.campus(home.campus));
  return entities;
}

/** Ids of devices have neither a colon nor a slash. */
export const isDevice = (entity: string): boolean => !/[:/]/.test(entity);

/** Of a campus or an area by its name; null for the others. */
export function homeByName(entity: string): Home | null {
  if (entity.startsWith('campus:')) return { campus: entity.slice('campus:'.length), area: null };
  const [campus] = entity.split('/');
  return campus === undefined || !entity.includes('/') ? null : { campus, area: entity };
}
