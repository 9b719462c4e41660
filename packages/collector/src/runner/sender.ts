/** Carries out what the notification desk has ordered and the store has kept: one message each, some at a time, with a hard end. */
import type { ChannelKind } from '@cardwatch/contracts/watch';
import { type Clock, err, type Logger, type Result } from '@cardwatch/kernel';
import type { Channel, ChannelFailure, ChannelMessage, Delivery } from '../channels/channel.ts';
import type { SendOrder } from '../core/notify/desk-rows.core.ts';

export const senderLimits = {
  /** Messages under way at one time; the rest waits in the order in which it was ordered. */
  atOnce: 16,
  deadlineMs: 15_000,
} as const;

export interface SenderParts {
  readonly channels: ReadonlyMap<ChannelKind, Channel>;
  /** The message of an order as it reads now. */
  readonly compose: (order: SendOrder, limits: Channel['limits']) => Promise<ChannelMessage>;
  readonly answered: (
    noticeId: string,
    answered: { readonly answer: Result<Delivery, ChannelFailure>; readonly latencyMs: number },
  ) => void;
  /** Keeps that this notice may be out from now on. False: it is not to go out. */
  readonly handingOver: (noticeId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Sender {
  readonly #parts: SenderParts;
  readonly #waiting: SendOrder[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  send(orders: readonly SendOrder[]): void {
    this.#waiting.push(...orders);
    this.#fill();
  }

  /** What is under way is cut off: its notice stands as `sending` and is taken up again at the next start. May be called twice. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#abort.abort();
    await Promise.allSettled(this.#underWay);
  }

  #fill(): void {
    while (this.#underWay.size < senderLimits.atOnce && !this.#abort.signal.aborted) {
      const order = this.#waiting.shift();
      if (order === undefined) return;
      const sending: Promise<void> = this.#carryOut(order).finally(() => {
        this.#underWay.delete(sending);
        this.#fill();
      });
      this.#underWay.add(sending);
    }
  }

  async #carryOut(order: SendOrder): Promise<void> {
    const { clock, answered } = this.#parts;
    const startedMs = clock.mono();
    const answer = await this.#try(order);
    if (this.#abort.signal.aborted) return;
    answered(order.notice.noticeId, { answer, latencyMs: Math.round(clock.mono() - startedMs) });
  }

  async #try(order: SendOrder): Promise<Result<Delivery, ChannelFailure>> {
    const { channels, compose, clock, log } = this.#parts;
    const channel = channels.get(order.notice.channel);
    if (channel === undefined) return failure('misconfigured', `no channel ${order.notice.channel} in watch.yaml`);
    const deadline = new AbortController();
    const cancel = clock.after(senderLimits.deadlineMs, () => deadline.abort());
    try {
      const message = await compose(order, channel.limits);
      const signal = AbortSignal.any([deadline.signal, this.#abort.signal]);
      return await channel.send(message, signal, () => this.#handOver(message.noticeId, signal));
    } catch (error) {
      if (!deadline.signal.aborted)
        log.log('error', 'watch.channel', { channel: channel.kind, error: String(error).slice(0, 200) });
      return failure(deadline.signal.aborted ? 'timeout' : 'serverError', 'the channel gave no answer');
    } finally {
      cancel();
    }
  }

  async #handOver(noticeId: string, signal: AbortSignal): Promise<void> {
    if (!(await this.#parts.handingOver(noticeId))) throw new Error('not kept');
    signal.throwIfAborted();
  }
}

const failure = (kind: ChannelFailure['kind'], detail: string): Result<Delivery, ChannelFailure> =>
  err({ kind, code: null, detail, retryAfterMs: null });
