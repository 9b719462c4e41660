/** The book's memory as rows: one of each node that was explained and one of each way, written only when it changed, so that a switch with 48 ports costs 49 rows, once. */
import { WireTime } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rootsMax } from './explain.core.ts';
import { type OutSpan, spansMax } from './spans.core.ts';
import type { CauseChange, CauseState, NodeCause } from './state.core.ts';

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
  grace: z.strictObject({ graceUntil: Time, backAt: Time }).nullable(),
});
const WayRow = z
  .array(z.strictObject({ from: Time, to: Time.nullable(), root: Id }))
  .min(1)
  .max(spansMax);

export interface CauseRows {
  readonly rows: readonly CauseRow[];
  readonly gone: readonly { readonly kind: string; readonly key: string }[];
}

/** What has to be written of a look. `dueAt`: the end of grace. */
export function causeRows({ nodes, outs }: CauseState, changed: CauseChange): CauseRows {
  const rows: CauseRow[] = [];
  const gone: { kind: string; key: string }[] = [];
  for (const key of changed.nodes) {
    const node = nodes.get(key);
    if (node === undefined) gone.push({ kind: causeRowKind, key });
    else rows.push(row(causeRowKind, key, node, node.grace?.graceUntil ?? null));
  }
  for (const key of changed.outs) {
    const spans = outs.get(key);
    if (spans === undefined) gone.push({ kind: wayRowKind, key });
    else rows.push(row(wayRowKind, key, spans, null));
  }
  return { rows, gone };
}

/** Rows of other kinds are passed over; `unreadable`: those that are not ours to the letter. They are taken as not there, and are to go. */
export function causeFromRows(rows: readonly CauseRow[]): { readonly state: CauseState; readonly unreadable: CauseRows['gone'] } {
  const nodes = new Map<string, NodeCause>();
  const outs = new Map<string, readonly OutSpan[]>();
  const unreadable: { kind: string; key: string }[] = [];
  for (const { kind, key, state } of rows) {
    if (kind !== causeRowKind && kind !== wayRowKind) continue;
    const parsed = jsonOf(state);
    const node = kind === causeRowKind ? NodeRow.safeParse(parsed) : undefined;
    const way = kind === wayRowKind ? WayRow.safeParse(parsed) : undefined;
    if (node?.success === true) nodes.set(key, node.data);
    else if (way?.success === true) outs.set(key, way.data);
    else unreadable.push({ kind, key });
  }
  return { state: { nodes, outs, probable: [] }, unreadable };
}

const row = (kind: string, key: string, state: unknown, dueAt: number | null): CauseRow => ({
  kind,
  key,
  state: JSON.stringify(state),
  dueAt,
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
