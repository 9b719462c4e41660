/**
 * Transaction authentication code of an electronic purse: amount 4, type 1, terminal id 6, terminal serial 4, date 4, time 3, then the TAC 4.
 * Key = left half XOR right half of the DTK, DES-CBC-MAC over the data padded with 80 00…, first 4 bytes. To be confirmed against the issuer's card.
 */
import { ByteReader, type Result, err, ok, toHex } from '@cardwatch/kernel';
import type { Decoder } from '../decode.ts';
import { type BlockCipher, cbcMac, xor } from '../iso8583/mac.core.ts';
import { joined } from '../iso8583/message.core.ts';
import { civilDate, civilTime } from './purse-log.core.ts';

const inputBytes = 22;
const tacBytes = 4;

export interface TacRecord {
  readonly amountFen: number;
  readonly type: string;
  readonly terminalId: string;
  readonly terminalSerial: number;
  readonly date: string;
  readonly time: string;
  readonly tac: string;
}

/** Reads and checks one record. `dtk`: 16 bytes. */
export function readTac(bytes: Uint8Array, dtk: Uint8Array, cipher: BlockCipher): Result<TacRecord, string> {
  if (bytes.length !== inputBytes + tacBytes)
    return err(`wrong length: ${bytes.length} bytes, a record has ${inputBytes + tacBytes}`);
  const reader = new ByteReader(bytes);
  const amountFen = reader.u32();
  const type = toHex(reader.take(1));
  const terminalId = toHex(reader.take(6)).toUpperCase();
  const terminalSerial = reader.u32();
  const date = civilDate(reader.take(4));
  const time = civilTime(reader.take(3));
  if (date === undefined || time === undefined) return err('date or time is none');
  const tac = toHex(reader.take(tacBytes)).toUpperCase();
  const made = toHex(tacOf(bytes.subarray(0, inputBytes), dtk, cipher)).toUpperCase();
  return made === tac ? ok({ amountFen, type, terminalId, terminalSerial, date, time, tac }) : err('the TAC does not fit');
}

function tacOf(input: Uint8Array, dtk: Uint8Array, cipher: BlockCipher): Uint8Array {
  const key = xor(dtk.slice(0, 8), dtk.slice(8, 16));
  return cbcMac(joined([input, Uint8Array.of(0x80)]), key, cipher).slice(0, tacBytes);
}

/** Needs the issuer's key, so it is no decoder of the command line: whoever holds a key makes one. */
export const tacDecoder =
  (dtk: Uint8Array, cipher: BlockCipher): Decoder =>
  ({ chunks }) => {
    const read = readTac(joined(chunks), dtk, cipher);
    return read.ok
      ? { frames: [{ ...read.value }], observations: [], rejected: [] }
      : { frames: [], observations: [], rejected: [{ atByte: 0, reason: read.error }] };
  };
