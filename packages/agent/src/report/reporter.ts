import { type AgentNotice, EventLine, type HealthLine, type Stream } from '@cardwatch/contracts';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { Journal } from '../journal/journal.ts';
import { Sleeper } from '../sleeper.ts';
import { lineOf } from './line.ts';

export const reportLimits = { healthLines: 4_096, notices: 256, perAppend: 256, flushMs: 250, retryMs: 5_000 } as const;

export type Notice = Omit<AgentNotice, 'type' | 'recordedAt'>;

/**
 * Puts health lines and notices into the journal in the background. Health is dropped, oldest first, when it cannot be written; a notice
 * is kept until it stands in the journal.
 */
export class Reporter {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sleeper: Sleeper;
  #health: Uint8Array[] = [];
  #notices: Uint8Array[] = [];
  #dropped = 0;
  #urgent = false;

  constructor(parts: { readonly journal: Journal; readonly clock: Clock; readonly log: Logger }) {
    this.#journal = parts.journal;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#sleeper = new Sleeper(parts.clock);
  }

  get droppedHealth(): number {
    return this.#dropped;
  }

  health(line: HealthLine): void {
    this.#health.push(lineOf(line));
    if (this.#health.length > reportLimits.healthLines) {
      this.#health.shift();
      this.#dropped++;
    }
    if (this.#health.length === 1) this.#sleeper.wake();
  }

  /** News: told within a second, not in the rhythm of measures. */
  urgentHealth(line: HealthLine): void {
    this.#urgent = true;
    this.health(line);
  }

  notice(notice: Notice): void {
    this.#log.log('warn', 'notice', { notice: notice.notice, detail: notice.detail });
    this.event({ type: 'agentNotice', ...notice, recordedAt: this.#clock.now() });
  }

  /** Something that the agent itself saw: kept until it stands in the journal, the oldest let go beyond the limit. */
  event(line: EventLine): void {
    this.#notices = [...this.#notices, lineOf(EventLine.parse(line))].slice(-reportLimits.notices);
    this.#sleeper.wake();
  }

  /** Runs until aborted, then writes what is left once. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const written = await this.#flush();
      const idle = this.#health.length === 0 && this.#notices.length === 0;
      await this.#sleeper.sleep(written && idle ? Number.POSITIVE_INFINITY : reportLimits.retryMs, signal);
      // A short pause collects what is reported together into one append.
      await new Promise<void>((resolve) => this.#clock.after(signal.aborted ? 0 : reportLimits.flushMs, resolve));
    }
    await this.#flush();
  }

  async #flush(): Promise<boolean> {
    if (this.#journal.epoch() === undefined) {
      this.#health = [];
      return false;
    }
    const notices = await this.#write('event', this.#notices);
    this.#notices = this.#notices.slice(notices);
    const lines = this.#health.slice(0, reportLimits.healthLines);
    const health = await this.#write('health', lines);
    this.#health = this.#health.slice(health);
    if (this.#urgent && this.#health.length === 0) {
      this.#urgent = false;
      this.#journal.hurry('health');
    }
    return this.#notices.length === 0;
  }

  async #write(stream: Stream, lines: readonly Uint8Array[]): Promise<number> {
    for (let at = 0; at < lines.length; at += reportLimits.perAppend) {
      const written = await this.#journal.append(stream, lines.slice(at, at + reportLimits.perAppend));
      if (!written.ok) return at;
    }
    return lines.length;
  }
}
