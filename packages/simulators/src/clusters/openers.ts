/** How each kind of cluster is opened from its plan. Adding one is one line here. */
import type { Cluster, ClusterParts } from '../cluster.ts';
import { openDahua } from '../dahua/cluster.ts';
import { openFramedCluster } from '../framed/cluster.ts';
import { openIsapi } from '../isapi/cluster.ts';
import { openIso8583 } from '../iso8583/cluster.ts';
import { openMeters } from '../meters/cluster.ts';
import { openNetwork } from '../network/cluster.ts';
import { openOnvif } from '../onvif/cluster.ts';
import { openZkpush } from '../zkpush/cluster.ts';
import type { ClusterKind, PlanCluster } from './plan-cluster.ts';

type OpenCluster = (plan: PlanCluster, parts: ClusterParts) => Promise<Cluster>;

export const openers: Readonly<Record<ClusterKind, OpenCluster>> = {
  iso8583: openIso8583,
  framed: openFramedCluster,
  meters: openMeters,
  isapi: openIsapi,
  dahua: openDahua,
  onvif: openOnvif,
  zkpush: openZkpush,
  network: openNetwork,
};
