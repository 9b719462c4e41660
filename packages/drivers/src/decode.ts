/**
 * Taking bytes apart without a device: what `cardwatch-agent decode` prints, and what the sample vectors are checked with. A decoder is made of the
 * driver's own codec, so that what is proven here is what runs.
 */
import type { CommonProfile } from './profile.ts';

export const decodeLimits = { inputBytes: 8 * 1024 * 1024, frames: 10_000, rejected: 1_000 } as const;

export interface DecodeInput {
  /** As they would come from the wire, one piece after the other. */
  readonly chunks: readonly Uint8Array[];
  readonly profile?: CommonProfile;
  /** Of the HTTP message that carried it, with its parameters. */
  readonly contentType?: string;
}

/** One JSON document. Keys inside a frame and an observation are those of the sample vectors' `decoded` and `expected`. */
export interface Decoded {
  readonly frames: readonly Readonly<Record<string, unknown>>[];
  readonly observations: readonly Readonly<Record<string, unknown>>[];
  readonly rejected: readonly Rejection[];
  /** What a driver would answer the device with, hex for bytes, text for HTTP. */
  readonly reply?: string;
}

export interface Rejection {
  /** Offset over all chunks. */
  readonly atByte: number;
  readonly reason: string;
}

/** Pure; never throws, whatever it is given. No frame and at least one rejection for garbage. */
export type Decoder = (input: DecodeInput) => Decoded;
