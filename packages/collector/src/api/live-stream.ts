import type { Areas } from '@cardwatch/contracts/api';
import type { Clock } from '@cardwatch/kernel';
import type { LiveClient } from '../services/live/hub.ts';
import { apiLimits } from './limits.ts';

export interface StreamParts {
  /** Of whom it is; null: all. */
  readonly areas: Areas;
  readonly clock: Clock;
  /** Puts the client into the hub; the returned function takes it out. */
  readonly join: (client: LiveClient) => () => void;
  /** Whether whoever opened the stream still may: asked once a minute. */
  readonly alive: () => Promise<boolean>;
  /** The reader was slower than the buffer. */
  readonly dropped: () => void;
  /** Called once, however the stream ended. */
  readonly closed: () => void;
}

/** A stream of events that ends itself when its reader is slower than the buffer, when its session is over, or when the reader goes. */
export function openStream(parts: StreamParts): ReadableStream<Uint8Array> {
  let stop: () => void = () => {};
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    stop = run(parts, controller);
  };
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: apiLimits.streamBufferBytes });
  return new ReadableStream<Uint8Array>({ start, cancel: () => stop() }, strategy);
}

/** Returns what ends it from outside. */
function run(parts: StreamParts, controller: ReadableStreamDefaultController<Uint8Array>): () => void {
  const encoder = new TextEncoder();
  let open = true;
  let leave: () => void = () => {};
  let stopBeating: () => void = () => {};
  const stop = (): void => {
    if (!open) return;
    open = false;
    stopBeating();
    leave();
    parts.closed();
  };
  const end = (): void => {
    if (!open) return;
    stop();
    controller.close();
  };
  const write = (text: string): void => {
    if (!open) return;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) > 0) return;
    parts.dropped();
    end();
  };
  write('retry: 2000\n\n');
  stopBeating = beat(parts, { write, end });
  leave = parts.join({ areas: parts.areas, write, end });
  return stop;
}

/** A comment every 15 s, and once a minute a look whether the stream still may be read. */
function beat({ clock, alive }: StreamParts, { write, end }: Pick<LiveClient, 'write' | 'end'>): () => void {
  let cancel: () => void = () => {};
  let sinceLookMs = 0;
  const recheck = async (): Promise<void> => {
    if (!(await alive().catch(() => false))) end();
  };
  const next = (): void => {
    cancel = clock.after(apiLimits.heartbeatMs, () => {
      next();
      write(': beat\n\n');
      sinceLookMs += apiLimits.heartbeatMs;
      if (sinceLookMs < apiLimits.recheckMs) return;
      sinceLookMs = 0;
      void recheck();
    });
  };
  next();
  return () => cancel();
}
