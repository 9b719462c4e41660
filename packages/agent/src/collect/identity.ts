import type { DeviceId } from '@cardwatch/contracts';
import type { DeviceIdentity, DriverFailure, Session } from '@cardwatch/drivers';
import type { Clock, DurationMs, Logger, Result } from '@cardwatch/kernel';
import type { Reporter } from '../report/reporter.ts';
import type { CursorKeeper } from './cursor-keeper.ts';

export const identityLimits = {
  /** A device that turned out to be another one is asked again after this. */
  strangerMs: 30_000,
  /** Unanswered questions after which a device that delivers data all the same counts as one that cannot tell. */
  triesMax: 3,
  serialChars: 64,
} as const;

export interface IdentityParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly reporter: Reporter;
  readonly cursors: CursorKeeper;
}

export type IdentityVerdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'stranger' }
  | { readonly kind: 'failed'; readonly failure: DriverFailure };

type Ask = (identify: NonNullable<Session['identify']>) => Promise<Result<DeviceIdentity, DriverFailure>>;

/** Knows whether the device at an address is the one that it should be: by its configuration, else by what it said the first time. */
export class IdentityCheck {
  readonly #deviceId: DeviceId;
  readonly #expected: string | undefined;
  readonly #parts: IdentityParts;
  #standing: 'due' | 'right' | 'stranger' = 'due';
  #askAgainMs: DurationMs | number = 0;
  #tries = 0;
  #asking: Promise<IdentityVerdict> | undefined;
  #told: DeviceIdentity | undefined;

  constructor(deviceId: DeviceId, expected: string | undefined, parts: IdentityParts) {
    this.#deviceId = deviceId;
    this.#expected = expected?.trim();
    this.#parts = parts;
  }

  /** What the device said of itself last. */
  get told(): DeviceIdentity | undefined {
    return this.#told;
  }

  /** The session was opened anew, or the device was away: it is asked before anything else counts. A stranger stays one until it is asked. */
  due(): void {
    if (this.#standing === 'right') this.#standing = 'due';
    this.#askAgainMs = 0;
    this.#tries = 0;
  }

  /** Asks when it is due, once for all who want to know. `ask` runs the question under a deadline. */
  check(session: Session, ask: Ask): Promise<IdentityVerdict> {
    this.#asking ??= this.#check(session, ask).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #check(session: Session, ask: Ask): Promise<IdentityVerdict> {
    const identify = session.identify?.bind(session);
    if (identify === undefined || this.#standing === 'right') return { kind: 'go' };
    const now = this.#parts.clock.mono();
    if (this.#standing === 'stranger' && now < this.#askAgainMs) return { kind: 'stranger' };
    const told = await ask(identify);
    if (told.ok) return this.#judge(told.value);
    return this.#unanswered(told.error);
  }

  // What cannot tell who it is goes on; what did not answer is asked again before its data count.
  #unanswered(failure: DriverFailure): IdentityVerdict {
    if (this.#standing === 'stranger') return { kind: 'failed', failure };
    const silent = failure.kind === 'timeout' || failure.kind === 'unreachable' || failure.kind === 'closed';
    this.#tries++;
    if (silent && this.#tries < identityLimits.triesMax) return { kind: 'failed', failure };
    this.#parts.log.log('info', 'identityUntold', { device: this.#deviceId, kind: failure.kind });
    this.#standing = 'right';
    return { kind: 'go' };
  }

  #judge(identity: DeviceIdentity): IdentityVerdict {
    const { cursors, clock } = this.#parts;
    const serial = identity.serial.trim().slice(0, identityLimits.serialChars);
    this.#told = { ...identity, serial };
    const expected = this.#expected ?? cursors.identityOf(this.#deviceId);
    if (serial === '' || expected === undefined || expected === serial) {
      if (serial !== '' && cursors.identityOf(this.#deviceId) !== serial) cursors.recognise(this.#deviceId, serial);
      if (this.#standing === 'stranger') this.#tell(false, `${serial} is back`);
      this.#standing = 'right';
      return { kind: 'go' };
    }
    if (this.#standing !== 'stranger') this.#tell(true, `expected ${expected}, found ${serial}`);
    this.#standing = 'stranger';
    this.#askAgainMs = clock.mono() + identityLimits.strangerMs;
    return { kind: 'stranger' };
  }

  #tell(active: boolean, detail: string): void {
    const now = this.#parts.clock.now();
    this.#parts.log.log('warn', 'identity', { device: this.#deviceId, active, detail });
    this.#parts.reporter.event({
      type: 'deviceAlarm',
      deviceId: this.#deviceId,
      alarm: 'identityChanged',
      active,
      detail: detail.slice(0, 200),
      observedAt: now,
      recordedAt: now,
    });
  }
}
