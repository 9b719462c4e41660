/** Which reply answers which request, and what it says. Pure. */
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import { type Judgement, frameMatcher } from '../line/frame-scan.core.ts';
import type { FrameMatcher } from '../line/transaction.ts';
import { hexByte, hexUpper, hexWord, identifierOf } from './data.core.ts';
import { type Cjt188Frame, isAbnormal, isReply, readFrame, startByte, writeFrame } from './frame.core.ts';

/** Control codes (6.2.4). `vendorValve`: some makers drive the valve by 2A and are answered by AA. */
export const controls = { read: 0x01, readAddress: 0x03, write: 0x04, vendorValve: 0x2a } as const;

/** How a model wants to be spoken to. */
export interface Dialect {
  readonly preamble: number;
  readonly diOrder: 'highFirst' | 'lowFirst';
  /** Whether requests carry SER, which the reply repeats. */
  readonly serial: boolean;
}

export interface Cjt188Request {
  readonly type: number;
  /** As on the wire, low byte first. */
  readonly address: Uint8Array;
  readonly control: number;
  readonly di: number;
  readonly ser: number;
  /** Behind DI and SER. */
  readonly payload: Uint8Array;
}

/** AA in every place: any meter answers, so it is for a line with one meter only. */
export const anyAddress: Uint8Array = new Uint8Array(7).fill(0xaa);

export function encodeRequest(request: Cjt188Request, dialect: Dialect): Uint8Array {
  const high = request.di >> 8;
  const low = request.di & 0xff;
  const head = dialect.diOrder === 'highFirst' ? [high, low] : [low, high];
  const data = Uint8Array.of(...head, ...(dialect.serial ? [request.ser] : []), ...request.payload);
  return writeFrame({ type: request.type, address: request.address, control: request.control, data }, dialect.preamble);
}

/** Finds the reply among what comes in: type, address, function, identifier and serial number must be those that were asked for. */
export function replyMatcher(request: Cjt188Request, dialect: Dialect): FrameMatcher<Cjt188Frame> {
  const wild = request.address.every((byte) => byte === 0xaa);
  return frameMatcher({
    read: readFrame,
    judge: (frame) => judge(request, dialect, wild, frame),
    mayBeReply: (rest) => mayBeReply(request, wild, rest),
  });
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

function judge(request: Cjt188Request, dialect: Dialect, wild: boolean, frame: Cjt188Frame): Judgement {
  const ours = frame.type === request.type && (wild || sameBytes(frame.address, request.address));
  if (!isReply(frame.control))
    return frame.type === request.type && sameBytes(frame.address, request.address) ? 'echo' : 'wrongSlave';
  if (!ours) return 'wrongSlave';
  return answers(request, dialect, frame) ? 'reply' : 'late';
}

function answers(request: Cjt188Request, dialect: Dialect, { control, data }: Cjt188Frame): boolean {
  const fc = control & 0x3f;
  const vendor = fc === controls.vendorValve && request.control === controls.write;
  if (fc !== request.control && !vendor) return false;
  const serOk = (ser: number | undefined): boolean => !dialect.serial || ser === request.ser;
  if (isAbnormal(control) && control !== 0xea) {
    if (data.length === 3) return serOk(data[0]);
    return data.length === 4 && identifierOf(data[0] ?? 0, data[1] ?? 0).di === request.di && serOk(data[2]);
  }
  if (data.length < 2 || identifierOf(data[0] ?? 0, data[1] ?? 0).di !== request.di) return false;
  return !dialect.serial || data.length === 2 || serOk(data[2]);
}

/** An unfinished frame whose head is that of the meter that was asked. */
function mayBeReply(request: Cjt188Request, wild: boolean, rest: Uint8Array): boolean {
  const head = [startByte, request.type, ...(wild ? [] : request.address)];
  if (!head.every((byte, index) => rest[index] === undefined || rest[index] === byte)) return false;
  const control = rest[9];
  return control === undefined || isReply(control);
}

/** What stands behind DI and SER. `refused` for an abnormal reply, whichever of its two forms. */
export function payloadOf(frame: Cjt188Frame, expectedBytes: number | undefined): Result<Uint8Array, DriverFailure> {
  const { control, data } = frame;
  if (isAbnormal(control)) return err(abnormal(data));
  const behindDi = data.subarray(2);
  // A meter that knows no SER leaves it out: only the length tells.
  const payload = expectedBytes !== undefined && behindDi.length === expectedBytes ? behindDi : behindDi.subarray(1);
  if (expectedBytes !== undefined && payload.length !== expectedBytes)
    return err({
      kind: 'malformed',
      detail: `${payload.length} bytes of data, ${expectedBytes} expected`,
      frameHex: hexUpper(data.subarray(0, 16)),
    });
  return ok(payload);
}

/** L = 03: SER and ST. L = 04: DI, SER and one byte of code. */
function abnormal(data: Uint8Array): DriverFailure {
  if (data.length === 4) {
    const [first = 0, second = 0, , code = 0] = data;
    return {
      kind: 'refused',
      deviceCode: code,
      detail: `abnormal reply to ${hexWord(identifierOf(first, second).di)}, code ${hexByte(code)}`,
    };
  }
  const [, low = 0, high = 0] = data;
  return { kind: 'refused', deviceCode: (high << 8) | low, detail: `abnormal reply, ST ${hexByte(low)} ${hexByte(high)}` };
}
