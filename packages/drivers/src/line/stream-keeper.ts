import { type Clock, type Logger, type Random, type Result, err, fullJitter, ok } from '@cardwatch/kernel';
import type { ByteStream, DriverFailure } from '../contract.ts';
import type { LineSettings } from './transaction.ts';

export interface KeeperPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface KeeperListener {
  data(bytes: Uint8Array): void;
  lost(reason: string): void;
}

/** Waiting time before a stream is opened again: full jitter, reset by the first reply. */
export const reopenBackoff = { baseMs: 250, capMs: 30_000 } as const;

/** Holds the one stream of a line. Listeners of a stream that was given up are deaf. */
export class StreamKeeper {
  readonly #ports: KeeperPorts;
  readonly #listener: KeeperListener;
  #open: { readonly stream: ByteStream; settings: string } | undefined;
  #failures = 0;
  #notBeforeMs = 0;
  #closed = false;

  constructor(ports: KeeperPorts, listener: KeeperListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  /** The open stream, if it is set as wanted. */
  stream(settings: LineSettings): ByteStream | undefined {
    return this.#open?.settings === settings.name ? this.#open.stream : undefined;
  }

  /** A stream is open, under whatever settings. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** How long to wait before the next attempt to open, ms. */
  waitMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#ports.clock.mono());
  }

  /** Brings the open stream to other settings without closing it; false when there is none or it cannot. */
  async retune(settings: LineSettings): Promise<boolean> {
    const held = this.#open;
    if (held === undefined || settings.retune === undefined) return false;
    const retuned = await settings.retune(held.stream);
    if (!retuned.ok || this.#open !== held) return false;
    held.settings = settings.name;
    return true;
  }

  async open(settings: LineSettings): Promise<Result<void, DriverFailure>> {
    this.drop();
    const opened = await settings.open();
    if (!opened.ok) {
      this.#failed();
      return err(opened.error);
    }
    const stream = opened.value;
    if (this.#closed) {
      stream.close();
      return err({ kind: 'closed' });
    }
    const held = { stream, settings: settings.name };
    this.#open = held;
    stream.onData((bytes) => {
      if (this.#open === held) this.#listener.data(bytes);
    });
    stream.onClose((reason) => {
      if (this.#open === held) this.lose(reason);
    });
    return ok(undefined);
  }

  /** The stream went away or is of no use: closes it, backs off, tells the listener. */
  lose(reason: string): void {
    if (this.#open === undefined) return;
    this.drop();
    this.#failed();
    this.#ports.log.log('warn', 'line.lost', { reason });
    this.#listener.lost(reason);
  }

  /** The stream opened well and says nothing: opened anew soon, for it is not the opening that fails. */
  loseSilent(reason: string): void {
    const failures = this.#failures;
    this.lose(reason);
    const { clock, random } = this.#ports;
    this.#failures = failures;
    this.#notBeforeMs = clock.mono() + fullJitter(reopenBackoff, 0, random);
  }

  /** A reply came: the next loss starts with the shortest back-off again. */
  proven(): void {
    this.#failures = 0;
  }

  drop(): void {
    const held = this.#open;
    this.#open = undefined;
    held?.stream.close();
  }

  /** For good. */
  close(): void {
    this.#closed = true;
    this.drop();
  }

  #failed(): void {
    const { clock, random } = this.#ports;
    this.#notBeforeMs = clock.mono() + fullJitter(reopenBackoff, this.#failures, random);
    this.#failures++;
  }
}
