/** The step's memory as rows: one of each node and one of each way, written only when it changed, so that a switch with 48 ports costs 49 rows, once. */
import { WireTime } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { type CauseState, type NodeCause } from './cause.step.ts';
import { rootsMax } from './explain.core.ts';
import { type OutSpan, spansMax } from './spans.core.ts';

export const causeRowKind = 'cause';
export const wayRowKind = 'causeWay';

/** As `MachineRow` of the store has it. */
export interface CauseRow {
  readonly kind: string;
  readonly key: string;
  readonly state: string;
  readonly dueAt: number | null;
}

const Time = WireTime.transform(epochMs);
const Id = z.string().min(1).max(200);
const NodeRow = z.strictObject({
  explainedBy: Id.nullable(),
  roots: z.array(Id).max(rootsMax),
  since: Time,
  graceUntil: Time.nullable(),
  stoodSince: Time.nullable(),
  told: z.boolean(),
});
const WayRow = z
  .array(z.strictObject({ from: Time, to: Time.nullable(), root: Id }))
  .min(1)
  .max(spansMax);

export interface CauseRows {
  readonly rows: readonly CauseRow[];
  readonly gone: readonly { readonly kind: string; readonly key: string }[];
}

/** What has to be written to come from `before` to `after`. `dueAt`: the end of grace. */
export function causeRows(before: CauseState, after: CauseState): CauseRows {
  const nodes = changed(before.nodes, after.nodes).map(([key, node]) => row(causeRowKind, key, node, node.graceUntil));
  const ways = changed(before.outs, after.outs).map(([key, spans]) => row(wayRowKind, key, spans, null));
  return {
    rows: [...nodes, ...ways],
    gone: [...goneOf(causeRowKind, before.nodes, after.nodes), ...goneOf(wayRowKind, before.outs, after.outs)],
  };
}

/** Rows of other kinds are passed over; `unreadable` counts those that are not ours to the letter: the next look writes them anew. */
export function causeFromRows(rows: readonly CauseRow[]): { readonly state: CauseState; readonly unreadable: number } {
  const nodes = new Map<string, NodeCause>();
  const outs = new Map<string, readonly OutSpan[]>();
  let unreadable = 0;
  for (const { kind, key, state } of rows) {
    if (kind !== causeRowKind && kind !== wayRowKind) continue;
    const parsed = jsonOf(state);
    const node = kind === causeRowKind ? NodeRow.safeParse(parsed) : undefined;
    const way = kind === wayRowKind ? WayRow.safeParse(parsed) : undefined;
    if (node?.success === true) nodes.set(key, node.data);
    else if (way?.success === true) outs.set(key, way.data);
    else unreadable++;
  }
  return { state: { nodes, outs, probable: [] }, unreadable };
}

const row = (kind: string, key: string, state: unknown, dueAt: number | null): CauseRow => ({
  kind,
  key,
  state: JSON.stringify(state),
  dueAt,
});

const changed = <V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): [string, V][] =>
  [...after].filter(([key, value]) => before.get(key) !== value);

const goneOf = (
  kind: string,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): { kind: string; key: string }[] => [...before.keys()].filter((key) => !after.has(key)).map((key) => ({ kind, key }));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
