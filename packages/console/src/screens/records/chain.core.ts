import type { GapDto, RecordDto } from '@cardwatch/contracts/api';

/** A place in a terminal's chain where numbers are missing between two records that are there. */
export interface ChainBreak {
  readonly first: number;
  readonly last: number;
  readonly missing: number;
  /** Of the gap that covers it, when the collector has one; null: nobody can tell. */
  readonly estimateFen: number | null;
  readonly gap: GapDto | undefined;
}

export type ChainLink =
  | { readonly type: 'record'; readonly record: RecordDto }
  | { readonly type: 'break'; readonly key: string; readonly chainBreak: ChainBreak };

/**
 * Records of one device by their own numbers, newest first, with a break wherever the numbers jump within one generation. `counts`: each record has the
 * number after the last one's; where it has not, a jump is a break only when the collector knows of a gap there.
 */
export function chainOf(records: readonly RecordDto[], gaps: readonly GapDto[], counts = true): readonly ChainLink[] {
  const sorted = [...records].sort((a, b) => b.generation - a.generation || b.recordNo - a.recordNo);
  return sorted.flatMap((record, n) => {
    const link: ChainLink = { type: 'record', record };
    const older = sorted[n + 1];
    if (older === undefined || older.generation !== record.generation || record.recordNo - older.recordNo <= 1) return [link];
    const key = `break-${record.generation}-${older.recordNo}`;
    const chainBreak = breakBetween(older, record, gaps);
    return counts || chainBreak.gap !== undefined ? [link, { type: 'break', key, chainBreak } satisfies ChainLink] : [link];
  });
}

function breakBetween(older: RecordDto, newer: RecordDto, gaps: readonly GapDto[]): ChainBreak {
  const first = older.recordNo + 1;
  const last = newer.recordNo - 1;
  const gap = gaps.find(
    (other) => other.scope === 'device' && other.generation === newer.generation && other.first <= last && other.last >= first,
  );
  return { first, last, missing: last - first + 1, estimateFen: gap?.estimateFen ?? null, gap };
}
