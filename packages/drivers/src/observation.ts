/** What a driver learnt from a device, as the device said it: readings, records, events and facts. */
import type { DoorEvent, PassEvent } from '@cardwatch/contracts';
import type { DurationMs, EpochMs, Result } from '@cardwatch/kernel';
import type { DriverFailure } from './failure.ts';

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
  /** The device works without its upstream 脱机. */
  readonly sellingOffline?: boolean;
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

/** A pass 通行 as the device told it. Number and card leave the agent only as keyed hashes; a name is dropped in the driver. */
export interface RawPass {
  readonly type: 'pass';
  readonly eventNo: number | undefined;
  readonly personNo?: string;
  readonly cardNo?: string;
  readonly direction: PassEvent['direction'];
  readonly directionFrom?: PassEvent['directionFrom'];
  readonly method: PassEvent['method'];
  /** A code that the model's table does not know is `unknown` or `denied`, never `granted`. */
  readonly result: PassEvent['result'];
  readonly reason?: string;
  readonly code: PassEvent['code'];
  /** `<name>@<version>` of the code table. */
  readonly codeTable: string;
  readonly observedText: string;
  /** undefined: the text is no date. */
  readonly observedAt: EpochMs | undefined;
  readonly live: boolean;
  readonly source: PassEvent['source'];
}

interface Told {
  readonly eventNo?: number;
  readonly observedText: string;
  readonly observedAt: EpochMs | undefined;
}

export interface RawDoor extends Told {
  readonly type: 'door';
  readonly point: DoorEvent['point'];
  readonly state: string;
}

export interface RawDeviceAlarm extends Told {
  readonly type: 'deviceAlarm';
  /** forced, heldOpen, tamper, duress, fire, valveStuck, leak, batteryLow, powerLost… */
  readonly alarm: string;
  readonly active: boolean;
  readonly detail?: string;
}

export interface RawAudit extends Told {
  readonly type: 'deviceAudit';
  readonly action: string;
  readonly actor?: string;
  readonly detail?: string;
}

export type RawEvent = RawPass | RawDoor | RawDeviceAlarm | RawAudit;

export interface Observation {
  readonly readings: readonly RawReading[];
  readonly records: readonly RawRecord[];
  /** In the device's order. Left out: none. */
  readonly events?: readonly RawEvent[];
  /** Images, names and the like that were thrown away while parsing. */
  readonly discardedParts?: number;
  /** How the records came to be known; left out: `poll`, or `realtime` for a device that speaks by itself. */
  readonly collectMode?: 'realtime' | 'poll' | 'relay';
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
  /** Events that were read again by their number. Left out: none. */
  readonly events?: readonly RawEvent[];
  readonly overwritten: readonly (readonly [from: number, to: number])[];
}
