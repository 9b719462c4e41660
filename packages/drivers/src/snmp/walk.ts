import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, SnmpPeer, SnmpVarbind } from '../contract.ts';
import { follows, indexIn } from './oid.core.ts';

/** Most rows of one column: interfaces and neighbours are few, learnt addresses may be many. */
export const walkRows = { small: 1_024, large: 8_192 } as const;

/** All columns of one task together; a task that lasts a minute is given up by the agent with its session. */
export const walkBudgetMs = 45_000;

export interface WalkPlan {
  readonly base: string;
  readonly rowsMax: number;
  readonly maxRepetitions: number;
  /** Whether the time of the whole task is used up; left out: never. */
  readonly overdue?: () => boolean;
}

/** Rows, and why the walk ended early: what was read until then still holds. */
export interface Walked {
  readonly rows: readonly SnmpVarbind[];
  readonly cut: DriverFailure | undefined;
}

/**
 * One column by GETBULK. A device that answers with an id that does not come behind the last one would keep us walking for ever: the walk ends there. Fails
 * only when the first question was not answered.
 */
export async function walk(
  peer: SnmpPeer,
  { base, rowsMax, maxRepetitions, overdue }: WalkPlan,
  signal: AbortSignal,
): Promise<Result<Walked, DriverFailure>> {
  const rows: SnmpVarbind[] = [];
  let last = base;
  for (;;) {
    if (signal.aborted) return err({ kind: 'closed' });
    if (overdue?.() === true) return ok({ rows, cut: { kind: 'timeout', afterMs: walkBudgetMs } });
    const answer = await peer.bulk(last, maxRepetitions);
    if (!answer.ok) return rows.length === 0 ? answer : ok({ rows, cut: answer.error });
    if (answer.value.length === 0) return ok({ rows, cut: undefined });
    for (const varbind of answer.value) {
      if (varbind.value === undefined || indexIn(base, varbind.oid) === undefined) return ok({ rows, cut: undefined });
      if (!follows(last, varbind.oid)) return ok({ rows, cut: malformed(`the walk of ${base} goes back`) });
      if (rows.length >= rowsMax) return ok({ rows, cut: malformed(`${base} has more than ${rowsMax} rows`) });
      rows.push(varbind);
      last = varbind.oid;
    }
  }
}

const malformed = (detail: string): DriverFailure => ({ kind: 'malformed', detail, frameHex: '' });
