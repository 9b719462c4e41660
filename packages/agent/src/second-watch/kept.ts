/** What is kept on disk between two lives of the agent. */
import { WireTime } from '@cardwatch/contracts';
import type { Result } from '@cardwatch/kernel';
import { z } from 'zod';
import { newSecondWatch, type SecondWatchState, whyCodes } from './second-watch.step.ts';

const count = z.int().min(0);

const Waiting = z.strictObject({
  kind: z.enum(['lost', 'again', 'back']),
  noticeId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  since: WireTime,
  until: WireTime.nullable(),
  told: count,
  queuedAt: WireTime,
  tries: count,
  nextTryAt: WireTime,
});

const Channel = z.strictObject({ toldAt: WireTime.nullable(), told: count, waiting: Waiting.nullable() });

export const KeptSecondWatch = z.strictObject({
  version: z.literal(1),
  state: z.strictObject({
    condition: z.enum(['well', 'doubtful', 'lost']),
    since: WireTime.nullable(),
    failures: count,
    good: count,
    why: z.strictObject({ code: z.enum(whyCodes), detail: z.string().max(120) }).nullable(),
    checkedAt: WireTime.nullable(),
    channels: z.record(z.string().max(63), Channel),
  }),
});
export type KeptSecondWatch = z.infer<typeof KeptSecondWatch>;

export interface KeepFailure {
  readonly kind: 'damaged' | 'io';
  readonly detail: string;
}

/** One small document, durable when `save` resolves. A damaged one is put aside and told. */
export interface SecondWatchStore {
  load(): Promise<Result<KeptSecondWatch, KeepFailure>>;
  save(document: KeptSecondWatch): Promise<Result<void, KeepFailure>>;
}

export const keptOf = (state: SecondWatchState): KeptSecondWatch => ({
  version: 1,
  state: { ...state, channels: { ...state.channels } },
});
export const nothingKept: KeptSecondWatch = keptOf(newSecondWatch);
