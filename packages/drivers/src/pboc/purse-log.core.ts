/**
 * Entry of the purse log of a card (SFI 18h), 23 bytes: purse offline serial 2, overdraft limit 3, amount 4 in fen, type 1 (02 load, 06 purchase,
 * 09 compound purchase), terminal id 6, date 4, time 3; numbers big endian, the rest BCD.
 */
import { ByteReader, type Result, bcdDigits, epochFromShanghai, err, ok, toHex } from '@cardwatch/kernel';
import type { DecodedTransaction, Decoder } from '../decode.ts';
import { joined } from '../iso8583/message.core.ts';

export interface PurseLogEntry {
  readonly offlineSerial: number;
  readonly overdraft: string;
  readonly amountFen: number;
  readonly type: string;
  readonly terminalId: string;
  readonly date: string;
  readonly time: string;
}

const entryBytes = 23;
const types: ReadonlySet<string> = new Set(['01', '02', '05', '06', '09']);

export function readPurseLog(bytes: Uint8Array): Result<PurseLogEntry, string> {
  if (bytes.length !== entryBytes) return err(`wrong length: ${bytes.length} bytes, an entry has ${entryBytes}`);
  if (bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0)) return err('an empty entry of the log');
  const reader = new ByteReader(bytes);
  const offlineSerial = reader.u16();
  const overdraft = toHex(reader.take(3));
  const amountFen = reader.u32();
  const type = toHex(reader.take(1));
  const terminalId = toHex(reader.take(6)).toUpperCase();
  const date = civilDate(reader.take(4));
  const time = civilTime(reader.take(3));
  if (!types.has(type)) return err(`transaction type ${type} is not known`);
  if (date === undefined) return err('the date is not BCD or is no day');
  if (time === undefined) return err('the time is not BCD or is no time of day');
  return ok({ offlineSerial, overdraft, amountFen, type, terminalId, date, time });
}

/** `yyyyMMdd`; undefined when it is no BCD or no date. */
export function civilDate(bytes: Uint8Array): string | undefined {
  const digits = bcdDigits(bytes);
  if (digits === undefined) return undefined;
  const [year, month, day] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))];
  return epochFromShanghai({ year, month, day, hour: 0, minute: 0, second: 0 }) === undefined ? undefined : digits;
}

/** `HHmmss`; undefined when it is no BCD or no time of day. */
export function civilTime(bytes: Uint8Array): string | undefined {
  const digits = bcdDigits(bytes);
  if (digits === undefined) return undefined;
  const [hour, minute, second] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  return (hour ?? 24) < 24 && (minute ?? 60) < 60 && (second ?? 60) < 60 ? digits : undefined;
}

/** One entry. */
export const purseLogDecoder: Decoder = ({ chunks }) => {
  const read = readPurseLog(joined(chunks));
  return read.ok
    ? { frames: [{ ...read.value }], observations: [observed(read.value)], rejected: [] }
    : { frames: [], observations: [], rejected: [{ atByte: 0, reason: read.error }] };
};

const kinds: ReadonlyMap<string, DecodedTransaction['transaction']> = new Map([
  ['01', 'recharge'],
  ['02', 'recharge'],
  ['05', 'consume'],
  ['06', 'consume'],
  ['09', 'consume'],
] as const);

function observed({ offlineSerial, amountFen, type, terminalId, date, time }: PurseLogEntry): DecodedTransaction {
  return {
    kind: 'transaction',
    transaction: kinds.get(type) ?? 'unknown',
    result: 'recorded',
    deviceSeq: offlineSerial,
    observedText: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`,
    mark: type,
    amountFen,
    terminalNo: terminalId,
    check: 'none',
  };
}
