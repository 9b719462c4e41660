import type { ClusterKind, PlanCluster } from './plan-cluster.ts';

/** The fault of each kind of cluster that looks from its agent as if the device's cable were pulled; what it does by itself goes on. */
export const pulledCable: Readonly<Record<ClusterKind, string>> = {
  iso8583: 'offline',
  framed: 'silent',
  meters: 'silent',
  isapi: 'stall',
  dahua: 'stall',
  onvif: 'stall',
  zkpush: 'noAnswer',
  network: 'noAnswer',
};

/** A switch without power: it does not answer, and nothing behind it is reached. Lasting; a fault of every network cluster. */
export const switchDown = 'switchDown';

export interface Unplugged {
  readonly cluster: string;
  readonly deviceId: string;
  readonly type: string;
}

/** What a switch takes with it: itself and all that hang on it, in whatever cluster. */
export function behind(plans: readonly PlanCluster[], switchId: string): readonly Unplugged[] {
  return plans.flatMap(({ name, kind, devices }) =>
    devices
      .filter(({ deviceId, parents }) => deviceId === switchId || (parents ?? []).some((parent) => parent === switchId))
      .map(({ deviceId }) => ({ cluster: name, deviceId, type: pulledCable[kind] })),
  );
}
