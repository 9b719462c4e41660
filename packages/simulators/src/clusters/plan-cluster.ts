import { AgentId, DeviceId, Place, ProfileName } from '@cardwatch/contracts';
import { z } from 'zod';

export const clusterKinds = ['iso8583', 'framed', 'meters', 'isapi', 'dahua', 'onvif', 'zkpush', 'network'] as const;
export type ClusterKind = (typeof clusterKinds)[number];

const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63');

export const PlanClusterDevice = z.strictObject({
  deviceId: DeviceId,
  name: z.string().min(1).max(64),
  /** The profile by which the agent reads it; the simulator takes the model from its last part. */
  profile: ProfileName,
  /** The device's own address in its protocol: terminal number, meter address, serial number, unit. */
  address: z.string().min(1).max(64),
  place: Place,
  /** Switches that it hangs on, by device id. */
  parents: z.array(DeviceId).max(8).optional(),
});
export type PlanClusterDevice = z.infer<typeof PlanClusterDevice>;

/** Devices of one protocol that one agent reaches over one link. */
export const PlanCluster = z.strictObject({
  kind: z.enum(clusterKinds),
  name: slug,
  agent: AgentId,
  /** Where the cluster listens, or where its devices dial to. 0 takes a free port, for those that listen. */
  port: z.int().min(0).max(65_535),
  devices: z.array(PlanClusterDevice).min(1).max(1_000),
});
export type PlanCluster = z.infer<typeof PlanCluster>;
