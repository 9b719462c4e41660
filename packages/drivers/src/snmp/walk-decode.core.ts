/**
 * Decoder `snmp-walk`: what a walk of a switch, or a series of uptimes, says. Takes the output of `snmpwalk -On`, or JSON: `{ varbinds: { oid: value } }` or
 * `[{ at, sysUpTime }]`.
 */
import { fromHex } from '@cardwatch/kernel';
import { z } from 'zod';
import type { SnmpValue, SnmpVarbind } from '../contract.ts';
import { type Decoded, type DecodedObservation, type Decoder, decodeLimits } from '../decode.ts';
import { partsOf, scalar } from './oid.core.ts';
import { operWords, poeWords } from './port-points.core.ts';
import { numberOf, tablesOf, textOf, type Tables } from './table.core.ts';
import { parseWalkText } from './walk-text.core.ts';
import { placed, type Station, type Uplink } from './topology.core.ts';
import { poeOf, portsOf, unsupportedOf, upsOf, wordOf } from './walk-health.core.ts';
import { uptimeVerdict, type UptimeSample } from './uptime.core.ts';

const walkLimits = { varbinds: 50_000, samples: 10_000, stationsMax: 8 } as const;

const Value = z.union([z.number(), z.string().max(4_096), z.null()]);
const Listed = z.object({
  oid: z.string().max(1_408),
  type: z.union([z.number(), z.string()]).optional(),
  value: Value.optional(),
});
const Walk = z.object({ varbinds: z.union([z.array(Listed), z.record(z.string().max(1_408), Value)]) });
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
  if (bytes === undefined) return rejected(`longer than ${decodeLimits.inputBytes} bytes: too large`);
  if (bytes.length === 0) return rejected('nothing there');
  const text = textOfBytes(bytes);
  if (text === undefined || text.charCodeAt(0) < 9) return rejected(binaryReason(bytes));
  if (!/^\s*[{[]/.test(text)) return decodeText(text);
  const json = jsonOf(text);
  if (json === undefined) return rejected('truncated or damaged JSON');
  if (Array.isArray(json)) return decodeSamples(json);
  return decodeVarbinds(json);
};

function decodeSamples(json: unknown): Decoded {
  const samples = Samples.safeParse(json);
  if (!samples.success) return rejected('a list that is no series of uptimes');
  const classification = classified(samples.data);
  const restarts = classification.flatMap((verdict, at): readonly DecodedObservation[] =>
    verdict === 'reboot' ? [{ kind: 'health', about: 'restart', observedText: samples.data[at]?.at ?? '' }] : [],
  );
  return { frames: [{ classification }], observations: restarts, rejected: [] };
}

function decodeVarbinds(json: unknown): Decoded {
  const walk = Walk.safeParse(json);
  if (!walk.success) return rejected('JSON without varbinds, or with one that has no plain value');
  const { varbinds: said } = walk.data;
  const entries = Array.isArray(said)
    ? said.map(({ oid, type, value }) => [oid, isMissing(type) ? null : (value ?? null)] as const)
    : Object.entries(said);
  if (entries.length > walkLimits.varbinds) return rejected(`more than ${walkLimits.varbinds} varbinds: too large`);
  if (entries.some(([oid]) => partsOf(plainOid(oid)) === undefined)) return rejected('an object id that is none');
  const varbinds = entries.map(([oid, value]): SnmpVarbind => ({ oid: plainOid(oid), value: valueOf(value) }));
  const read = readWalk(varbinds);
  return read.frames.length === 0 ? rejected('nothing that is known') : { ...read, rejected: [] };
}

const plainOid = (oid: string): string => oid.replace(/^\./, '');

/** Types of a varbind that stand for no value: noSuchObject, noSuchInstance, endOfMibView (RFC 3416 section 3). */
const isMissing = (type: number | string | undefined): boolean =>
  type === 128 || type === 129 || type === 130 || (typeof type === 'string' && missing.test(type));
const missing = /^(noSuchObject|noSuchInstance|endOfMibView|No Such (Object|Instance).*|No more variables.*)$/i;

/** Raw packets are not taken apart here; what begins like one and what does not are told apart. */
const binaryReason = (bytes: Uint8Array): string =>
  bytes[0] === 0x30 && bytes.length > 8
    ? 'an SNMP packet in BER: give the walk as text or JSON'
    : 'garbage: neither BER of an SNMP reply nor the text of a walk';

function decodeText(text: string): Decoded {
  const walk = parseWalkText(text);
  if (walk === undefined) return rejected('neither the output of snmpwalk -On nor JSON of a walk or of uptimes');
  const read = readWalk(walk.varbinds);
  const wrong = walk.rejected.slice(0, decodeLimits.rejected);
  if (read.frames.length === 0 && wrong.length === 0) return rejected('nothing that is known');
  return { ...read, rejected: wrong };
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

const rejected = (reason: string): Decoded => ({ frames: [], observations: [], rejected: [{ atByte: 0, reason }] });

/** `0x` and hex are octets; eight of them a 64-bit counter. */
function valueOf(value: number | string | null): SnmpValue {
  if (value === null || (typeof value === 'string' && missing.test(value))) return undefined;
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

function readWalk(varbinds: readonly SnmpVarbind[]): Pick<Decoded, 'frames' | 'observations'> {
  const tables = tablesOf(varbinds);
  const byOid = new Map(varbinds.map(({ oid, value }) => [oid, value]));
  const at = (oid: string): SnmpValue => byOid.get(oid);
  const ticks = numberOf(at(scalar.sysUpTime));
  const head = {
    ...(ticks === undefined ? {} : { uptimeSec: Math.floor(ticks / 100) }),
    ...given('sysName', textOf(at(scalar.sysName))),
    ...given('sysDescr', textOf(at(scalar.sysDescr), 120)),
  };
  const { stations, uplinks } = placed(tables, walkLimits.stationsMax);
  const parts = [portsOf(tables), poeOf(tables), upsOf(byOid), unsupportedOf(varbinds)];
  const named = Object.keys(head).length === 0 ? [] : [head];
  const found = [
    ...named,
    ...stations.map((each) => ({ gate: stationFrame(each, tables) })),
    ...uplinks.map((each) => ({ uplink: uplinkFrame(each) })),
    ...parts.flatMap(({ frames }) => frames),
  ];
  return {
    frames: found.slice(0, decodeLimits.frames),
    observations: [...aliveOf(head), ...parts.flatMap(({ observations }) => observations)],
  };
}

const aliveOf = (head: { readonly uptimeSec?: number; readonly sysName?: string }): readonly DecodedObservation[] =>
  head.uptimeSec === undefined
    ? []
    : [
        {
          kind: 'health',
          about: 'state',
          ...(head.sysName === undefined ? {} : { device: head.sysName }),
          readings: [{ point: 'uptime', value: head.uptimeSec, unit: 's' }],
        },
      ];

const given = (key: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [key]: value });

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
