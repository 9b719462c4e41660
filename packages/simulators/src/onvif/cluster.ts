import type { Cluster, ClusterFault, ClusterParts, PassAttempt } from '../cluster.ts';
import type { PlanCluster } from '../clusters/plan-cluster.ts';
import { onvifAccount } from './account.ts';
import { OnvifDoor } from './door.ts';
import { replyFaults } from './reply.ts';

const lasting = [
  ...replyFaults,
  'httpDigest',
  'noRenew',
  'shortLease',
  'wrongPassword',
  'doorForced',
  'doorHeldOpen',
  'tamper',
] as const;
const momentary = ['leaseExpired', 'restart', 'clockSkew', 'duplicateBatch', 'flood'] as const;
const floodEvents = 500;

/** ONVIF doors on one port; the device's address is the loopback address that it listens on. */
export async function openOnvif(
  plan: PlanCluster,
  { clock, truth, port }: ClusterParts,
): Promise<Cluster & { readonly doors: readonly OnvifDoor[] }> {
  const doors = plan.devices.map(({ deviceId, address }) => new OnvifDoor({ clock, truth, deviceId, host: address }));
  let taken = port;
  try {
    for (const door of doors) taken = await door.listen(taken);
  } catch (reason) {
    await Promise.all(doors.map((door) => door.close()));
    throw reason;
  }
  const struck = (deviceId: string | undefined): readonly OnvifDoor[] =>
    doors.filter((door) => deviceId === undefined || door.deviceId === deviceId);
  return {
    name: plan.name,
    kind: 'onvif',
    endpoint: { host: plan.devices[0]?.address ?? '127.0.0.1', port: taken },
    devices: doors,
    doors,
    faultTypes: [...lasting, ...momentary],
    strike: (fault) => {
      if (![...lasting, ...momentary].some((name) => name === fault.type)) return `a door has no fault ${fault.type}`;
      for (const door of struck(fault.deviceId)) strike(door, fault);
      return undefined;
    },
    heal: (type, deviceId) => {
      for (const door of struck(deviceId)) heal(door, type);
    },
    // A door remembers nothing: a subscription that is gone is gone.
    snapshot: () => ({}),
    close: async () => {
      await Promise.all(doors.map((door) => door.close()));
    },
  };
}

function strike(door: OnvifDoor, { type, deltaMs, records }: ClusterFault): void {
  switch (type) {
    case 'leaseExpired':
    case 'restart':
      return door.restart();
    case 'clockSkew':
      return door.skew(deltaMs ?? -540_000);
    case 'duplicateBatch':
      door.pullPoints.repeat = true;
      return;
    case 'flood':
      for (let no = 0; no < (records ?? floodEvents); no++) door.pass(flooding(no));
      return;
    case 'wrongPassword':
      door.account.password = 'somebody changed it';
      return;
    case 'doorForced':
      return door.alarm('DoorForcedOpen');
    case 'doorHeldOpen':
      return door.alarm('DoorOpenTooLong');
    case 'tamper':
      return door.tamper(true);
    default:
      door.faults.add(type);
  }
}

function heal(door: OnvifDoor, type: string): void {
  door.faults.delete(type);
  if (type === 'wrongPassword') door.account.password = onvifAccount.password;
  if (type === 'doorForced' || type === 'doorHeldOpen') door.alarm('Normal');
  if (type === 'tamper') door.tamper(false);
}

const flooding = (no: number): PassAttempt => ({
  personNo: String(2_023_000_000 + no),
  name: `Flood ${no}`,
  card: undefined,
  direction: no % 2 === 0 ? 'in' : 'out',
  method: 'face',
  outcome: 'granted',
});
