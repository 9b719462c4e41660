import { upTopic } from '@cardwatch/contracts';
import { err, fullJitter, type Result } from '@cardwatch/kernel';
import type { Link, LinkConnection, LinkFailure } from '../ports.ts';
import { Sleeper, within } from '../sleeper.ts';
import type { UplinkStatus } from '../status/status.ts';
import type { Pump } from './pump.ts';
import { type SessionEnd, type SessionParts, UplinkSession } from './session.ts';

export const reconnectLimits = {
  backoff: { baseMs: 1_000, capMs: 60_000 },
  /** A connection that stood this long makes the next failure a first one. */
  stableMs: 60_000,
  connectMs: 15_000,
  byeMs: 500,
  retryAfterMsMax: 600_000,
} as const;

export interface SupervisorParts extends SessionParts {
  readonly link: Link;
  readonly firstConnectMs: number;
}

/** Keeps one connection up: a fresh client for each attempt, full jitter between them. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #sleeper: Sleeper;
  #status: UplinkStatus;
  #session: UplinkSession | undefined;
  #toldDuplicate = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#sleeper = new Sleeper(parts.clock);
    this.#status = {
      phase: 'waiting',
      since: parts.clock.now(),
      attempts: 0,
      lastProblem: undefined,
      lastHeardAt: undefined,
      nextAttemptAt: undefined,
    };
  }

  get status(): UplinkStatus {
    return { ...this.#status, lastHeardAt: this.#session?.lastHeardAt ?? this.#status.lastHeardAt };
  }

  get pump(): Pump | undefined {
    return this.#session?.pump;
  }

  /** The device list changed: the collector is told. */
  declare(): void {
    this.#session?.declare();
  }

  /** Runs until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, firstConnectMs } = this.#parts;
    let waitMs: number = random.next() * firstConnectMs;
    let attempt = 0;
    while (!signal.aborted) {
      this.#phase('waiting', { nextAttemptAt: clock.now() + waitMs });
      await this.#sleeper.sleep(waitMs, signal);
      if (signal.aborted) break;
      const { end, onlineMs } = await this.#once(signal);
      attempt = onlineMs >= reconnectLimits.stableMs ? 0 : attempt + 1;
      this.#ended(end);
      const asked = 'retryAfterMs' in end ? Math.min(end.retryAfterMs, reconnectLimits.retryAfterMsMax) : 0;
      waitMs = asked + fullJitter(reconnectLimits.backoff, attempt, random);
    }
    this.#phase('stopped', {});
  }

  async #once(signal: AbortSignal): Promise<{ readonly end: SessionEnd; readonly onlineMs: number }> {
    const { clock } = this.#parts;
    this.#phase('connecting', { attempts: this.#status.attempts + 1 });
    const connected = await this.#connect();
    if (!connected.ok) return { end: { kind: 'closed', reason: describe(connected.error) }, onlineMs: 0 };
    let onlineAt: number | undefined;
    this.#session = new UplinkSession(this.#parts, connected.value);
    this.#phase('greeting', {});
    const end = await this.#session.run(signal, () => {
      onlineAt = clock.mono();
      this.#toldDuplicate = false;
      this.#phase('online', { lastProblem: undefined, attempts: 0 });
    });
    this.#status = this.status;
    this.#session = undefined;
    if (signal.aborted) await this.#bye(connected.value);
    await connected.value.close();
    return { end, onlineMs: onlineAt === undefined ? 0 : clock.mono() - onlineAt };
  }

  /** A connection that comes too late is closed by whoever made it come. */
  async #connect(): Promise<Result<LinkConnection, LinkFailure>> {
    const { clock, link, log } = this.#parts;
    let late = false;
    const connecting = link.connect();
    connecting.then(
      async (result) => {
        if (late && result.ok) await result.value.close();
      },
      (error: unknown) => log.log('error', 'connectBroke', { detail: String(error) }),
    );
    return within<Result<LinkConnection, LinkFailure>>(clock, reconnectLimits.connectMs, connecting, () => {
      late = true;
      return err({ kind: 'timeout' });
    });
  }

  // An orderly end sends no will, so the farewell is said in words.
  async #bye(connection: LinkConnection): Promise<void> {
    const { clock, address } = this.#parts;
    const said = connection.publish(upTopic(address, 'bye'), new Uint8Array());
    await within<Result<void, LinkFailure>>(clock, reconnectLimits.byeMs, said, () => err({ kind: 'timeout' }));
  }

  #ended(end: SessionEnd): void {
    const { reporter, log } = this.#parts;
    const problem = 'reason' in end ? `${end.kind}: ${end.reason}` : end.kind;
    log.log('info', 'uplinkEnded', { problem });
    this.#status = { ...this.#status, lastProblem: problem };
    const duplicate = problem.endsWith('duplicateIdentity');
    if (duplicate && !this.#toldDuplicate) reporter.notice({ notice: 'duplicateIdentity', detail: problem });
    this.#toldDuplicate ||= duplicate;
  }

  #phase(phase: UplinkStatus['phase'], change: Partial<UplinkStatus>): void {
    this.#status = { ...this.#status, nextAttemptAt: undefined, phase, since: this.#parts.clock.now(), ...change };
  }
}

const describe = (failure: LinkFailure): string => ('detail' in failure ? `${failure.kind}: ${failure.detail}` : failure.kind);
