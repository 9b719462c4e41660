/** What a walk says of a UPS, of PoE ports and of what the device does not know. RFC 1628, RFC 3621. */
import type { SnmpValue, SnmpVarbind } from '../contract.ts';
import type { DecodedKeys, DecodedObservation } from '../decode.ts';
import { operWords, poeWords } from './port-points.core.ts';
import { type Tables, numberOf, textOf } from './table.core.ts';

const upsBase = '1.3.6.1.2.1.33.1';
const ups = {
  batteryStatus: `${upsBase}.2.1.0`,
  secondsOnBattery: `${upsBase}.2.2.0`,
  minutesRemaining: `${upsBase}.2.3.0`,
  chargePct: `${upsBase}.2.4.0`,
  batteryTemperatureC: `${upsBase}.2.7.0`,
  outputSource: `${upsBase}.4.1.0`,
  loadPct: `${upsBase}.4.4.1.5.1`,
} as const;
const batteryWords: Readonly<Record<string, string>> = { '1': 'unknown', '2': 'normal', '3': 'low', '4': 'depleted' };
const sourceWords: Readonly<Record<string, string>> = {
  '1': 'other',
  '2': 'none',
  '3': 'normal',
  '4': 'bypass',
  '5': 'battery',
  '6': 'booster',
  '7': 'reducer',
};

/** A word of a table of numbers. A private numbering is `unknown`, never the next best. */
export const wordOf = (words: Readonly<Record<string, string>>, value: SnmpValue): string =>
  typeof value === 'number' && Object.hasOwn(words, String(value)) ? (words[String(value)] ?? 'unknown') : 'unknown';

export interface WalkPart {
  readonly frames: readonly DecodedKeys[];
  readonly observations: readonly DecodedObservation[];
}

const nothing: WalkPart = { frames: [], observations: [] };

export function upsOf(byOid: ReadonlyMap<string, SnmpValue>): WalkPart {
  const told = Object.entries(ups).flatMap(([name, oid]): [string, number | string][] => {
    const value = numberOf(byOid.get(oid));
    if (value === undefined) return [];
    if (name === 'batteryStatus') return [[name, wordOf(batteryWords, value)]];
    return [[name, name === 'outputSource' ? wordOf(sourceWords, value) : value]];
  });
  if (told.length === 0) return nothing;
  const frame = Object.fromEntries(told);
  const onBattery = frame['outputSource'] === 'battery' || Number(frame['secondsOnBattery'] ?? 0) > 0;
  const low = frame['batteryStatus'] === 'low' || frame['batteryStatus'] === 'depleted';
  const alarm = (name: string): DecodedObservation => ({ kind: 'health', about: 'alarm', alarm: name, active: true });
  return {
    frames: [{ ups: { ...frame, onBattery } }],
    observations: [
      { kind: 'health', about: 'state', readings: told.map(([point, value]) => ({ point, value })) },
      ...(onBattery ? [alarm('powerLost')] : []),
      ...(low ? [alarm('batteryLow')] : []),
    ],
  };
}

/** Ports with power: index group.port, which is not the interface's number. */
export function poeOf(tables: Tables): WalkPart {
  const rows = [...(tables.poeDetection ?? [])].slice(0, 512);
  if (rows.length === 0) return nothing;
  const ports = rows.map(([index, value]) => ({
    port: index.slice(0, 24),
    status: wordOf(poeWords, value),
    raw: numberOf(value) ?? null,
  }));
  const faults = ports.filter(({ status }) => status === 'fault' || status === 'otherFault');
  return {
    frames: [
      { poePorts: ports.map(({ port, status, raw }) => (status === 'unknown' ? { port, status, raw } : { port, status })) },
    ],
    observations: faults.map(({ port }) => ({
      kind: 'health',
      about: 'alarm',
      alarm: 'poeFault',
      active: true,
      device: `port ${port}`,
    })),
  };
}

/** Interfaces and how they are. */
export function portsOf(tables: Tables): WalkPart {
  const rows = [...(tables.ifOper ?? [])].slice(0, 512);
  if (rows.length === 0) return nothing;
  return {
    frames: [
      {
        ports: rows.map(([ifIndex, value]) => ({
          ifIndex: Number(ifIndex),
          ifName: textOf(tables.ifName?.get(ifIndex)) ?? null,
          oper: wordOf(operWords, value),
        })),
      },
    ],
    observations: [],
  };
}

/** Objects that the device says it has not. */
export function unsupportedOf(varbinds: readonly SnmpVarbind[]): WalkPart {
  const oids = varbinds.filter(({ value }) => value === undefined).map(({ oid }) => oid);
  return oids.length === 0 ? nothing : { frames: [{ unsupported: oids.slice(0, 100) }], observations: [] };
}
