/**
 * The simulators' log, one entry a line, append only; replaying it gives back every ring, counter, meter, clock and the truth.
 *
 *   r <deviceId> <generation> <record hex> [<overwritten record number>]
 *   t <deviceId> <tail>          b <deviceId>  start        i <deviceId>  record store initialised
 *   c <deviceId> <offset ms|->   m <deviceId> <meter 0.1 L>  f <fault label as JSON>
 */
import { fromHex, toHex, unreachable } from '@cardwatch/kernel';
import { recordBytes } from '../device/record.core.ts';
import type { DeviceEntry } from '../device/shower.ts';
import { FaultLabel } from '../faults/fault.ts';

export type LogEntry = DeviceEntry | { readonly kind: 'fault'; readonly label: FaultLabel };

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
    case 'fault':
      return `f ${JSON.stringify(entry.label)}`;
    default:
      return unreachable(entry);
  }
}

/** Undefined for a line that is none, e.g. the torn last line after a kill. */
export function logEntry(line: string): LogEntry | undefined {
  if (line.startsWith('f ')) return faultEntry(line.slice(2));
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

function faultEntry(text: string): LogEntry | undefined {
  try {
    const label = FaultLabel.safeParse(JSON.parse(text));
    return label.success ? { kind: 'fault', label: label.data } : undefined;
  } catch {
    return undefined;
  }
}
