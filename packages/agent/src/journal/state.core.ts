/**
 * The two small files beside the segments. Integers are little-endian. Pure.
 *
 *   epoch.state, 64 B, replaced as a whole by rename
 *     magic "CWEP" | version u8 | 3 zero bytes | epoch u32 | agent u32 (as in a segment header) | uuid 36 B ASCII | 8 zero bytes | CRC u32
 *
 *   acked.state: two slots of 4096 B, written in turn, the valid one with the higher generation counts
 *     magic "CWAK" | version u8 | 1 zero byte | entries u16 | generation u64 | entries of 24 B | zeros | CRC u32 of all before it
 *     entry: stream u8 | 3 zero bytes | epoch u32 | acked u64 | gone u64 (numbers up to here were dropped; 0 when a hole in the holes file says so)
 */
import { EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { crc32c } from '@cardwatch/kernel';
import { streamCode } from './format.ts';
import { getU64, putU64, viewOf } from './frame.core.ts';

const epochMagic = 0x50455743;
const ackedMagic = 0x4b415743;
const stateVersion = 1;
const epochStateBytes = 64;
const uuidBytes = 36;
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const ackedSlotBytes = 4_096;
const entryBytes = 24;
export const ackedEntriesMax = Math.floor((ackedSlotBytes - 20) / entryBytes);

export interface EpochState {
  readonly no: EpochNo;
  readonly uuid: string;
  readonly agent: number;
}

export function encodeEpoch(state: EpochState): Uint8Array {
  const bytes = new Uint8Array(epochStateBytes);
  const view = viewOf(bytes);
  view.setUint32(0, epochMagic, true);
  view.setUint8(4, stateVersion);
  view.setUint32(8, state.no, true);
  view.setUint32(12, state.agent, true);
  bytes.set(new TextEncoder().encode(state.uuid).subarray(0, uuidBytes), 16);
  view.setUint32(60, crc32c(bytes.subarray(0, 60)), true);
  return bytes;
}

export function decodeEpoch(bytes: Uint8Array): EpochState | undefined {
  if (bytes.length !== epochStateBytes) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== epochMagic || view.getUint8(4) !== stateVersion) return undefined;
  if (crc32c(bytes.subarray(0, 60)) !== view.getUint32(60, true)) return undefined;
  const no = EpochNo.safeParse(view.getUint32(8, true));
  const uuid = new TextDecoder().decode(bytes.subarray(16, 16 + uuidBytes));
  return no.success && uuidForm.test(uuid) ? { no: no.data, uuid, agent: view.getUint32(12, true) } : undefined;
}

export interface AckedEntry {
  readonly stream: Stream;
  readonly epoch: number;
  readonly acked: number;
  /** Numbers up to here were dropped while there was no room for a hole; 0: none. */
  readonly gone: number;
}

export interface AckedState {
  readonly generation: number;
  readonly entries: readonly AckedEntry[];
}

/** One slot. At most `ackedEntriesMax` entries; put the newest first, the rest is sent again. */
export function encodeAcked(state: AckedState): Uint8Array {
  const bytes = new Uint8Array(ackedSlotBytes);
  const view = viewOf(bytes);
  const entries = state.entries.slice(0, ackedEntriesMax);
  view.setUint32(0, ackedMagic, true);
  view.setUint8(4, stateVersion);
  view.setUint16(6, entries.length, true);
  putU64(view, 8, state.generation);
  for (const [index, entry] of entries.entries()) {
    const at = 16 + index * entryBytes;
    view.setUint8(at, streamCode[entry.stream]);
    view.setUint32(at + 4, entry.epoch, true);
    putU64(view, at + 8, entry.acked);
    putU64(view, at + 16, entry.gone);
  }
  view.setUint32(ackedSlotBytes - 4, crc32c(bytes.subarray(0, ackedSlotBytes - 4)), true);
  return bytes;
}

/** The newer valid slot of the file, or undefined when there is none. */
export function decodeAcked(file: Uint8Array): AckedState | undefined {
  const slots = [decodeSlot(file.subarray(0, ackedSlotBytes)), decodeSlot(file.subarray(ackedSlotBytes, 2 * ackedSlotBytes))];
  return slots.reduce(
    (best, slot) => (slot !== undefined && slot.generation > (best?.generation ?? -1) ? slot : best),
    undefined,
  );
}

function decodeSlot(bytes: Uint8Array): AckedState | undefined {
  if (bytes.length !== ackedSlotBytes) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== ackedMagic || view.getUint8(4) !== stateVersion) return undefined;
  if (crc32c(bytes.subarray(0, ackedSlotBytes - 4)) !== view.getUint32(ackedSlotBytes - 4, true)) return undefined;
  const count = Math.min(view.getUint16(6, true), ackedEntriesMax);
  const entries: AckedEntry[] = [];
  for (let at = 16; at < 16 + count * entryBytes; at += entryBytes) {
    const stream = streams[view.getUint8(at)];
    if (stream !== undefined)
      entries.push({ stream, epoch: view.getUint32(at + 4, true), acked: getU64(view, at + 8), gone: getU64(view, at + 16) });
  }
  return { generation: getU64(view, 8), entries };
}
