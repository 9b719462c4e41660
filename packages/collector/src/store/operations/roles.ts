/** The few things that staff change in the custody store. Tiny transactions; ingest waits for none of them longer than one. */
import type { CommandDto } from '@cardwatch/contracts/api';

export interface MaintenanceChange {
  readonly deviceId: string;
  readonly maintenance: boolean;
  readonly now: number;
}

export interface RecollectOrder {
  readonly id: string;
  readonly agentId: string;
  readonly deviceId: string;
  readonly generation: number;
  readonly from: number;
  readonly to: number;
  readonly gapId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** `id` is the caller's idempotency key: the order that it made first is given back. */
export interface OperateOrder {
  readonly id: string;
  readonly agentId: string;
  readonly deviceId: string;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface OperationsRole {
  /** Sets the flag and what is shown; false when there is no such device. */
  setMaintenance(change: MaintenanceChange): Promise<boolean>;
  /** Keeps the order until its agent has answered or it expires; a second order for a gap that has one under way gives back the first. */
  orderRecollect(order: RecollectOrder): Promise<CommandDto>;
  /** Null when the id belongs to another order. `made` is false when this very order stood there already. */
  orderOperation(order: OperateOrder): Promise<{ readonly command: CommandDto; readonly made: boolean } | null>;
}
