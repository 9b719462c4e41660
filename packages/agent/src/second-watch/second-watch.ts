/** The loop of the second watch: looks at the collector, keeps what it knows, and only then tells. */
import type { Clock, Logger } from '@cardwatch/kernel';
import { Turns } from '../collect/turns.ts';
import { Sleeper } from '../sleeper.ts';
import type { SecondWatchStatus } from '../status/status.ts';
import { keptOf, type SecondWatchStore } from './kept.ts';
import { messageOf, type OwnSide } from './message.core.ts';
import {
  newSecondWatch,
  type SecondWatchEffect,
  type SecondWatchEvent,
  type SecondWatchRules,
  type SecondWatchState,
  secondWatchStep,
  type Why,
} from './second-watch.step.ts';
import type { Teller } from './teller.ts';

export interface SecondWatchParts {
  readonly rules: SecondWatchRules;
  readonly language: 'zh' | 'en';
  /** Scheme, host and port of the collector, for people. */
  readonly collector: string;
  readonly tellers: readonly Teller[];
  readonly store: SecondWatchStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** null: the collector is well. Ends within its own deadline. */
  check(signal: AbortSignal): Promise<Why | null>;
  own(): OwnSide;
}

export class SecondWatch {
  readonly #parts: SecondWatchParts;
  readonly #step: ReturnType<typeof secondWatchStep>;
  readonly #problems = new Map<string, string>();
  /** Messages that are on their way, by channel. */
  readonly #sending = new Map<string, Promise<void>>();
  readonly #saves = new Turns();
  #state: SecondWatchState = newSecondWatch;
  #saved = '';

  constructor(parts: SecondWatchParts) {
    this.#parts = parts;
    this.#step = secondWatchStep(parts.rules);
  }

  status(): SecondWatchStatus {
    const { condition, since, checkedAt, why, channels } = this.#state;
    const { collector, tellers } = this.#parts;
    return {
      collector,
      condition,
      since,
      checkedAt,
      why,
      channels: tellers.map(({ name, by }) => {
        const own = channels[name];
        return {
          name,
          by,
          toldAt: own?.toldAt ?? null,
          waiting: own?.waiting?.kind ?? null,
          tries: own?.waiting?.tries ?? 0,
          problem: this.#problems.get(name) ?? null,
        };
      }),
    };
  }

  /** Until aborted. What waits is tried before the first look as well: it was due before the restart. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, rules, tellers, check } = this.#parts;
    await this.#load();
    await this.#feed({ type: 'started', channels: tellers.map(({ name }) => name) }, signal);
    const sleeper = new Sleeper(clock);
    while (!signal.aborted) {
      const begunMs = clock.mono();
      const why = await check(signal);
      if (signal.aborted) break;
      await this.#feed({ type: 'checked', why }, signal);
      await this.#feed({ type: 'ticked' }, signal);
      await sleeper.sleep(rules.everyMs - (clock.mono() - begunMs), signal);
    }
    await Promise.all(this.#sending.values());
    for (const teller of tellers) await teller.close();
  }

  async #load(): Promise<void> {
    const kept = await this.#parts.store.load();
    if (kept.ok) this.#state = kept.value.state as SecondWatchState;
    else this.#parts.log.log('error', 'secondWatchLost', { kind: kept.error.kind, detail: kept.error.detail });
  }

  async #feed(event: SecondWatchEvent, signal: AbortSignal): Promise<void> {
    const [state, effects] = this.#step(this.#state, event, this.#parts.clock.now());
    this.#state = state;
    await this.#saves.run(() => this.#keep());
    for (const effect of effects) {
      if (effect.type === 'send') this.#begin(effect, signal);
      else this.#note(effect);
    }
  }

  /** Not waited for: a slow mail server must not keep the watch from looking. One message of a channel at a time. */
  #begin(effect: SecondWatchEffect & { readonly type: 'send' }, signal: AbortSignal): void {
    if (this.#sending.has(effect.channel)) return;
    const sending = this.#send(effect, signal)
      .catch((error: unknown) => this.#parts.log.log('error', 'secondWatchBroke', { detail: String(error) }))
      .finally(() => this.#sending.delete(effect.channel));
    this.#sending.set(effect.channel, sending);
  }

  /** All that decides about a message is on disk before it goes. A collector that stays well, or lost, costs no write. */
  async #keep(): Promise<void> {
    const { condition, since, channels, checkedAt, failures } = this.#state;
    const now = JSON.stringify([condition, since, channels, ...(condition === 'doubtful' ? [checkedAt, failures] : [])]);
    if (now === this.#saved) return;
    const saved = await this.#parts.store.save(keptOf(this.#state));
    if (saved.ok) this.#saved = now;
    else this.#parts.log.log('error', 'secondWatchNotKept', { detail: saved.error.detail });
  }

  #note(effect: Exclude<SecondWatchEffect, { readonly type: 'send' }>): void {
    const { log } = this.#parts;
    const { why } = this.#state;
    if (effect.type === 'gaveUp') log.log('warn', 'secondWatchGaveUp', { channel: effect.channel, notice: effect.noticeId });
    else log.log(effect.to === 'well' ? 'info' : 'warn', 'collectorSeen', { to: effect.to, ...(why === null ? {} : why) });
  }

  async #send({ channel, waiting }: SecondWatchEffect & { readonly type: 'send' }, signal: AbortSignal): Promise<void> {
    const { tellers, clock, log, language, collector, own } = this.#parts;
    const teller = tellers.find(({ name }) => name === channel);
    if (teller === undefined) return;
    const message = messageOf({ waiting, why: this.#state.why, collector, own: own(), language }, clock.now());
    const sent = await teller.send(message, signal);
    if (signal.aborted && !sent.ok) return;
    if (sent.ok) this.#problems.delete(channel);
    else this.#problems.set(channel, sent.error.detail);
    log.log(sent.ok ? 'info' : 'warn', sent.ok ? 'secondWatchTold' : 'secondWatchNotTold', {
      channel,
      notice: waiting.noticeId,
      kind: waiting.kind,
      ...(sent.ok ? {} : { detail: sent.error.detail }),
    });
    await this.#feed({ type: 'sent', channel, noticeId: waiting.noticeId, ok: sent.ok }, signal);
  }
}
