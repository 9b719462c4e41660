/** Byte streams and time that a test holds in its hand: no socket, no sleep. */
import { type Result, VirtualClock, epochMs, err, ok, silentLogger } from '@cardwatch/kernel';
import type { ByteStream, DriverFailure, DriverIo } from '../contract.ts';
import { closedDoors } from './closed-doors.ts';

/** What the far side does with bytes that were written: nothing, or `stream.feed` now or later. */
export type FarSide = (written: Uint8Array, stream: ScriptedStream) => void;

export class ScriptedStream implements ByteStream {
  readonly sent: Uint8Array[] = [];
  closed = false;
  readonly #far: FarSide;
  #onData: ((bytes: Uint8Array) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;

  constructor(far: FarSide) {
    this.#far = far;
  }

  write(bytes: Uint8Array): Promise<Result<void, DriverFailure>> {
    if (this.closed) return Promise.resolve(err({ kind: 'closed' }));
    this.sent.push(bytes.slice());
    this.#far(bytes.slice(), this);
    return Promise.resolve(ok(undefined));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
  }

  close(): void {
    this.closed = true;
  }

  /** Bytes come in from the far side. */
  feed(bytes: Uint8Array): void {
    if (!this.closed) this.#onData?.(bytes);
  }

  /** The far side goes away. */
  reset(reason = 'ECONNRESET'): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClose?.(reason);
  }
}

export interface ScriptedIo {
  readonly io: DriverIo;
  readonly clock: VirtualClock;
  /** All streams that were opened, in order; the last one is the present one. */
  readonly streams: ScriptedStream[];
  /** Set it to let attempts to open fail. */
  refuse: DriverFailure | undefined;
}

/** 2026-11-23 12:00:00 in Shanghai. */
export const scriptedStart = epochMs(1_795_406_400_000);

export function scriptedIo(far: FarSide, clock: VirtualClock = new VirtualClock(scriptedStart)): ScriptedIo {
  const streams: ScriptedStream[] = [];
  const open = (): Promise<Result<ByteStream, DriverFailure>> => {
    if (scripted.refuse !== undefined) return Promise.resolve(err(scripted.refuse));
    const stream = new ScriptedStream(far);
    streams.push(stream);
    return Promise.resolve(ok(stream));
  };
  const scripted: ScriptedIo = {
    io: { ...closedDoors, clock, log: silentLogger, openTcp: open, openSerial: open },
    clock,
    streams,
    refuse: undefined,
  };
  return scripted;
}

/** Promise continuations that are due run before time goes on; a chain longer than this is a loop. */
const continuationsMax = 60;

async function settleContinuations(): Promise<void> {
  for (let i = 0; i < continuationsMax; i++) await Promise.resolve();
}

/** Moves virtual time from timer to timer until the promise settles. Throws when it does not within `limitMs`. */
export async function drive<T>(clock: VirtualClock, promise: Promise<T>, limitMs = 300_000): Promise<T> {
  const endMs = clock.mono() + limitMs;
  let settled = false;
  const watch = promise.finally(() => {
    settled = true;
  });
  watch.catch(() => {});
  for (;;) {
    await settleContinuations();
    if (settled) return watch;
    if (!clock.fireNext(endMs)) throw new Error(`nothing left to happen within ${limitMs} ms`);
  }
}

/** Lets `ms` of virtual time pass, continuations included. */
export async function elapse(clock: VirtualClock, ms: number): Promise<void> {
  const endMs = clock.mono() + ms;
  do await settleContinuations();
  while (clock.fireNext(endMs));
  clock.advance(endMs - clock.mono());
  await settleContinuations();
}
