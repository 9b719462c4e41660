/** The clusters of a campus: opened by their kind, struck by faults, snapshot at the end. */
import { err, ok, type Result } from '@cardwatch/kernel';
import { z } from 'zod';
import type { Cluster, ClusterParts, DormGate, PosTerminal, SimulatedDevice, TruthSink } from '../cluster.ts';
import type { SnapshotFiles } from '../shell/snapshot-files.ts';
import { openers } from './openers.ts';
import type { PlanCluster } from './plan-cluster.ts';
import { behind, switchDown, type Unplugged } from './unplugged.core.ts';

export const clusterLimits = { faults: 256, durationMs: 86_400_000 } as const;

/** Body of `POST /clusters/faults`. Without `durationMs` a lasting fault lasts until it is healed. */
export const ClusterFaultOrder = z.strictObject({
  cluster: z.string().max(63),
  deviceId: z.string().max(63).optional(),
  type: z.string().max(48),
  durationMs: z.int().min(1).max(clusterLimits.durationMs).optional(),
  delayMs: z.int().min(1).max(60_000).optional(),
  deltaMs: z.int().optional(),
  records: z.int().min(1).max(10_000).optional(),
});
export type ClusterFaultOrder = z.infer<typeof ClusterFaultOrder>;

export type ClusterFaultFailure =
  | { readonly kind: 'unknownTarget'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly detail: string };

export const faultTypesOf = ({ plan, cluster }: Clusters['all'][number]): readonly string[] =>
  plan.kind === 'network' ? [...cluster.faultTypes, switchDown] : cluster.faultTypes;

const bareFault = { delayMs: undefined, deltaMs: undefined, records: undefined } as const;

export interface OpenFailure {
  readonly cluster: string;
  readonly detail: string;
}

type SharedParts = Pick<ClusterParts, 'clock' | 'truth'> & { readonly randomOf: (index: number) => ClusterParts['random'] };

export class Clusters {
  readonly all: readonly { readonly plan: PlanCluster; readonly cluster: Cluster }[];
  readonly #clock: ClusterParts['clock'];
  readonly #files: SnapshotFiles | undefined;

  private constructor(all: Clusters['all'], clock: ClusterParts['clock'], files: SnapshotFiles | undefined) {
    this.all = all;
    this.#clock = clock;
    this.#files = files;
  }

  /** Opens all, or none, each from its snapshot. What a device writes is in its snapshot before anything else happens in the process. */
  static async open(
    plans: readonly PlanCluster[],
    { clock, truth, randomOf }: SharedParts,
    files: SnapshotFiles | undefined,
  ): Promise<Result<Clusters, OpenFailure>> {
    const opened: { readonly plan: PlanCluster; readonly cluster: Cluster }[] = [];
    for (const [index, plan] of plans.entries()) {
      const { name, port, kind } = plan;
      const keep = keeper(() => {
        const found = opened.find((each) => each.plan === plan);
        if (found !== undefined) files?.write(name, found.cluster.snapshot());
      });
      const sink: TruthSink = {
        record: (record) => {
          truth.record(record);
          keep();
        },
        pass: (pass) => {
          truth.pass(pass);
          keep();
        },
      };
      try {
        const parts = { clock, truth: sink, random: randomOf(index), port, restored: files?.read(name) };
        opened.push({ plan, cluster: await openers[kind](plan, parts) });
      } catch (reason) {
        await Promise.all(opened.map(({ cluster }) => cluster.close()));
        return err({ cluster: name, detail: reason instanceof Error ? reason.message : String(reason) });
      }
    }
    return ok(new Clusters(opened, clock, files));
  }

  get terminals(): readonly PosTerminal[] {
    return this.#devices().filter((device) => device.device === 'pos');
  }

  get gates(): readonly DormGate[] {
    return this.#devices().filter((device) => device.device === 'gate');
  }

  strike(order: ClusterFaultOrder): Result<void, ClusterFaultFailure> {
    const found = this.all.find(({ plan }) => plan.name === order.cluster);
    if (found === undefined) return err({ kind: 'unknownTarget', detail: `no cluster ${order.cluster}` });
    const { cluster, plan } = found;
    if (order.deviceId !== undefined && !cluster.devices.some(({ deviceId }) => deviceId === order.deviceId))
      return err({ kind: 'unknownTarget', detail: `no device ${order.deviceId} in ${order.cluster}` });
    if (order.type === switchDown && plan.kind === 'network') return this.#unplug(order);
    if (!cluster.faultTypes.includes(order.type))
      return err({ kind: 'unsupported', detail: `${order.cluster} knows the faults ${faultTypesOf(found).join(', ')}` });
    const { type, deviceId, delayMs, deltaMs, records, durationMs } = order;
    const refusal = cluster.strike({ type, deviceId, delayMs, deltaMs, records });
    if (refusal !== undefined) return err({ kind: 'unsupported', detail: refusal });
    if (durationMs !== undefined) this.#clock.after(durationMs, () => cluster.heal(type, deviceId));
    return ok(undefined);
  }

  heal(name: string, type: string, deviceId: string | undefined): boolean {
    const found = this.all.find(({ plan }) => plan.name === name);
    if (type === switchDown && deviceId !== undefined) this.#plugIn(deviceId);
    else found?.cluster.heal(type, deviceId);
    return found !== undefined;
  }

  #unplug({ deviceId, durationMs }: ClusterFaultOrder): Result<void, ClusterFaultFailure> {
    if (deviceId === undefined) return err({ kind: 'unsupported', detail: `${switchDown} needs the deviceId of a switch` });
    for (const { cluster, deviceId: device, type } of this.#behind(deviceId)) {
      const refusal = this.#clusterOf(cluster)?.strike({ ...bareFault, type, deviceId: device });
      if (refusal !== undefined) return err({ kind: 'unsupported', detail: refusal });
    }
    if (durationMs !== undefined) this.#clock.after(durationMs, () => this.#plugIn(deviceId));
    return ok(undefined);
  }

  #plugIn(switchId: string): void {
    for (const { cluster, deviceId, type } of this.#behind(switchId)) this.#clusterOf(cluster)?.heal(type, deviceId);
  }

  #behind(switchId: string): readonly Unplugged[] {
    return behind(
      this.all.map(({ plan }) => plan),
      switchId,
    );
  }

  #clusterOf(name: string): Cluster | undefined {
    return this.all.find(({ plan }) => plan.name === name)?.cluster;
  }

  /** Writes every snapshot: at the end of a run. */
  keepAll(): void {
    for (const { plan, cluster } of this.all) this.#files?.write(plan.name, cluster.snapshot());
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ cluster }) => cluster.close()));
  }

  #devices(): readonly SimulatedDevice[] {
    return this.all.flatMap(({ cluster }) => cluster.devices);
  }
}

/** Runs once after the code that called it, however often it was called. */
function keeper(write: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      write();
    });
  };
}
