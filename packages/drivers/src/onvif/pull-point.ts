import { type Random, type Result, durationMs, fullJitter, ok } from '@cardwatch/kernel';
import type { DeviceSink, DriverFailure, DriverIo, ListenCapability, Observation, RawEvent } from '../contract.ts';
import { Remembered } from '../web/remembered.core.ts';
import { type OnvifClient, goneCode } from './client.ts';
import type { Doors } from './doors.ts';
import { type Notification, grantedOf, leaseMs, notificationsOf } from './messages.core.ts';
import type { OnvifProfile } from './model.ts';
import { requests } from './requests.core.ts';
import { type TopicContext, meaningOf, messageKey } from './topics.core.ts';

export const pullLimits = {
  /** A lease that is granted shorter, or run out already, is treated as this long. */
  leaseMsMin: 10_000,
  renewAt: 0.5,
  /** A lease that ends this much later than before was lengthened; less is rounding of whole seconds. */
  lengthenedMs: 2_000,
  remembered: 2_048,
  unsubscribeMs: 2_000,
  backoff: { baseMs: 1_000, capMs: 60_000 },
  /** After wrong credentials; the account's own pause goes on beside it. */
  restMs: 10 * 60_000,
  takeAgainMs: 5_000,
} as const;

export interface PullParts {
  readonly client: OnvifClient;
  readonly profile: OnvifProfile;
  readonly io: DriverIo;
  readonly random: Random;
  readonly door: string | undefined;
  readonly directions: TopicContext['directions'];
  doors(): Doors | undefined;
}

interface Subscription {
  readonly url: string;
  readonly reference: string;
  leaseMs: number;
  /** Monotonic time at which the lease began. */
  sinceMs: number;
  /** The device lengthens the lease by itself when it is pulled, and knows no Renew. */
  noRenew: boolean;
}

/**
 * Fetches events by long poll. A pull point keeps nothing for later: what happened while there was no subscription is lost to this channel, and each
 * beginning of one says so with an audit event `gapPossible`. What was pulled is held here until it is taken.
 */
export class PullPoint implements ListenCapability {
  readonly silentAfterMs: number;
  readonly #parts: PullParts;
  readonly #seen = new Remembered(pullLimits.remembered);
  readonly #closing = new AbortController();
  #subscription: Subscription | undefined;
  #cause = 'began to listen';
  #attempt = 0;
  #running: Promise<void> | undefined;

  constructor(parts: PullParts) {
    this.#parts = parts;
    this.silentAfterMs = 2 * parts.profile.pullPoint.leaseS * 1_000;
  }

  start(sink: DeviceSink): void {
    this.#running ??= this.#run(sink);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#unsubscribe();
  }

  async #run(sink: DeviceSink): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const went = await this.#round(sink);
      if (this.#closing.signal.aborted) return;
      if (went.ok) {
        this.#attempt = 0;
        continue;
      }
      sink.failed(went.error);
      await this.#pause(this.#waitMs(went.error));
    }
  }

  #waitMs({ kind }: DriverFailure): number {
    if (kind === 'unauthorised' || kind === 'unsupported') return pullLimits.restMs;
    return 250 + fullJitter(pullLimits.backoff, this.#attempt++, this.#parts.random);
  }

  async #round(sink: DeviceSink): Promise<Result<void, DriverFailure>> {
    const subscribed = this.#subscription === undefined ? await this.#subscribe(sink) : await this.#keep(this.#subscription);
    if (!subscribed.ok) return subscribed;
    const subscription = this.#subscription;
    return subscription === undefined ? ok(undefined) : this.#pull(subscription, sink);
  }

  async #subscribe(sink: DeviceSink): Promise<Result<void, DriverFailure>> {
    const { client, profile, io } = this.#parts;
    const answered = await client.call({ request: requests.subscribe(profile.pullPoint.leaseS), signal: this.#closing.signal });
    if (!answered.ok) return answered;
    const granted = grantedOf(answered.value);
    const url = granted === undefined ? undefined : client.here(granted.address);
    if (granted === undefined || url === undefined)
      return { ok: false, error: { kind: 'malformed', detail: 'a subscription without an address or a lease', frameHex: '' } };
    this.#subscription = {
      url,
      reference: granted.reference,
      leaseMs: bounded(granted.leaseMs),
      sinceMs: io.clock.mono(),
      noRenew: false,
    };
    await this.#hand(sink, [gapPossible(this.#cause)], { readings: [], dropped: 0 });
    return ok(undefined);
  }

  /** Renews at half the lease. A device that knows no Renew is only pulled. */
  async #keep(subscription: Subscription): Promise<Result<void, DriverFailure>> {
    const { client, profile, io } = this.#parts;
    const ageMs = io.clock.mono() - subscription.sinceMs;
    if (subscription.noRenew || ageMs < subscription.leaseMs * pullLimits.renewAt) return ok(undefined);
    const { url, reference } = subscription;
    const to = { url, reference };
    const answered = await client.call({ request: requests.renew(profile.pullPoint.leaseS), to, signal: this.#closing.signal });
    if (answered.ok) {
      this.#extended(subscription, leaseMs(answered.value));
      return ok(undefined);
    }
    if (isGone(answered.error)) return this.#lost('the device forgot the subscription');
    if (answered.error.kind === 'unsupported' || answered.error.kind === 'refused') {
      subscription.noRenew = true;
      return ok(undefined);
    }
    return this.#failed(subscription, answered.error);
  }

  async #pull(subscription: Subscription, sink: DeviceSink): Promise<Result<void, DriverFailure>> {
    const { client, profile, io } = this.#parts;
    const { url, reference } = subscription;
    const renewInMs = subscription.leaseMs * pullLimits.renewAt - (io.clock.mono() - subscription.sinceMs);
    const halfS = subscription.noRenew ? subscription.leaseMs / 2_000 : renewInMs / 1_000;
    const waitS = Math.max(1, Math.min(profile.pullPoint.waitS, Math.floor(halfS)));
    const answered = await client.call({
      request: requests.pull(waitS, profile.pullPoint.messages),
      to: { url, reference },
      waitMs: waitS * 1_000,
      signal: this.#closing.signal,
    });
    if (!answered.ok) {
      if (isGone(answered.error)) return this.#lost('the device forgot the subscription');
      return this.#failed(subscription, answered.error);
    }
    const lease = leaseMs(answered.value);
    if (lease !== undefined && lease > 0) this.#toldByPull(subscription, lease);
    await this.#told(notificationsOf(answered.value), sink);
    return ok(undefined);
  }

  #extended(subscription: Subscription, lease: number | undefined): void {
    if (lease === undefined) return;
    subscription.leaseMs = bounded(lease);
    subscription.sinceMs = this.#parts.io.clock.mono();
  }

  /** Some devices lengthen the lease with each pull; others tell what is left of it, which must not be taken for a new one. */
  #toldByPull(subscription: Subscription, lease: number): void {
    const endsMs = this.#parts.io.clock.mono() + lease;
    if (endsMs > subscription.sinceMs + subscription.leaseMs + pullLimits.lengthenedMs) this.#extended(subscription, lease);
  }

  #lost(cause: string): Result<void, DriverFailure> {
    this.#subscription = undefined;
    this.#cause = cause;
    return ok(undefined);
  }

  /** An answer that does not come leaves the subscription standing, until its lease has run out. */
  #failed(subscription: Subscription, failure: DriverFailure): Result<void, DriverFailure> {
    const ageMs = this.#parts.io.clock.mono() - subscription.sinceMs;
    if (ageMs >= subscription.leaseMs) this.#lost('the lease ran out while the device did not answer');
    return { ok: false, error: failure };
  }

  async #told(messages: readonly Notification[], sink: DeviceSink): Promise<void> {
    const { client, profile, directions, io } = this.#parts;
    const context = { codes: profile.codes, directions, now: io.clock.now(), offsetMs: client.offsetMs };
    const fresh = messages.filter((message) => this.#isOurs(message) && this.#isNew(message));
    const meanings = fresh.map((message) => meaningOf(message, context));
    const known = new Set(profile.points.map(({ name }) => name));
    await this.#hand(
      sink,
      meanings.flatMap(({ events }) => events),
      {
        readings: meanings.flatMap(({ readings }) => readings).filter(({ point }) => known.has(point)),
        dropped: meanings.reduce((sum, { dropped }) => sum + dropped, 0),
      },
    );
  }

  #isOurs({ source }: Notification): boolean {
    const { door, doors } = this.#parts;
    if (door === undefined) return true;
    const told = source.get('DoorToken') ?? doors()?.entityOf.get(source.get('AccessPointToken') ?? '');
    return told === undefined || told === door;
  }

  #isNew(message: Notification): boolean {
    const key = message.operation === 'Initialized' ? undefined : messageKey(message);
    if (key === undefined) return true;
    const known = this.#seen.has(key);
    if (!known) this.#seen.add(key);
    return !known;
  }

  /** Until it is taken: the device has forgotten it already. */
  async #hand(
    sink: DeviceSink,
    events: readonly RawEvent[],
    { readings, dropped }: { readonly readings: Observation['readings']; readonly dropped: number },
  ): Promise<void> {
    const observation: Observation = {
      readings,
      records: [],
      events,
      discardedParts: dropped,
      collectMode: 'realtime',
      failures: [],
      facts: {},
      rttMs: durationMs(0),
      more: false,
    };
    while (!this.#closing.signal.aborted) {
      const taken = await sink.take(observation);
      if (taken.ok) return;
      await this.#pause(pullLimits.takeAgainMs);
    }
  }

  async #unsubscribe(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    if (subscription === undefined) return;
    const giveUp = new AbortController();
    const cancel = this.#parts.io.clock.after(pullLimits.unsubscribeMs, () => giveUp.abort());
    const { url, reference } = subscription;
    await this.#parts.client.call({ request: requests.unsubscribe, to: { url, reference }, signal: giveUp.signal });
    cancel();
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#parts.io.clock.after(ms, done);
      signal.addEventListener('abort', done);
    });
  }
}

const isGone = (failure: DriverFailure): boolean => failure.kind === 'refused' && failure.deviceCode === goneCode;

const bounded = (lease: number): number => Math.max(pullLimits.leaseMsMin, lease);

const gapPossible = (cause: string): RawEvent => ({
  type: 'deviceAudit',
  action: 'gapPossible',
  detail: cause,
  observedText: '',
  observedAt: undefined,
});
