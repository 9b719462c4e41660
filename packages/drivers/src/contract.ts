/**
 * The driver contract: a tiny base, more by optional capability. What a driver promises:
 *
 * - `open` checks nothing on the network that the first poll would not check anyway; a bad configuration was refused before, by the schemas.
 * - One call at a time per session; nothing is delivered after `close` resolved; `close` may be called twice.
 * - One bad register or record never hides the others. Raw bytes are kept.
 * - Values are handed over as the device sent them: unit, scale, sign and quality are decided by the agent's normalise step and nowhere else.
 * - A record that is handed over is confirmed to the device only by `confirm()`, which the agent calls after its journal's fdatasync.
 */
import type { DurationMs, EpochMs, Logger, Result, Clock } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { CommonProfile } from './profile.ts';

export interface Driver<C, P extends CommonProfile> {
  readonly protocol: string;
  /** How to reach a device: host, serial line, unit, timeouts. */
  readonly connection: z.ZodType<C>;
  /** What a device model says: points, record layout, health rules. */
  readonly profile: z.ZodType<P>;
  /** Devices with the same key share one half-duplex line and are polled one at a time. */
  lineKey(connection: C): string;
  open(connection: C, profile: P, io: DriverIo): Promise<Result<Session, DriverFailure>>;
}

export type DriverFailure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly deviceCode: number; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string; readonly frameHex: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'closed' };

export interface Session {
  readonly poll?: PollCapability;
  /** Counters of the line since it was opened; the same object for every session of a line. */
  readonly line?: LineCounters;
  close(): Promise<void>;
}

export interface PollCapability {
  /** What there is to ask, from the profile. */
  readonly tasks: readonly PollTask[];
  /** Runs one task. Fails only when nothing at all could be learnt from the device. */
  run(task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>>;
  /** Reads records again by number (补采), wherever they stand. Numbers that the device no longer holds come back in `overwritten`. */
  recollect?(
    range: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<Result<Recollection, DriverFailure>>;
}

export interface PollTask {
  readonly name: string;
  readonly periodMs: number;
  readonly yields: 'readings' | 'records';
}

/** A value as the device sent it, before scale, sign and unit. undefined: the device has no value now (sensor absent). */
export type RawValue = number | bigint | string | boolean | undefined;

export interface RawReading {
  readonly point: string;
  readonly raw: RawValue;
}

export interface PointFailure {
  readonly points: readonly string[];
  readonly failure: DriverFailure;
}

/** Facts about the record store and the device itself, as far as the model tells them. */
export interface DeviceFacts {
  readonly newestRecordNo?: number;
  readonly uncollected?: number;
  readonly freeRecords?: number;
  readonly bootCounter?: number;
  /** +1 when the device's record numbers restart; where a model has no such register, left out. */
  readonly storeLife?: number;
  readonly totalRecords?: number;
  readonly totalFen?: number;
  readonly overwrittenRecords?: number;
  readonly deviceClock?: DeviceClock;
  readonly blacklistVersion?: number;
  readonly parameterVersion?: number;
  readonly firmware?: string;
  readonly busErrors?: number;
}

/** `at` is undefined when the text is no date. `readAt` is the agent clock at the moment of reading. */
export interface DeviceClock {
  readonly text: string;
  readonly at: EpochMs | undefined;
  readonly readAt: EpochMs;
}

export interface RawRecord {
  /** undefined when not even the number could be read. */
  readonly recordNo: number | undefined;
  readonly raw: Uint8Array;
  /** Fields by the canonical names of the profile's record layout; undefined when the record check failed. */
  readonly fields: RawFields | undefined;
  readonly check: 'ok' | 'bad' | 'absent';
  readonly problem?: string;
}

/** Canonical names: see `recordFields` in profile.ts. */
export type RawFields = Readonly<Record<string, RawValue>>;

export interface Observation {
  readonly readings: readonly RawReading[];
  readonly records: readonly RawRecord[];
  readonly failures: readonly PointFailure[];
  readonly facts: DeviceFacts;
  readonly rttMs: DurationMs;
  /** More records wait on the device: ask again without waiting for the period. */
  readonly more: boolean;
  /** Tells the device that `records` were collected; reads back what it wrote. Present when there is something to confirm. */
  readonly confirm?: (signal: AbortSignal) => Promise<Result<void, DriverFailure>>;
}

export interface Recollection {
  readonly records: readonly RawRecord[];
  readonly overwritten: readonly (readonly [from: number, to: number])[];
}

/** All counters only rise, over the life of the line. */
export interface LineCounters {
  readonly line: string;
  requests: number;
  replies: number;
  timeouts: number;
  crcErrors: number;
  noiseBytes: number;
  lateFrames: number;
  wrongSlave: number;
  /** Time the line was occupied: bytes on the wire plus waiting for the reply. */
  busyMs: number;
}

/** Ports, never node modules: real ones in `shell/io.ts`, virtual ones in tests and simulation. */
export interface DriverIo {
  readonly clock: Clock;
  readonly log: Logger;
  openTcp(target: {
    readonly host: string;
    readonly port: number;
    readonly connectTimeoutMs: number;
  }): Promise<Result<ByteStream, DriverFailure>>;
  openSerial(target: SerialTarget): Promise<Result<ByteStream, DriverFailure>>;
}

export interface SerialTarget {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** A byte pipe. `onData` and `onClose` hold one listener each. */
export interface ByteStream {
  write(bytes: Uint8Array): Promise<Result<void, DriverFailure>>;
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}
