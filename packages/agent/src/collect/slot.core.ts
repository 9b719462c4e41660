/** What the plan of a line keeps of one device. */

/** So many devices that failed so often within this time tell of a lost part of their line. */
export const partLimits = { devices: 3, failures: 2, withinMs: 30_000 } as const;

export interface PlanTask {
  readonly name: string;
  readonly periodMs: number;
  readonly yields: 'readings' | 'records';
}

export interface RecollectJob {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Something that a person has a device do. */
export interface OperateJob {
  readonly id: string;
  readonly name: string;
}

export interface TaskSlot extends PlanTask {
  dueMs: number;
}

export interface Slot {
  readonly deviceId: string;
  /** undefined until the session is open. */
  tasks: TaskSlot[] | undefined;
  openDueMs: number;
  failures: number;
  probes: number;
  goodInRow: number;
  probeAtMs: number;
  /** The next probe does not wait for the line's probe share. */
  forced: boolean;
  parentDown: boolean;
  /** When it failed last. */
  failedMs: number;
  recollects: RecollectJob[];
  recollectDueMs: number;
  operations: OperateJob[];
  servedMs: number;
}

export const newSlot = (deviceId: string, nowMs: number, afterMs: number): Slot => ({
  deviceId,
  tasks: undefined,
  openDueMs: nowMs + afterMs,
  failures: 0,
  probes: 0,
  goodInRow: 0,
  probeAtMs: 0,
  forced: false,
  parentDown: false,
  failedMs: Number.NEGATIVE_INFINITY,
  recollects: [],
  recollectDueMs: nowMs,
  operations: [],
  servedMs: 0,
});

/** Those that fell silent with one another; none while they are too few. */
export function silentTogether(slots: Iterable<Slot>, nowMs: number): readonly Slot[] {
  const { devices, failures, withinMs } = partLimits;
  const silent = [...slots].filter(
    (slot) => slot.failures >= failures && slot.goodInRow === 0 && nowMs - slot.failedMs < withinMs,
  );
  return silent.length < devices ? [] : silent;
}
