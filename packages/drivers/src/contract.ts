/**
 * The driver contract: a tiny base, more by optional capability. What a driver promises:
 *
 * - `open` checks nothing on the network that the first poll would not check anyway; a bad configuration was refused before, by the schemas.
 * - One call at a time per session; nothing is delivered after `close` resolved; `close` may be called twice.
 * - One bad register or record never hides the others. Raw bytes are kept.
 * - Values are handed over as the device sent them: unit, scale, sign and quality are decided by the agent's normalise step and nowhere else.
 * - A record that is handed over is confirmed to the device only by `confirm()`, which the agent calls after its journal's fdatasync. A device that
 *   speaks by itself is answered only after `DeviceSink.take` resolved `ok`.
 * - No picture, template, name or temperature leaves the driver: image parts are counted and thrown away while they are parsed.
 */
import type { Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { DriverFailure } from './failure.ts';
import type { DriverIo } from './io.ts';
import type { Observation, Recollection } from './observation.ts';
import type { CommonProfile } from './profile.ts';

export * from './failure.ts';
export * from './io.ts';
export * from './observation.ts';

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

/**
 * How devices are reached over one kind of link. A connection is `{ kind, ...link, ...device, credentials? }`: what the link says, what each device adds
 * (unit, address, host, terminal number), and what the link's `credentials` file holds.
 */
export interface LinkShape {
  /** Strict object: `kind` as a literal and all that the devices of the link share. `name` and `credentials` (a file) are added by the agent. */
  readonly link: z.ZodObject;
  /** Strict object of the keys that a device adds. */
  readonly device: z.ZodObject;
  /** Content of a credentials file, mode 0600. Without it the link takes none. Never logged, never in a message. */
  readonly credentials?: z.ZodObject;
  readonly credentialsNeeded?: boolean;
}

/** Finds devices and proposes configuration for them; proposes only, and never writes to a device. */
export interface Discovery {
  /** One line in both languages on what is asked of whom. */
  readonly about: { readonly zh: string; readonly en: string };
  readonly options: z.ZodObject;
  run(options: Readonly<Record<string, unknown>>, io: DriverIo, signal: AbortSignal): AsyncIterable<Proposal>;
}

/** A device that answered, as it would stand in the YAML. `evidence` says what was seen. */
export interface Proposal {
  readonly link: Readonly<Record<string, unknown>>;
  readonly device: Readonly<Record<string, unknown>>;
  /** Profiles that would fit, likeliest first. */
  readonly profiles: readonly string[];
  readonly evidence: string;
}

export interface Session {
  readonly poll?: PollCapability;
  readonly listen?: ListenCapability;
  readonly command?: CommandCapability;
  /** Who answers there: asked after each open and before any data count, so that swapped adapters are noticed. */
  identify?(signal: AbortSignal): Promise<Result<DeviceIdentity, DriverFailure>>;
  /** Counters of the line since it was opened; the same object for every session of a line. */
  readonly line?: LineCounters;
  close(): Promise<void>;
}

/** What a device says of itself. `serial` is what it is recognised by. */
export interface DeviceIdentity {
  readonly serial: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly mac?: string;
}

/** A device that speaks by itself: it dials in, pushes, or keeps a stream open. */
export interface ListenCapability {
  /** Silence after which the device counts as not answering, ms. */
  readonly silentAfterMs: number;
  /** Called once. From then on all that comes goes to the sink, one observation at a time, until the session closes. */
  start(sink: DeviceSink, resume: () => ResumePoint | undefined): void;
}

export interface DeviceSink {
  /** `ok` when every record and event of it is on disk (fdatasync) and the cursor is kept: only then is the device answered. Empty observations are signs of life. */
  take(observation: Observation): Promise<Result<void, NotTaken>>;
  /** The connection was lost, refused, or what came made no sense. The session goes on trying by itself. */
  failed(failure: DriverFailure): void;
}

/** The agent cannot keep it now (no epoch yet, disk ill): the device keeps it and offers it again. */
export interface NotTaken {
  readonly kind: 'notTaken';
  readonly detail: string;
}

/** Where our custody of a device's numbered records or events stands. */
export interface ResumePoint {
  readonly generation: number;
  readonly lastRecordNo: number | undefined;
}

/** Things a person may have done to a device (valve, clock). Each is audited by the collector and proven by reading the state back. */
export interface CommandCapability {
  readonly names: readonly string[];
  /** `done` only when the device's state shows it; `taken` when it said yes and the state does not show it yet. Never sent twice by itself. */
  run(
    name: string,
    signal: AbortSignal,
  ): Promise<Result<{ readonly outcome: 'done' | 'taken'; readonly detail: string }, DriverFailure>>;
}

export interface PollCapability {
  /** What there is to ask, from the profile. */
  readonly tasks: readonly PollTask[];
  /** Runs one task. Fails only when nothing at all could be learnt from the device. */
  run(task: string, signal: AbortSignal, resume?: ResumePoint): Promise<Result<Observation, DriverFailure>>;
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
  /** Changes of rate or parity between two devices of one serial port, and the time that they took. */
  retunes?: number;
  retuneMs?: number;
}
