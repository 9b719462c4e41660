import { connect, type Socket } from 'node:net';
import type { Clock } from '@cardwatch/kernel';
import { FrameCutter, messageOf, type WireMessage } from './wire.core.ts';

const connectTimeoutMs = 3_000;

export type Heard =
  | { readonly kind: 'reply'; readonly message: WireMessage }
  | { readonly kind: 'silence' }
  | { readonly kind: 'lost' };

/** The line of one POS: a connection that it makes when it needs it, one question at a time. */
export class Dialer {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #clock: Clock;
  #socket: Socket | undefined;
  #cutter = new FrameCutter();
  #onMessage: ((message: WireMessage) => void) | undefined;
  #onLost: (() => void) | undefined;

  constructor(target: { readonly host: string; readonly port: number }, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** True when there is a connection. */
  open(): Promise<boolean> {
    if (this.#socket !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const socket = connect({ ...this.#target, noDelay: true });
      const cancel = this.#clock.after(connectTimeoutMs, () => socket.destroy());
      socket.on('error', () => socket.destroy());
      socket.once('connect', () => {
        cancel();
        this.#socket = socket;
        this.#cutter = new FrameCutter();
        resolve(true);
      });
      socket.on('data', (bytes) => this.#heard(bytes));
      socket.once('close', () => {
        cancel();
        if (this.#socket === socket) this.#socket = undefined;
        this.#onLost?.();
        resolve(false);
      });
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  /** Waits for a message that `fits`; others are dropped. */
  hear(fits: (message: WireMessage) => boolean, timeoutMs: number): Promise<Heard> {
    return new Promise((resolve) => {
      const done = (heard: Heard): void => {
        cancel();
        this.#onMessage = undefined;
        this.#onLost = undefined;
        resolve(heard);
      };
      const cancel = this.#clock.after(timeoutMs, () => done({ kind: 'silence' }));
      this.#onMessage = (message) => {
        if (fits(message)) done({ kind: 'reply', message });
      };
      this.#onLost = () => done({ kind: 'lost' });
      if (this.#socket === undefined) done({ kind: 'lost' });
    });
  }

  hangUp(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #heard(bytes: Uint8Array): void {
    const frames = this.#cutter.feed(bytes);
    if (frames === undefined) return this.hangUp();
    for (const frame of frames) {
      const message = messageOf(frame);
      if (message !== undefined) this.#onMessage?.(message);
    }
  }
}
