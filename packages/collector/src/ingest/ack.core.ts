/** Acknowledgements of one commit: one a stream, whatever number of its batches were in it. */
import type { Ack, AgentAddress, EpochNo, Stream } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type { CommitOutcome } from '../store/roles.ts';
import type { Credit } from './credit.core.ts';

const rejectMax = 256;

export interface Committed {
  readonly from: AgentAddress;
  readonly epoch: EpochNo;
  readonly stream: Stream;
  readonly backlog: boolean;
  readonly records: number;
  readonly outcome: CommitOutcome;
}

export interface AckDraft {
  readonly from: AgentAddress;
  readonly epoch: EpochNo;
  readonly stream: Stream;
  backlog: boolean;
  /** Of the largest batch. */
  records: number;
  outcome: CommitOutcome;
  readonly reject: { readonly seq: number; readonly reason: string }[];
}

/** In order of first appearance; the last outcome of a stream tells its progress. */
export function draftAcks(committed: readonly Committed[]): AckDraft[] {
  const drafts = new Map<string, AckDraft>();
  for (const one of committed) {
    const { from, epoch, stream, outcome } = one;
    const key = `${from.agent} ${epoch} ${stream}`;
    const draft = drafts.get(key);
    if (draft === undefined) drafts.set(key, { ...one, reject: [...outcome.reject] });
    else {
      draft.outcome = outcome;
      draft.backlog ||= one.backlog;
      draft.records = Math.max(draft.records, one.records);
      draft.reject.push(...outcome.reject);
    }
  }
  return [...drafts.values()];
}

/** One message, or several when more was rejected than one may carry. */
export function acksOf(draft: AckDraft, { credit, retryAfterMs }: Credit, now: EpochMs): Ack[] {
  const acks: Ack[] = [];
  for (let at = 0; at === 0 || at < draft.reject.length; at += rejectMax) {
    acks.push({
      v: 1,
      type: 'ack',
      epoch: draft.epoch,
      stream: draft.stream,
      contiguousUpto: draft.outcome.progress.contiguousUpto,
      sparse: draft.outcome.progress.sparse as Ack['sparse'],
      reject: draft.reject.slice(at, at + rejectMax) as Ack['reject'],
      credit,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      serverTime: now,
    });
  }
  return acks;
}
