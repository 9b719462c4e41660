/** I6 of the journals: what one held and never gave is told by a row of its stream, and none is told as lost that was not. Looked at after the drain. */
import { missingIn, type Range } from '@cardwatch/kernel';
import type { Campus } from '../world/campus.ts';

/** Returns how many journal lives were looked at. */
export function judgeStreams(campus: Campus): number {
  const { custody } = campus;
  let looked = 0;
  for (const { agent, epoch, written, lost } of custody.lives()) {
    looked++;
    const accepted = acceptedOf(campus, agent, epoch);
    // Of a life of which nothing came the collector knows no number: the reason of the epoch that followed tells (verdict.ts).
    if (accepted.length === 0) continue;
    const told = toldOf(campus, agent, epoch);
    const missing = written.flatMap(([first, last]) => missingIn(accepted, first, last));
    const untold = missing.find(([first, last]) => !told.some(([from, to]) => from <= first && last <= to));
    if (untold !== undefined)
      campus.violations.add('I6', `${agent} epoch ${epoch}: ${untold[0]} to ${untold[1]} never came, and no row tells so`);
    const gone = lost
      .flatMap(([first, last]) => untoldOf(told, first, last))
      .find((seq) => !custody.isAnyCommitted(agent, epoch, seq));
    if (gone !== undefined && isIn(accepted, gone))
      campus.violations.add('I6', `${agent} epoch ${epoch}: ${gone} was declared lost, and no row tells so`);
  }
  if (campus.mode === 'liveness') judgeEpochs(campus);
  return looked;
}

/** Those of `first..last` that no row tells of. */
function untoldOf(told: readonly Range[], first: number, last: number): number[] {
  const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return numbers.filter((seq) => !isIn(told, seq));
}

const isIn = (ranges: readonly Range[], seq: number): boolean => ranges.some(([first, last]) => first <= seq && seq <= last);

function acceptedOf({ collector }: Campus, agent: string, epoch: number): Range[] {
  const rows = collector.db.prepare(
    "SELECT first, last FROM accepted WHERE agent_id = ? AND epoch = ? AND stream = 'money' ORDER BY first",
  );
  return rows.all(agent, epoch).map(({ first, last }) => [Number(first), Number(last)]);
}

/** How far a lost journal went nobody knows: its row has no end. */
function toldOf({ collector }: Campus, agent: string, epoch: number): Range[] {
  const rows = collector.db.prepare(
    "SELECT first, last, cause FROM gap WHERE scope = 'stream' AND agent_id = ? AND epoch = ? AND stream = 'money' AND state <> 'filled'",
  );
  return rows
    .all(agent, epoch)
    .map(({ first, last, cause }) => [Number(first), cause === 'journalLost' ? Number.POSITIVE_INFINITY : Number(last)]);
}

/** Where no card was changed no life ends of which anything came. */
function judgeEpochs({ collector, violations }: Campus): void {
  const ended = collector.db.prepare(
    `SELECT agent_id AS agent, epoch, reason FROM epoch AS next WHERE reason IN ('journalLost', 'rolledBack') AND EXISTS (
       SELECT 1 FROM accepted WHERE accepted.agent_id = next.agent_id AND accepted.epoch = next.epoch - 1)`,
  );
  for (const { agent, epoch, reason } of ended.all())
    violations.add(
      'I6',
      `${String(agent)} is given epoch ${String(epoch)} because of ${String(reason)}, and nothing was destroyed`,
    );
}
