import type { DeviceKind, Place } from '@cardwatch/contracts';

/** Rule that a device breaks by where it stands; its name goes into the message. */
export type PlaceRule = 'no-face-device-where-people-bathe';

const bathing: ReadonlySet<string> = new Set(['bathhouse', 'bathroom']);

/** A gate looks at faces: none of them belongs where people undress, whatever it is used for. Water meters and POS may stand there. */
export const placeProblem = (kind: DeviceKind, areaType: Place['areaType'] | 'bathroom'): PlaceRule | undefined =>
  kind === 'gate' && areaType !== undefined && bathing.has(areaType) ? 'no-face-device-where-people-bathe' : undefined;
