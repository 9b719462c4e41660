/** DL/T 645 bytes taken apart by the driver's own codec. Keys are those of the sample vectors. */
import { bcdDigits } from '@cardwatch/kernel';
import type { DecodeInput, Decoded } from '../decode.ts';
import { type FrameNotes, decodeFrames, joined } from '../line/frame-decode.core.ts';
import {
  type Dlt645Frame,
  addressText,
  controls,
  diOf,
  dlt645Limits,
  errorText,
  follows,
  isAbnormal,
  readFrame,
  reversed,
} from './frame.core.ts';

type Keys = Record<string, unknown>;

export const decodeDlt645 = ({ chunks }: DecodeInput): Decoded =>
  decodeFrames(joined(chunks), { protocol: 'DL/T 645', read: readFrame, preambleMax: dlt645Limits.preambleMax, keys });

function keys({ address, control, data }: Dlt645Frame, { preamble, checksum }: FrameNotes): Keys {
  return {
    preamble,
    address: addressText(address),
    control: hex(Uint8Array.of(control)),
    abnormal: isAbnormal(control),
    follow: follows(control) && !isAbnormal(control),
    length: data.length,
    dataMinus33: hex(data),
    cs: hex(Uint8Array.of(checksum)),
    ...(isAbnormal(control) ? { errorCode: hex(data), error: errorText(data[0] ?? 0) } : contentKeys(control, data)),
  };
}

/** Names of the identifiers that this house reads; others come as their digits. */
const scales: Readonly<Record<string, { readonly divisor: number; readonly decimals: number; readonly unit: string }>> = {
  '00010000': { divisor: 100, decimals: 2, unit: 'kWh' },
  '00020000': { divisor: 100, decimals: 2, unit: 'kWh' },
  '02010100': { divisor: 10, decimals: 1, unit: 'V' },
  '02010200': { divisor: 10, decimals: 1, unit: 'V' },
  '02010300': { divisor: 10, decimals: 1, unit: 'V' },
};

function contentKeys(control: number, data: Uint8Array): Keys {
  const fc = control & 0x1f;
  if (data.length < 4 || (fc !== controls.read && fc !== controls.readFollowing)) return {};
  const di = diOf(data).toString(16).padStart(8, '0').toUpperCase();
  const content = data.subarray(4, fc === controls.readFollowing ? -1 : undefined);
  if ((control & 0x80) === 0 || content.length === 0) return { di };
  const digits = bcdDigits(reversed(content));
  const scale = scales[di];
  if (digits === undefined) return { di };
  if (scale === undefined || digits.length > 15) return { di, value: digits };
  return { di, value: digits, scaled: `${(Number(digits) / scale.divisor).toFixed(scale.decimals)} ${scale.unit}` };
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
