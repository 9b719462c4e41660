/**
 * The simulators' log, one entry a line, append only; replaying it gives back every ring, counter, meter, clock and the truth.
 *
 *   r <deviceId> <generation> <record hex> [<overwritten record number>]
 *   t <deviceId> <tail>          b <deviceId>  start        i <deviceId>  record store initialised
 *   c <deviceId> <offset ms|->   m <deviceId> <meter 0.1 L>  f <fault label as JSON>
 *   p <record of a POS terminal or meter as JSON>            g <pass of a gate as JSON>
 *   a <card> <balance in fen> <pay counter>  purse of a student as a sale leaves it, written before the sale
 */
import { RecordKind } from '@cardwatch/contracts';
import { fromHex, toHex, unreachable } from '@cardwatch/kernel';
import { z } from 'zod';
import { recordBytes } from '../device/record.core.ts';
import type { DeviceEntry } from '../device/shower.ts';
import { FaultLabel } from '../faults/fault.ts';
import type { TruePass, TrueRecord } from '../cluster.ts';

/** Entries of shower controllers, of the terminals and gates of clusters, and of the fault desk. */
export type LogEntry =
  | DeviceEntry
  | { readonly kind: 'sale'; readonly record: TrueRecord }
  | { readonly kind: 'pass'; readonly pass: TruePass }
  | { readonly kind: 'purse'; readonly card: string; readonly balanceFen: number; readonly counter: number }
  | { readonly kind: 'fault'; readonly label: FaultLabel };

/** One line without its line feed. */
export function logLine(entry: LogEntry): string {
  switch (entry.kind) {
    case 'record': {
      const over = entry.overwroteNo === undefined ? '' : ` ${entry.overwroteNo}`;
      return `r ${entry.deviceId} ${entry.generation} ${toHex(entry.raw)}${over}`;
    }
    case 'tail':
      return `t ${entry.deviceId} ${entry.tail}`;
    case 'boot':
      return `b ${entry.deviceId}`;
    case 'storeInit':
      return `i ${entry.deviceId}`;
    case 'clock':
      return `c ${entry.deviceId} ${entry.offsetMs ?? '-'}`;
    case 'meter':
      return `m ${entry.deviceId} ${entry.meterDl}`;
    case 'sale':
      return `p ${JSON.stringify(entry.record)}`;
    case 'pass':
      return `g ${JSON.stringify(entry.pass)}`;
    case 'purse':
      return `a ${entry.card} ${entry.balanceFen} ${entry.counter}`;
    case 'fault':
      return `f ${JSON.stringify(entry.label)}`;
    default:
      return unreachable(entry);
  }
}

/** Undefined for a line that is none, e.g. the torn last line after a kill. */
export function logEntry(line: string): LogEntry | undefined {
  if (/^[fgp] /.test(line)) return jsonEntry(line[0], line.slice(2));
  const [tag, deviceId, first = '', second = '', third] = line.split(' ');
  if (deviceId === undefined || deviceId === '') return undefined;
  const number = /^-?\d+$/.test(first) ? Number(first) : undefined;
  switch (tag) {
    case 'r':
      return recordEntry(deviceId, number, second, third);
    case 't':
      return number === undefined ? undefined : { kind: 'tail', deviceId, tail: number };
    case 'b':
      return { kind: 'boot', deviceId };
    case 'i':
      return { kind: 'storeInit', deviceId };
    case 'c':
      return number === undefined && first !== '-' ? undefined : { kind: 'clock', deviceId, offsetMs: number };
    case 'm':
      return number === undefined ? undefined : { kind: 'meter', deviceId, meterDl: number };
    case 'a':
      return number === undefined || !/^\d{16}$/.test(deviceId) || !/^\d{1,5}$/.test(second)
        ? undefined
        : { kind: 'purse', card: deviceId, balanceFen: number, counter: Number(second) };
    default:
      return undefined;
  }
}

function recordEntry(
  deviceId: string,
  generation: number | undefined,
  hex: string,
  over: string | undefined,
): LogEntry | undefined {
  const raw = fromHex(hex);
  if (generation === undefined || raw?.byteLength !== recordBytes) return undefined;
  return { kind: 'record', deviceId, generation, raw, overwroteNo: over === undefined ? undefined : Number(over) };
}

const deviceId = z.string().min(1).max(63);
const number32 = z.int().min(0).max(0xffffffff);

const SaleLine = z.strictObject({
  deviceId,
  generation: number32,
  recordNo: number32,
  kind: RecordKind,
  amountFen: number32,
  overwroteNo: number32.optional(),
});
const PassLine = z.strictObject({
  deviceId,
  generation: number32,
  eventNo: number32.optional(),
  result: z.enum(['granted', 'denied']),
  method: z.string().max(32),
  at: z.number(),
});

function jsonEntry(tag: string | undefined, text: string): LogEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (tag === 'f') {
    const label = FaultLabel.safeParse(value);
    return label.success ? { kind: 'fault', label: label.data } : undefined;
  }
  if (tag === 'g') {
    const pass = PassLine.safeParse(value);
    return pass.success ? { kind: 'pass', pass: { ...pass.data, eventNo: pass.data.eventNo } } : undefined;
  }
  const sale = SaleLine.safeParse(value);
  if (!sale.success) return undefined;
  const { overwroteNo, ...record } = sale.data;
  return { kind: 'sale', record: overwroteNo === undefined ? record : { ...record, overwroteNo } };
}
