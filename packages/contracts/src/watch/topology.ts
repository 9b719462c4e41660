/** 拓扑: what each thing is reached through. A group is a set of alternatives: the thing is unreachable only when all its ways are down. */
import { z } from 'zod';
import { DeviceId, WireTime } from '../ids.ts';

/** Ways of one node. Each way is a chain of one hop: its parent. Redundancy: `parents` of one group stand in for one another. */
export const UpstreamGroup = z.strictObject({ name: z.string().max(64), parents: z.array(DeviceId).min(1).max(8) });
export type UpstreamGroup = z.infer<typeof UpstreamGroup>;

/** A node needs every one of its groups, and of each group one parent. */
export const TopologyNode = z.strictObject({
  deviceId: DeviceId,
  upstream: z.array(UpstreamGroup).max(8),
  port: z.string().max(64).nullable(),
  source: z.enum(['agent', 'person', 'suggestion']),
});
export type TopologyNode = z.infer<typeof TopologyNode>;

/** Seen in LLDP, FDB or ARP; becomes topology by a person alone. */
export const TopologySuggestion = z.strictObject({
  suggestionId: z.uuid(),
  deviceId: DeviceId,
  parent: DeviceId,
  port: z.string().max(64).nullable(),
  evidence: z.enum(['lldp', 'fdb', 'arp', 'trace']),
  firstSeenAt: WireTime,
  lastSeenAt: WireTime,
  state: z.enum(['open', 'confirmed', 'rejected']),
  decidedBy: z.string().max(64).nullable(),
});
export type TopologySuggestion = z.infer<typeof TopologySuggestion>;

/** 商户绑定: valid from its day on until the next one of the same terminal. */
export const MerchantBinding = z.strictObject({
  deviceId: DeviceId,
  merchantId: z.string().min(1).max(64),
  merchantName: z.string().min(1).max(64),
  validFrom: WireTime,
  validTo: WireTime.nullable(),
});
export type MerchantBinding = z.infer<typeof MerchantBinding>;

const name = z.string().regex(/^[^/]{1,64}$/);

/**
 * 位置: where a device stands, as the register has it: campus > zone > building > area > cluster. `area`: `campus/building/area`, from the left as far as it is
 * known; zone (片区) and cluster (集群, the edge that a group of devices hangs on) stand beside it. What comes below, line or switch port, is of the ways up.
 */
export const DevicePlace = z.strictObject({
  deviceId: DeviceId,
  area: z.string().regex(/^[^/]{1,64}(\/[^/]{1,64}){0,2}$/),
  zone: name.nullable(),
  cluster: name.nullable(),
});
export type DevicePlace = z.infer<typeof DevicePlace>;

/** One change of the register that a person made, whatever way: what it did is kept with it, so that it can be taken back. */
export const RegisterImport = z.strictObject({
  importId: z.uuid(),
  kind: z.enum(['import', 'edit', 'suggestion', 'rollback']),
  at: WireTime,
  by: z.string().max(64),
  reason: z.string().max(200),
  /** SHA-256 of the file; null: no file. */
  digest: z.string().max(64).nullable(),
  counts: z.strictObject({ added: z.int(), changed: z.int(), ended: z.int(), removed: z.int() }),
  /** Of a rollback: what it took back. */
  rollbackOf: z.uuid().nullable(),
  /** The rollback that took this one back. */
  rolledBackBy: z.uuid().nullable(),
});
export type RegisterImport = z.infer<typeof RegisterImport>;
