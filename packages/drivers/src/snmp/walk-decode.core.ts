/**
 * Decoder `snmp-walk`: what a walk of a switch, or a series of uptimes, says. Takes the output of `snmpwalk -On`, or JSON: `{ varbinds: { oid: value } }` or
 * `[{ at, sysUpTime }]`.
 */
import { fromHex } from '@cardwatch/kernel';
import { z } from 'zod';
import type { SnmpValue, SnmpVarbind } from '../contract.ts';
import type { Decoded, Decoder } from '../decode.ts';
import { decodeLimits } from '../decode.ts';
import { partsOf, scalar } from './oid.core.ts';
import { operWords, poeWords } from './port-points.core.ts';
import { numberOf, tablesOf, textOf, type Tables } from './table.core.ts';
import { parseWalkText } from './walk-text.core.ts';
import { placed, type Station, type Uplink } from './topology.core.ts';
import { uptimeVerdict, type UptimeSample } from './uptime.core.ts';

const walkLimits = { varbinds: 50_000, samples: 10_000, stationsMax: 8 } as const;

const Walk = z.object({ varbinds: z.record(z.string().max(1_408), z.union([z.number(), z.string().max(4_096)])) });
const Samples = z
  .array(
    z.object({
      at: z.iso.datetime(),
      sysUpTime: z.int().min(0).max(0xffffffff),
      engineBoots: z.int().min(0).optional(),
      engineTime: z.int().min(0).optional(),
    }),
  )
  .min(1)
  .max(walkLimits.samples);

export const decodeWalk: Decoder = ({ chunks }) => {
  const bytes = joined(chunks);
  if (bytes === undefined) return rejected(`longer than ${decodeLimits.inputBytes} bytes`);
  const text = textOfBytes(bytes);
  const json = text === undefined ? undefined : jsonOf(text);
  if (json === undefined) return decodeText(text);
  const samples = Samples.safeParse(json);
  if (samples.success) return frames([{ classification: classified(samples.data) }]);
  const walk = Walk.safeParse(json);
  if (!walk.success) return rejected('no varbinds');
  const entries = Object.entries(walk.data.varbinds);
  if (entries.length > walkLimits.varbinds) return rejected(`more than ${walkLimits.varbinds} varbinds`);
  if (entries.some(([oid]) => partsOf(oid) === undefined)) return rejected('an object id that is none');
  const varbinds = entries.map(([oid, value]): SnmpVarbind => ({ oid, value: valueOf(value) }));
  const found = framesOf(varbinds);
  return found.length === 0 ? rejected('nothing that is known') : frames(found);
};

function decodeText(text: string | undefined): Decoded {
  const walk = text === undefined ? undefined : parseWalkText(text);
  if (walk === undefined) return rejected('neither the output of snmpwalk -On nor JSON of a walk or of uptimes');
  const found = framesOf(walk.varbinds);
  const wrong = walk.rejected.slice(0, decodeLimits.rejected);
  if (found.length === 0 && wrong.length === 0) return rejected('nothing that is known');
  return { frames: found, observations: [], rejected: wrong };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array | undefined {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > decodeLimits.inputBytes) return undefined;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const frames = (all: Decoded['frames']): Decoded => ({ frames: all, observations: [], rejected: [] });
const rejected = (reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });

/** `0x` and hex are octets; eight of them a 64-bit counter. */
function valueOf(value: number | string): SnmpValue {
  if (typeof value === 'number' || !/^0x([0-9a-f]{2})+$/i.test(value)) return value;
  return value.length === 18 ? BigInt(value) : fromHex(value.slice(2));
}

function classified(samples: z.infer<typeof Samples>): readonly string[] {
  let before: UptimeSample | undefined;
  return samples.map(({ at, sysUpTime, engineBoots, engineTime }) => {
    const sample: UptimeSample = {
      ticks: sysUpTime,
      atMs: epochOf(at),
      ...(engineBoots === undefined ? {} : { boots: engineBoots }),
      ...(engineTime === undefined ? {} : { engineS: engineTime }),
    };
    const verdict = uptimeVerdict(before, sample);
    before = sample;
    return verdict;
  });
}

/** ISO 8601 in UTC, proven by the schema, to milliseconds; a core knows no calendar of its own. */
function epochOf(iso: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (iso.match(/[\d.]+/g) ?? []).map(Number);
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = 365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + dayOfYear;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000;
}

function framesOf(varbinds: readonly SnmpVarbind[]): Decoded['frames'] {
  const tables = tablesOf(varbinds);
  const at = (oid: string): SnmpValue => varbinds.find((each) => each.oid === oid)?.value;
  const ticks = numberOf(at(scalar.sysUpTime));
  const head = {
    ...(ticks === undefined ? {} : { uptimeSec: Math.floor(ticks / 100) }),
    ...given('sysName', textOf(at(scalar.sysName))),
    ...given('sysDescr', textOf(at(scalar.sysDescr), 120)),
  };
  const { stations, uplinks } = placed(tables, walkLimits.stationsMax);
  return [
    ...(Object.keys(head).length === 0 ? [] : [head]),
    ...stations.map((each) => ({ gate: stationFrame(each, tables) })),
    ...uplinks.map((each) => ({ uplink: uplinkFrame(each) })),
  ].slice(0, decodeLimits.frames);
}

const given = (key: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [key]: value });

const wordOf = (words: Readonly<Record<string, string>>, value: SnmpValue): string => words[String(value)] ?? 'unknown';

function stationFrame({ mac, vlan, bridgePort, ifIndex }: Station, tables: Tables): Record<string, unknown> {
  const ifName = textOf(tables.ifName?.get(ifIndex));
  const portNo = /(\d{1,3})$/.exec(ifName ?? '')?.[1];
  const poe = tables.poeDetection?.get(`1.${portNo}`);
  return {
    mac,
    bridgePort,
    ifIndex: Number(ifIndex),
    ifName: ifName ?? null,
    vlan: vlan ?? null,
    oper: wordOf(operWords, tables.ifOper?.get(ifIndex)),
    poe: poe === undefined ? null : wordOf(poeWords, poe),
    // RFC 3621 knows no watts of a port: they are private to the vendor.
    poeWatts: null,
  };
}

const uplinkFrame = ({ ifIndex, neighbour, stations }: Uplink): Record<string, unknown> => ({
  ifIndex: Number(ifIndex),
  lldpNeighbour: neighbour ?? null,
  macsOnPort: stations,
});
