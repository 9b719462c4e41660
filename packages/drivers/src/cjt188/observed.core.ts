/** What a CJ/T 188 frame means: readings and refusals are health, what is done to a meter is audit. Questions mean nothing by themselves. */
import type { DecodedAudit, DecodedHealth, DecodedObservation, DecodedReading } from '../decode.ts';
import {
  type ClockOrder,
  type StatusBitOrder,
  clockOf,
  di,
  heatOf,
  hexByte,
  hexUpper,
  identifierOf,
  litresOf,
  meteringOf,
  statusOf,
} from './data.core.ts';
import { type Cjt188Frame, addressText, isAbnormal, isReply } from './frame.core.ts';

interface Orders {
  readonly statusBitOrder: StatusBitOrder;
  readonly clockOrder: ClockOrder;
}

export function observationsOf(frame: Cjt188Frame, orders: Orders): readonly DecodedObservation[] {
  const { control, data } = frame;
  const device = addressText(frame.address);
  if (isAbnormal(control))
    return [
      { kind: 'health', about: 'refusal', device, result: 'refused', code: hexUpper(data.subarray(data.length === 4 ? 3 : 1)) },
    ];
  const id = identifierOf(data[0] ?? 0, data[1] ?? 0).di;
  if (control === 0x81) return readReply(id, data, device, orders);
  if (control === 0x83) return [{ kind: 'health', about: 'address', device, result: 'answered' }];
  return deed({ control, id, data, device }, orders);
}

function readReply(id: number, data: Uint8Array, device: string, orders: Orders): readonly DecodedHealth[] {
  const payload = data.subarray(data.length === 21 ? 2 : 3);
  const parts = id === di.metering ? (meteringOf(payload) ?? heatOf(payload)) : undefined;
  if (parts === undefined) return history(id, data, device);
  const { text, reading } = volumeReadings(parts);
  const clock = clockOf(parts.clock, orders.clockOrder);
  return [
    {
      kind: 'health',
      about: 'metering',
      device,
      ...(clock.kind === 'clock' ? { observedText: clock.text } : {}),
      readings: [...reading, ...statusReadings(parts.status, orders)],
      ...(text === undefined ? {} : { problem: text }),
    },
  ];
}

function volumeReadings(parts: { readonly volume: Uint8Array; readonly settlement: Uint8Array; readonly heat?: Uint8Array }): {
  readonly text: string | undefined;
  readonly reading: readonly DecodedReading[];
} {
  const rows = [
    { point: 'volume', from: parts.volume },
    ...(parts.heat === undefined ? [{ point: 'settlementVolume', from: parts.settlement }] : []),
  ].map(({ point, from }) => ({ point, litres: litresOf(from) }));
  const bad = rows.flatMap(({ point, litres }) => (litres.ok ? [] : [`${point}: ${litres.error}`]));
  return {
    text: bad.length === 0 ? undefined : bad.join(', '),
    reading: rows.flatMap(({ point, litres }) =>
      litres.ok ? [{ point, value: litres.value === undefined ? null : litres.value / 1_000, unit: 'm3' }] : [],
    ),
  };
}

function statusReadings(status: Uint8Array, { statusBitOrder }: Orders): readonly DecodedReading[] {
  const { valve, batteryLow } = statusOf(status, statusBitOrder);
  return [
    { point: 'valve', value: valve },
    { point: 'batteryLow', value: batteryLow },
  ];
}

function history(id: number, data: Uint8Array, device: string): readonly DecodedHealth[] {
  const month = id - di.history + 1;
  if (month < 1 || month > 12 || (data.length !== 8 && data.length !== 7)) return [];
  const litres = litresOf(data.subarray(data.length - 5));
  if (!litres.ok) return [];
  const value = litres.value === undefined ? null : litres.value / 1_000;
  return [{ kind: 'health', about: `history month ${month}`, device, readings: [{ point: 'volume', value, unit: 'm3' }] }];
}

interface Deed {
  readonly control: number;
  readonly id: number;
  readonly data: Uint8Array;
  readonly device: string;
}

const deeds: ReadonlyMap<number, string> = new Map([
  [di.valve, 'valve'],
  [di.clock, 'setClock'],
  [di.writeAddress, 'setAddress'],
]);

/** A reply says only that the command was taken: whether the valve moved stands in the status. */
function deed({ control, id, data, device }: Deed, { statusBitOrder }: Orders): readonly DecodedAudit[] {
  const plain = control & 0x3f;
  if (plain !== 0x04 && plain !== 0x15 && plain !== 0x16 && plain !== 0x2a) return [];
  const action = deeds.get(id) ?? `write ${id.toString(16).padStart(4, '0').toUpperCase()}`;
  if (!isReply(control)) {
    const detail = id === di.valve && data[3] !== undefined ? { detail: valveDetail(data[3]) } : {};
    return [{ kind: 'audit', action, device, result: 'requested', ...detail }];
  }
  const status =
    id === di.valve && control === 0x84 && data.length === 5 ? statusOf(data.subarray(3), statusBitOrder) : undefined;
  return [{ kind: 'audit', action, device, result: 'taken', ...(status === undefined ? {} : { detail: status.valve }) }];
}

const valveDetail = (command: number): string => (command === 0x55 ? 'open' : command === 0x99 ? 'close' : hexByte(command));
