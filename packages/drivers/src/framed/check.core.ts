/** Checksums of frames and records. Pure. Check values are those of the bytes `123456789`. */
import { crc16Modbus, unreachable } from '@cardwatch/kernel';
import { z } from 'zod';

/**
 * `sum8` DD, `sum16` 01DD, `xor8` 31, `lrc8` two's complement of the sum 23, and CRC-16: `crc16Modbus` 4B37, `crc16Ccitt` (1021, FFFF) 29B1,
 * `crc16Xmodem` (1021, 0) 31C3, `crc16X25` 906E, `crc16Kermit` 2189, `crc16Arc` BB3D.
 */
export const CheckKind = z.enum([
  'sum8',
  'sum16',
  'xor8',
  'lrc8',
  'crc16Modbus',
  'crc16Ccitt',
  'crc16Xmodem',
  'crc16X25',
  'crc16Kermit',
  'crc16Arc',
]);
export type CheckKind = z.infer<typeof CheckKind>;

export const checkBytes = (kind: CheckKind): number => (kind === 'sum8' || kind === 'xor8' || kind === 'lrc8' ? 1 : 2);

/** The checksum as a number of `checkBytes(kind)` bytes. */
export function checksum(kind: CheckKind, bytes: Uint8Array): number {
  switch (kind) {
    case 'sum8':
      return sum(bytes) & 0xff;
    case 'sum16':
      return sum(bytes) & 0xffff;
    case 'xor8':
      return bytes.reduce((value, byte) => value ^ byte, 0);
    case 'lrc8':
      return -sum(bytes) & 0xff;
    case 'crc16Modbus':
      return crc16Modbus(bytes);
    case 'crc16Ccitt':
      return forward(bytes, 0xffff);
    case 'crc16Xmodem':
      return forward(bytes, 0);
    case 'crc16X25':
      return reflected(bytes, 0x8408, 0xffff) ^ 0xffff;
    case 'crc16Kermit':
      return reflected(bytes, 0x8408, 0);
    case 'crc16Arc':
      return reflected(bytes, 0xa001, 0);
    default:
      return unreachable(kind);
  }
}

const sum = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value + byte, 0);

function forward(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

function reflected(bytes: Uint8Array, polynomial: number, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  return crc;
}
