/**
 * Bytes of the journal. Integers are little-endian. CRC is CRC-32C with the kernel's `crc32c(bytes, seed)`.
 *
 *   <stream>/<epoch>-<base, 20 digits>.seg    segment of one stream (money, event, health) and one epoch, first number `base`
 *   <stream>/<epoch>.holes                    numbers of that epoch that are gone: frames of type hole, salt of base 0
 *   epoch.state  acked.state                  state.core.ts
 *   ballast  quarantine/                      reserve of space; copies of damaged spans, never read back
 *
 * Segment = header, frames, and when it is sealed one footer frame, which is then the end of the file.
 *
 *   header, 64 B            at  size
 *     magic 43 57            0   2   "CW"
 *     version                2   1   1
 *     stream                 3   1   0 money, 1 event, 2 health
 *     epoch                  4   4
 *     agent                  8   4   first four bytes of SHA-256(agent id)
 *     created, monotonic    12   4   seconds
 *     base                  16   6   number of the first frame
 *     created, wall         22   6   epoch ms
 *     chain                 28  32   chain hash of number base - 1, i.e. of the end of the previous segment
 *     CRC                   60   4   of bytes 0..59
 *
 *   frame, a multiple of 8 B, so that it starts on a multiple of 8 and its length word is never torn
 *     magic C7 4A            0   2
 *     version                2   1   1
 *     type                   3   1   1 record, 2 hole, 3 footer
 *     length                 4   4   of the payload, at most 8192
 *     seq                    8   8   record: its number; hole: first number; footer: last number
 *     wall                  16   8   epoch ms, signed
 *     mono                  24   8   ms
 *     flags                 32   2   0
 *     clock quality         34   1   0 not stated
 *     reserved              35   1   0
 *     head CRC              36   4   of bytes 0..35, seeded with the salt
 *     payload               40   length
 *     body CRC                   4   of the payload, seeded with the head CRC
 *     pad                        0 to 7 zero bytes
 *
 * The head CRC alone makes the length trustworthy, so a bad body is stepped over and costs one record. The salt is the CRC of
 * (stream u8, epoch u32, base u64) as the file name gives them: a frame that belongs to another file never passes for one of this file,
 * and a destroyed header hides nothing. The body CRC is bound to its own head in the same way.
 *
 *   payload of a record   the line, byte for byte as it will be sent
 *   payload of a hole     last u64, cause u8 (1 journalDamage, 2 dropped), 7 zero bytes, chain hash of number first - 1 (32 B)
 *   payload of a footer   count u32, 4 zero bytes, first u64, last u64, chain hash of `last` (32 B), SHA-256 of the file up to the footer (32 B)
 *
 * Where two segments of one epoch overlap, the one with the higher base holds the truth from its base on: the older one was given up
 * after a failed sync and may or may not hold what was written again.
 */
import type { Stream } from '@cardwatch/contracts';
import { crc32c } from '@cardwatch/kernel';

export const segmentHeaderBytes = 64;
export const frameHeadBytes = 40;
export const bodyCrcBytes = 4;
export const hashBytes = 32;
export const holePayloadBytes = 48;
export const footerPayloadBytes = 88;

export const frameType = { record: 1, hole: 2, footer: 3 } as const;

/** Bytes that a frame with this payload takes in the file. */
export const frameBytes = (payload: number): number => (frameHeadBytes + payload + bodyCrcBytes + 7) & ~7;

export const footerBytes = frameBytes(footerPayloadBytes);

export const streamCode: Readonly<Record<Stream, number>> = { money: 0, event: 1, health: 2 };

/** Seed of the head CRC of all frames of one file; `base` 0 for a holes file. */
export function fileSalt(stream: Stream, epoch: number, base: number): number {
  const identity = new DataView(new ArrayBuffer(13));
  identity.setUint8(0, streamCode[stream]);
  identity.setUint32(1, epoch, true);
  identity.setBigUint64(5, BigInt(base), true);
  return crc32c(new Uint8Array(identity.buffer));
}

export const segmentName = (epoch: number, base: number): string => `${epoch}-${String(base).padStart(20, '0')}.seg`;
export const holesName = (epoch: number): string => `${epoch}.holes`;

export interface SegmentName {
  readonly epoch: number;
  readonly base: number;
}

/** Undefined for a name that is not one of ours. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const match = /^(\d{1,10})-(\d{20})\.seg$/.exec(name);
  if (match === null) return undefined;
  const epoch = Number(match[1]);
  const base = Number(match[2]);
  const sane = epoch >= 1 && epoch <= 0xffffffff && base >= 1 && Number.isSafeInteger(base);
  return sane && segmentName(epoch, base) === name ? { epoch, base } : undefined;
}

export function parseHolesName(name: string): number | undefined {
  const match = /^(\d{1,10})\.holes$/.exec(name);
  const epoch = Number(match?.[1]);
  return match !== null && epoch >= 1 && epoch <= 0xffffffff && holesName(epoch) === name ? epoch : undefined;
}
