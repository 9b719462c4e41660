import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, RawRecord, Recollection } from '../contract.ts';
import { type Exchange, malformed } from './exchange.ts';
import type { StoreSpec } from './model.ts';
import { decodeRecord } from './record.core.ts';
import { pageArguments, readState } from './state.ts';
import * as store from './store.core.ts';

export interface RecollectParts {
  readonly spec: StoreSpec;
  readonly exchange: Exchange;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Reads by number what was collected already, or has it marked uncollected again. What the terminal no longer holds, or never held, comes back in `overwritten`. */
export async function recollect(
  { spec, exchange }: RecollectParts,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Result<Recollection, DriverFailure>> {
  const now = await readState(spec, exchange, signal);
  if (!now.ok) return now;
  const { state } = now.value;
  const { first } = spec.numbering;
  const held = {
    from: Math.max(range.from, first, state.newestNo - (state.capacity ?? state.newestNo) + 1),
    to: Math.min(range.to, state.newestNo),
  };
  if (spec.restore !== undefined) return restore({ spec, exchange }, spec.restore.command, { range, held, state }, signal);
  const found = new Map<number, RawRecord>();
  let singlyUpto = 0;
  for (let recordNo = held.from; recordNo <= held.to; ) {
    const left = recordNo <= singlyUpto ? 1 : held.to - recordNo + 1;
    const page = await pageByNumber({ spec, exchange }, state, recordNo, left, signal);
    if (!page.ok) return page;
    const { raws, asked } = page.value;
    for (const [offset, raw] of raws.entries()) {
      const record = decodeRecord(spec.record, raw, raws.length === asked ? recordNo + offset : undefined);
      if (record.recordNo !== undefined && record.recordNo >= held.from && record.recordNo <= held.to)
        found.set(record.recordNo, record);
    }
    if (raws.length > 0 || asked === 1) recordNo += Math.max(1, raws.length);
    else {
      // An empty page says that its first record is gone. Its last one tells whether all are.
      const last = await pageByNumber({ spec, exchange }, state, recordNo + asked - 1, 1, signal);
      if (!last.ok) return last;
      if (last.value.raws.length > 0) singlyUpto = recordNo + asked - 1;
      else recordNo += asked;
    }
  }
  const records = [...found.entries()].toSorted(([a], [b]) => a - b).map(([, record]) => record);
  return ok({ records, overwritten: store.missingOf(range, [...found.keys()]) });
}

/** The records come with the next runs, in full custody: none is handed over here, where nobody could confirm it. */
async function restore(
  { spec, exchange }: RecollectParts,
  command: string,
  { range, held, state }: { readonly range: Span; readonly held: Span; readonly state: store.StoreState },
  signal: AbortSignal,
): Promise<Result<Recollection, DriverFailure>> {
  const count = held.to - held.from + 1;
  const numbers = Array.from({ length: Math.max(0, count) }, (_, offset) => held.from + offset);
  const gone = ok({ records: [], overwritten: store.missingOf(range, numbers) });
  if (count <= 0) return gone;
  const sent = await exchange.once(command, { recordNo: held.from, count }, signal);
  if (!sent.ok && sent.error.kind !== 'timeout' && sent.error.kind !== 'malformed') return sent;
  const back = await readState(spec, exchange, signal);
  if (!back.ok) return back;
  const after = back.value.state;
  if (after.uncollected > state.uncollected || after.firstNo <= held.from) return gone;
  return err(malformed(`the first uncollected record is still ${after.firstNo}`, new Uint8Array()));
}

async function pageByNumber(
  { spec, exchange }: RecollectParts,
  state: store.StoreState,
  recordNo: number,
  left: number,
  signal: AbortSignal,
): Promise<Result<{ readonly raws: readonly Uint8Array[]; readonly asked: number }, DriverFailure>> {
  const reader = spec.reread ?? spec.read;
  const index = store.indexOf(state, recordNo);
  const room = index === undefined || state.capacity === undefined ? left : state.capacity - index;
  const asked = Math.min(left, reader.pageMax, room);
  const reply = await exchange.read(reader.command, pageArguments({ offset: 0, count: asked, index, recordNo }), signal);
  return reply.ok ? ok({ raws: reply.value.records, asked }) : reply;
}
