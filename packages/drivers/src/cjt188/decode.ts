/** CJ/T 188 bytes taken apart by the driver's own codec. Keys are those of the sample vectors. */
import { bcdDigits, toHex } from '@cardwatch/kernel';
import { type DecodeInput, type Decoded } from '../decode.ts';
import { type FrameNotes, decodeFrames, joined } from '../line/frame-decode.core.ts';
import {
  di,
  hexByte,
  hexUpper,
  hexWord,
  identifierOf,
  litresOf,
  meteringBytes,
  meteringOf,
  statusOf,
  units,
} from './data.core.ts';
import { type Cjt188Frame, addressText, cjt188Limits, isAbnormal, isReply, readFrame, reversed } from './frame.core.ts';
import type { StatusBitOrder } from './data.core.ts';

type Keys = Record<string, unknown>;

export function decodeCjt188({ chunks, profile }: DecodeInput): Decoded {
  const order = statusOrder(profile);
  return decodeFrames(joined(chunks), {
    protocol: 'CJ/T 188',
    read: readFrame,
    preambleMax: cjt188Limits.preambleMax,
    keys: (frame, notes) => frameKeys(frame, notes, order),
  });
}

function statusOrder(profile: unknown): StatusBitOrder {
  const given =
    typeof profile === 'object' && profile !== null && 'statusBitOrder' in profile ? profile.statusBitOrder : undefined;
  return given === 'mirrored' ? 'mirrored' : 'standard';
}

function frameKeys(frame: Cjt188Frame, notes: FrameNotes, order: StatusBitOrder): Keys {
  const { type, address, control, data } = frame;
  return {
    ...(notes.asciiPrefix === undefined ? {} : { asciiPrefix: notes.asciiPrefix }),
    preamble: notes.preamble,
    type: hexByte(type),
    addressWire: hexUpper(address),
    address: addressText(address),
    control: hexByte(control),
    dir: isReply(control) ? 'slave' : 'master',
    abnormal: isAbnormal(control) && control !== 0xea,
    length: data.length,
    dataHex: hexUpper(data),
    cs: hexByte(notes.checksum),
    ...(isAbnormal(control) ? abnormalKeys(data) : normalKeys(frame, order)),
  };
}

/** `ser` and `stHex` as the standard form has them; where L = 04 says that DI came along, that reading stands beside it. */
function abnormalKeys(data: Uint8Array): Keys {
  const [first = 0, second = 0, ser = 0, code = 0] = data;
  const plain = { ser: hexByte(first), stHex: hexUpper(data.subarray(1)) };
  if (data.length !== 4) return plain;
  return { ...plain, errorDi: hexWord(identifierOf(first, second).di), errorSer: hexByte(ser), errorCode: hexByte(code) };
}

function normalKeys({ control, data }: Cjt188Frame, order: StatusBitOrder): Keys {
  const [first, second, ser] = data;
  if (first === undefined || second === undefined) return {};
  const id = identifierOf(first, second);
  return {
    diWire: hexUpper(data.subarray(0, 2)),
    di: hexWord(id.di),
    diOrder: id.order,
    ...(ser === undefined ? {} : { ser: hexByte(ser) }),
    ...contentKeys(id.di, control, data, order),
  };
}

function contentKeys(id: number, control: number, data: Uint8Array, order: StatusBitOrder): Keys {
  const behindDi = data.subarray(2);
  if (id === di.metering && control === 0x81) {
    const metering = meteringOf(behindDi.length === meteringBytes ? behindDi : behindDi.subarray(1));
    if (metering === undefined) return {};
    return {
      current: quantityKeys(metering.volume),
      settle: quantityKeys(metering.settlement),
      ...cubicMetres('current_m3', metering.volume),
      ...cubicMetres('settle_m3', metering.settlement),
      clockWire: hexUpper(metering.clock),
      ...statusKeys(metering.status, order),
    };
  }
  if (id !== di.valve) return {};
  if (control === 0x84 && data.length === 5) return statusKeys(data.subarray(3), order);
  const command = data[3];
  return control === 0x04 && command !== undefined ? { valveCmd: valveWord(command) } : {};
}

const valveWord = (command: number): string => (command === 0x55 ? 'open' : command === 0x99 ? 'close' : hexByte(command));

const quantityKeys = (quantity: Uint8Array): Keys => {
  const bcd = quantity.subarray(0, 4);
  const code = quantity[4] ?? 0;
  return {
    bcdWire: hexUpper(bcd),
    value: bcdDigits(reversed(bcd)) ?? null,
    unit: hexByte(code),
    ...(units.has(code) ? { unitName: units.get(code)?.name } : { problem: `unknown unit ${hexByte(code)}` }),
  };
};

function cubicMetres(key: string, quantity: Uint8Array): Keys {
  const litres = litresOf(quantity);
  return litres.ok && litres.value !== undefined && quantity[4] === 0x2c ? { [key]: (litres.value / 1_000).toFixed(2) } : {};
}

function statusKeys(wire: Uint8Array, order: StatusBitOrder): Keys {
  const { valve, batteryLow } = statusOf(wire, order);
  return { st: toHex(wire).toUpperCase(), valve, batteryLow };
}
