/**
 * What a half-duplex line carries, whatever its protocol: bytes to send, a matcher that finds the reply among the bytes that come
 * in, and the settings under which both stand on the wire. Modbus RTU, MBAP, CJ/T 188 and DL/T 645 differ in nothing else here.
 */
import type { Result } from '@cardwatch/kernel';
import type { ByteStream, DriverFailure, DriverIo } from '../contract.ts';

export const lineLimits = {
  /** Requests waiting for one line. */
  queueMax: 64,
  /** Received bytes kept while a reply is looked for: two of the longest frames of any protocol here. */
  bufferBytesMax: 1_024,
  /** A stream that opens and stays silent is opened anew this often at most. */
  reopenSilentMs: 30_000,
} as const;

/** What was met besides the reply. Counted once, when the bytes are given up. */
export interface Sightings {
  readonly noiseBytes: number;
  readonly crcErrors: number;
  /** Sound frames of another slave. */
  readonly wrongSlave: number;
  /** Sound frames that answer an earlier request. */
  readonly lateFrames: number;
  /** Our own request, sent back by the adapter. */
  readonly echoes: number;
}

export const nothingSeen: Sightings = { noiseBytes: 0, crcErrors: 0, wrongSlave: 0, lateFrames: 0, echoes: 0 };

/** `used`: bytes at the front that are done with. `broken`: the stream cannot be brought back into step and is closed. */
export type Match<T> =
  | { readonly kind: 'wait'; readonly used: number; readonly seen: Sightings }
  | { readonly kind: 'reply'; readonly used: number; readonly seen: Sightings; readonly value: T }
  | { readonly kind: 'broken'; readonly used: number; readonly seen: Sightings; readonly failure: DriverFailure };

export interface MatchContext {
  /** The time is up: what looked like the beginning of a frame will not be completed. */
  readonly last: boolean;
  /** The adapter is known to send our requests back. */
  readonly echoing: boolean;
}

/** Pure. Looks for the reply from the first byte of `buffer` on. */
export type FrameMatcher<T> = (buffer: Uint8Array, context: MatchContext) => Match<T>;

/** How the line is set for a transaction. Two transactions of one line with different `name`s make it re-open in between. */
export interface LineSettings {
  readonly name: string;
  /** Time of one character on the wire, ms; 0 where there is no wire to wait for. */
  readonly charMs: number;
  /** Quiet time before each send, ms. */
  readonly gapMs: number;
  /**
   * How the line gets back into step. `wire`: whatever came in before a send is dropped. `stream`: frames are whole and numbered, none is
   * dropped unread, and half a frame at a time-out closes the stream.
   */
  readonly framing: 'wire' | 'stream';
  /** Time-outs in a row without a single byte after which the stream is opened anew; undefined: never. */
  readonly reopenAfterSilent: number | undefined;
  open(): Promise<Result<ByteStream, DriverFailure>>;
  /** Brings a stream of the same line, open under other settings, to these. Absent or failing: it is opened anew. */
  retune?(stream: ByteStream): Promise<Result<void, DriverFailure>>;
}

export interface Transaction<T> {
  readonly settings: LineSettings;
  /** Who is asked. After a time-out the same station rests, so that its late reply cannot answer the next request. */
  readonly station: string;
  readonly request: Uint8Array;
  /** Longest reply, bytes: with `charMs` the time that the reply needs on the wire. */
  readonly replyBytesMax: number;
  readonly match: FrameMatcher<T>;
  /** What the slave and everything between may take beyond the time on the wire, ms. */
  readonly replyTimeoutMs: number;
  /** From being queued to the reply, ms. */
  readonly deadlineMs: number;
  /** How long the station rests after a time-out, ms; 0 where the protocol numbers its requests. */
  readonly restMs: number;
  /** Trace of the device that asks, if one runs: the bytes as they go and come. Left out where the driver traces by itself. */
  readonly trace?: () => DriverIo['trace'];
}

export interface Reply<T> {
  readonly value: T;
  /** From the first byte sent to the last byte received, ms. */
  readonly rttMs: number;
}
