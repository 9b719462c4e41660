/** CJ/T 188 bytes taken apart by the driver's own codec. Keys are those of the sample vectors. */
import { bcdDigits, toHex } from '@cardwatch/kernel';
import type { DecodeInput, Decoded, DecodedKeys } from '../decode.ts';
import { type FrameNotes, type FrameTold, decodeFrames, joined } from '../line/frame-decode.core.ts';
import {
  type ClockOrder,
  type StatusBitOrder,
  clockOf,
  di,
  heatOf,
  hexByte,
  hexUpper,
  hexWord,
  identifierOf,
  litresOf,
  meteringOf,
  statusOf,
  units,
} from './data.core.ts';
import { type Cjt188Frame, addressText, isAbnormal, isReply, readFrame, reversed } from './frame.core.ts';
import { observationsOf } from './observed.core.ts';

type Keys = Record<string, unknown>;

export interface Dialect {
  readonly statusBitOrder: StatusBitOrder;
  readonly clockOrder: ClockOrder;
}

/** Without a profile the standard's own orders hold. */
export function decodeCjt188({ chunks, profile }: DecodeInput): Decoded {
  const dialect: Dialect = {
    statusBitOrder: said(profile, 'statusBitOrder') === 'mirrored' ? 'mirrored' : 'standard',
    clockOrder: said(profile, 'clockOrder') === 'highFirst' ? 'highFirst' : 'lowFirst',
  };
  return decodeFrames(joined(chunks), {
    protocol: 'CJ/T 188',
    read: readFrame,
    tell: (frame, notes) => tell(frame, notes, dialect),
  });
}

const said = (profile: object | undefined, key: string): unknown =>
  profile === undefined ? undefined : Object.entries(profile).find(([name]) => name === key)?.[1];

function tell(frame: Cjt188Frame, notes: FrameNotes, dialect: Dialect): FrameTold {
  const problem = problemOf(frame);
  return problem === undefined
    ? { keys: frameKeys(frame, notes, dialect), observations: observationsOf(frame, dialect) }
    : { problem };
}

/** Why a sound frame says nothing that may be believed: a normal one without DI, a present reading of no known unit or of no digits. */
function problemOf({ control, data }: Cjt188Frame): string | undefined {
  if (isAbnormal(control)) return data.length === 0 ? 'wrong length: an abnormal reply of L = 0 says nothing' : undefined;
  const [first, second] = data;
  if (first === undefined || second === undefined) return `wrong length: L = ${data.length} has no room for a DI`;
  if (control !== 0x81) return undefined;
  const id = identifierOf(first, second).di;
  const payload = payloadOf(data);
  const volume = id === di.metering ? meteringOf(payload)?.volume : isHistory(id) ? historyOf(data) : undefined;
  const read = volume === undefined ? undefined : litresOf(volume);
  const isOtherKind = volume !== undefined && units.has(volume[4] ?? 0) && units.get(volume[4] ?? 0)?.kind !== 'volume';
  if (read === undefined || read.ok) return undefined;
  return isOtherKind && bcdDigits((volume ?? payload).subarray(0, 4)) !== undefined ? undefined : read.error;
}

/** Behind DI and SER; some meters leave SER out of a 901F. */
const payloadOf = (data: Uint8Array): Uint8Array => data.subarray(data.length === 21 ? 2 : 3);
const isHistory = (id: number): boolean => id >= di.history && id < di.history + 12;
const historyOf = (data: Uint8Array): Uint8Array | undefined =>
  data.length === 8 ? data.subarray(3) : data.length === 7 ? data.subarray(2) : undefined;

function frameKeys(frame: Cjt188Frame, notes: FrameNotes, dialect: Dialect): DecodedKeys {
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
    ...(isAbnormal(control) ? abnormalKeys(data) : normalKeys(frame, dialect)),
  };
}

/** `ser` and `stHex` as the standard form has them; where L = 04 says that DI came along, that reading stands beside it. */
function abnormalKeys(data: Uint8Array): Keys {
  const [first = 0, second = 0, ser = 0, code = 0] = data;
  const plain = { ser: hexByte(first), stHex: hexUpper(data.subarray(1)) };
  if (data.length !== 4) return plain;
  return { ...plain, errorDi: hexWord(identifierOf(first, second).di), errorSer: hexByte(ser), errorCode: hexByte(code) };
}

function normalKeys({ control, data }: Cjt188Frame, dialect: Dialect): Keys {
  const [first, second, ser] = data;
  if (first === undefined || second === undefined) return {};
  const id = identifierOf(first, second);
  return {
    diWire: hexUpper(data.subarray(0, 2)),
    di: hexWord(id.di),
    diOrder: id.order,
    ...(ser === undefined || (control === 0x81 && (data.length === 21 || data.length === 7)) ? {} : { ser: hexByte(ser) }),
    ...contentKeys(id.di, control, data, dialect),
  };
}

function contentKeys(id: number, control: number, data: Uint8Array, dialect: Dialect): Keys {
  if (control === 0x81 && id === di.metering) return meteringKeys(payloadOf(data), dialect);
  if (control === 0x81 && isHistory(id)) return historyKeys(id, data);
  if (control === 0x04 && id === di.clock && data.length === 10) return clockKeys(data.subarray(3), dialect);
  if (control === 0x15 && id === di.writeAddress && data.length === 10) return { newAddress: addressText(data.subarray(3)) };
  if (id !== di.valve) return {};
  if (control === 0x84 && data.length === 5) return statusKeys(data.subarray(3), dialect);
  const command = data[3];
  return isReply(control) || command === undefined ? {} : { valveCmd: valveWord(command) };
}

function meteringKeys(payload: Uint8Array, dialect: Dialect): Keys {
  const metering = meteringOf(payload);
  if (metering === undefined) return heatKeys(payload, dialect);
  return {
    current: quantityKeys(metering.volume),
    settle: quantityKeys(metering.settlement),
    ...cubicMetres('current_m3', metering.volume),
    ...cubicMetres('settle_m3', metering.settlement),
    ...clockKeys(metering.clock, dialect),
    ...statusKeys(metering.status, dialect),
  };
}

function heatKeys(payload: Uint8Array, dialect: Dialect): Keys {
  const heat = heatOf(payload);
  if (heat === undefined) return {};
  return {
    settleHeat: quantityKeys(heat.settlement),
    currentHeat: quantityKeys(heat.heat),
    power: quantityKeys(heat.power),
    flow: quantityKeys(heat.flow),
    volume: quantityKeys(heat.volume),
    ...cubicMetres('current_m3', heat.volume),
    supplyTemperatureWire: hexUpper(heat.supply),
    returnTemperatureWire: hexUpper(heat.back),
    workTimeWire: hexUpper(heat.workTime),
    ...clockKeys(heat.clock, dialect),
    ...statusKeys(heat.status, dialect),
  };
}

function historyKeys(id: number, data: Uint8Array): Keys {
  const volume = historyOf(data);
  if (volume === undefined) return {};
  return { month: id - di.history + 1, history: quantityKeys(volume), ...cubicMetres('history_m3', volume) };
}

function clockKeys(wire: Uint8Array, { clockOrder }: Dialect): Keys {
  const clock = clockOf(wire, clockOrder);
  return { clockWire: hexUpper(wire), ...(clock.kind === 'clock' ? { clock: clock.text } : {}) };
}

const valveWords: ReadonlyMap<number, string> = new Map([
  [0x55, 'open'],
  [0x99, 'close'],
]);
const valveWord = (command: number): string => valveWords.get(command) ?? hexByte(command);

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

function statusKeys(wire: Uint8Array, { statusBitOrder }: Dialect): Keys {
  const { valve, batteryLow } = statusOf(wire, statusBitOrder);
  return { st: toHex(wire).toUpperCase(), valve, batteryLow };
}
