/** How each kind of cluster is opened from its plan. Adding one is one line here. */
import type { Cluster, ClusterParts } from '../cluster.ts';
import { openFramedCluster } from '../framed/cluster.ts';
import { openIsapi } from '../isapi/cluster.ts';
import { openZkpush } from '../zkpush/cluster.ts';
import type { ClusterKind, PlanCluster } from './plan-cluster.ts';

export type OpenCluster = (plan: PlanCluster, parts: ClusterParts) => Promise<Cluster>;

export const openers: Readonly<Record<ClusterKind, OpenCluster>> = {
  // filled in as simulators come
  framed: openFramedCluster,
  isapi: openIsapi,
  zkpush: openZkpush,
} as never;
