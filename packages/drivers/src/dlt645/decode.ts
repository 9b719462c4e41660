/** DL/T 645 bytes taken apart by the driver's own codec. Keys are those of the sample vectors. */
import { bcdDigits } from '@cardwatch/kernel';
import type { DecodeInput, Decoded, DecodedKeys, DecodedObservation } from '../decode.ts';
import { type FrameNotes, type FrameTold, decodeFrames, joined } from '../line/frame-decode.core.ts';
import {
  type Dlt645Frame,
  addressText,
  controls,
  diOf,
  errorText,
  follows,
  isAbnormal,
  isReply,
  readFrame,
  reversed,
} from './frame.core.ts';
import { type Scaled, scaleOf, scaledOf } from './scale.core.ts';

type Keys = Record<string, unknown>;

export const decodeDlt645 = ({ chunks }: DecodeInput): Decoded =>
  decodeFrames(joined(chunks), { protocol: 'DL/T 645', read: readFrame, tell });

/** The data of a read or of its reply: identifier and what stands behind it. */
interface Content {
  readonly di: string;
  readonly value: Uint8Array;
}

function tell(frame: Dlt645Frame, notes: FrameNotes): FrameTold {
  const { control, data } = frame;
  if (isAbnormal(control) && data.length === 0) return { problem: 'wrong length: an abnormal reply of L = 0 has no error byte' };
  const content = contentOf(frame);
  if (typeof content === 'string') return { problem: content };
  const scaled = content === undefined ? undefined : scaledOf(content.di, content.value);
  if (typeof scaled === 'string') return { problem: scaled };
  return { keys: keys(frame, notes, content, scaled), observations: observationsOf(frame, content, scaled) };
}

/** Undefined: another function than reading; text: why it cannot be. */
function contentOf({ control, data }: Dlt645Frame): Content | string | undefined {
  const fc = control & 0x1f;
  if (isAbnormal(control) || (fc !== controls.read && fc !== controls.readFollowing)) return undefined;
  if (data.length < 4) return `wrong length: L = ${data.length} has no room for a DI`;
  const di = diOf(data).toString(16).padStart(8, '0').toUpperCase();
  return { di, value: isReply(control) ? data.subarray(4, fc === controls.readFollowing ? -1 : undefined) : new Uint8Array() };
}

function keys(
  { address, control, data }: Dlt645Frame,
  { preamble, checksum, asciiPrefix }: FrameNotes,
  content: Content | undefined,
  scaled: Scaled | undefined,
): DecodedKeys {
  return {
    ...(asciiPrefix === undefined ? {} : { asciiPrefix }),
    preamble,
    address: addressText(address),
    control: hex(Uint8Array.of(control)),
    abnormal: isAbnormal(control),
    follow: follows(control) && !isAbnormal(control),
    length: data.length,
    dataMinus33: hex(data),
    cs: hex(Uint8Array.of(checksum)),
    ...(isAbnormal(control) ? { errorCode: hex(data), error: errorText(data[0] ?? 0) } : {}),
    ...(content === undefined ? addressKeys(control, data) : contentKeys(content, scaled)),
  };
}

/** A meter that is asked for its address says it in its data as well. */
const addressKeys = (control: number, data: Uint8Array): Keys =>
  control === (controls.readAddress | 0x80) && data.length === 6 ? { dataAddress: addressText(data) } : {};

function contentKeys({ di, value }: Content, scaled: Scaled | undefined): Keys {
  if (value.length === 0) return { di };
  const digits = bcdDigits(reversed(value));
  return { di, ...(digits === undefined ? {} : { value: digits }), ...(scaled === undefined ? {} : { scaled: scaled.text }) };
}

function observationsOf(
  { address, control, data }: Dlt645Frame,
  content: Content | undefined,
  scaled: Scaled | undefined,
): readonly DecodedObservation[] {
  const device = addressText(address);
  if (isAbnormal(control))
    return [{ kind: 'health', about: 'refusal', device, result: 'refused', code: hex(data), problem: errorText(data[0] ?? 0) }];
  if (content !== undefined && content.value.length > 0) {
    const digits = bcdDigits(reversed(content.value));
    const point = scaleOf(content.di)?.point ?? content.di;
    const reading = scaled === undefined ? { point, value: digits ?? null } : { point, value: scaled.value, unit: scaled.unit };
    return [{ kind: 'health', about: 'metering', device, readings: [reading] }];
  }
  if (control === (controls.readAddress | 0x80)) return [{ kind: 'health', about: 'address', device, result: 'answered' }];
  const action = deeds.get(control & 0x1f);
  return action === undefined ? [] : [{ kind: 'audit', action, device, result: isReply(control) ? 'taken' : 'requested' }];
}

/** Functions that change something (6.1). */
const deeds: ReadonlyMap<number, string> = new Map([
  [0x08, 'setClock'],
  [0x14, 'write'],
  [0x15, 'setAddress'],
  [0x16, 'freeze'],
  [0x17, 'setBaudRate'],
  [0x18, 'setPassword'],
  [0x19, 'clearDemand'],
  [0x1a, 'clearMeter'],
  [0x1b, 'clearEvents'],
  [0x1c, 'relay'],
]);

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
