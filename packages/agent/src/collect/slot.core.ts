/** What the plan of a line keeps of one device. */

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

/** No device of a shared wire that is asked each minute or more often is asked more seldom than this. */
export const lifeMs = 12_000;
/** A longer period is somebody's wish, as of a meter on a battery: such a device is left alone, and its loss is noticed with its own period. */
const sparedMs = 60_000;

/** On a shared wire a device is asked for a sign of life more often than its values are wanted: nobody else would miss it. */
export function signsOfLife(tasks: readonly PlanTask[]): readonly PlanTask[] {
  const shortestMs = Math.min(...tasks.map(({ periodMs }) => periodMs));
  if (shortestMs <= lifeMs || shortestMs > sparedMs) return tasks;
  const first = tasks.find(({ yields }) => yields === 'readings') ?? tasks[0];
  return tasks.map((task) => (task === first ? { ...task, periodMs: lifeMs } : task));
}

export interface TaskSlot extends PlanTask {
  dueMs: number;
  /** It ran, and goes at its own phase from then on. */
  begun: boolean;
}

export interface Slot {
  readonly deviceId: string;
  /** Among the devices of the line, as they stand in the configuration. */
  readonly place: number;
  /** Of a period, above 0 to 1: where its turns lie among those of the line. */
  readonly phase: number;
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
  /** When the first of its failures since its last answer was; undefined: it answered last. Refusals are answers. */
  fellMs: number | undefined;
  heardMs: number;
  /** Its silence is more than a few lost frames. */
  sure: boolean;
  /** It fell silent with others of its line, and was not heard since. */
  parted: boolean;
  recollects: RecollectJob[];
  recollectDueMs: number;
  operations: OperateJob[];
  servedMs: number;
}

/** Above 0, to 1. By the golden ratio any few devices side by side are spread over the whole period: a lost part of a line is noticed soon. */
const phaseOf = (place: number): number => (place * 0.618_034) % 1 || 1;

export const newSlot = (
  deviceId: string,
  place: number,
  { nowMs, spreadMs }: { readonly nowMs: number; readonly spreadMs: number },
): Slot => ({
  deviceId,
  place,
  phase: phaseOf(place),
  tasks: undefined,
  openDueMs: nowMs + phaseOf(place) * spreadMs,
  failures: 0,
  probes: 0,
  goodInRow: 0,
  probeAtMs: 0,
  forced: false,
  parentDown: false,
  failedMs: Number.NEGATIVE_INFINITY,
  fellMs: undefined,
  heardMs: Number.NEGATIVE_INFINITY,
  sure: false,
  parted: false,
  recollects: [],
  recollectDueMs: nowMs,
  operations: [],
  servedMs: 0,
});
