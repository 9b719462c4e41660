/** What `snmpwalk -On` of net-snmp prints, as people have it at hand: `.1.3.6.1.2.1.1.3.0 = Timeticks: (8640000) 1 day, 0:00:00.00`. */
import { fromHex } from '@cardwatch/kernel';
import type { SnmpValue, SnmpVarbind } from '../contract.ts';
import { partsOf } from './oid.core.ts';

const limits = { lines: 50_000, lineCharacters: 4_096 } as const;

export interface WalkText {
  readonly varbinds: readonly SnmpVarbind[];
  /** Lines that begin like one of a walk and are none: offset and why. */
  readonly rejected: readonly { readonly atByte: number; readonly reason: string }[];
}

/** undefined when no line looks like one of a walk. */
export function parseWalkText(text: string): WalkText | undefined {
  const varbinds: SnmpVarbind[] = [];
  const rejected: { readonly atByte: number; readonly reason: string }[] = [];
  let at = 0;
  for (const line of text.split('\n', limits.lines)) {
    const read = lineOf(line.slice(0, limits.lineCharacters).trimEnd(), varbinds.at(-1));
    if (read === 'wrong') rejected.push({ atByte: at, reason: 'a line of a walk with an id or a value that is none' });
    else if (typeof read === 'object' && read.continued) varbinds[varbinds.length - 1] = read.varbind;
    else if (typeof read === 'object') varbinds.push(read.varbind);
    at += line.length + 1;
  }
  return varbinds.length === 0 && rejected.length === 0 ? undefined : { varbinds, rejected };
}

type Line = 'other' | 'wrong' | { readonly varbind: SnmpVarbind; readonly continued: boolean };

function lineOf(line: string, last: SnmpVarbind | undefined): Line {
  const match = /^(?:\.?1|iso)\.(\d[\d.]{0,1400}) = (.*)$/.exec(line);
  if (match === null) return continuedHex(line, last);
  const oid = `1.${match[1]}`;
  const value = valueOf(match[2] ?? '');
  if (partsOf(oid) === undefined || value === 'wrong') return 'wrong';
  return { varbind: { oid, value: value.is }, continued: false };
}

/** Long octets go on in the next line. */
function continuedHex(line: string, last: SnmpVarbind | undefined): Line {
  if (!(last?.value instanceof Uint8Array) || last.value.length > 65_535 || !/^([0-9A-F]{2} ?)+$/.test(line)) return 'other';
  const more = fromHex(line.replaceAll(' ', '')) ?? new Uint8Array();
  return { varbind: { oid: last.oid, value: Uint8Array.from([...last.value, ...more]) }, continued: true };
}

function valueOf(text: string): 'wrong' | { readonly is: SnmpValue } {
  if (text === '""') return { is: '' };
  if (/^No (Such|more) /i.test(text)) return { is: undefined };
  const [, type = '', rest = ''] = /^([A-Za-z0-9-]{1,20}(?: Address)?): ?(.*)$/.exec(text) ?? [];
  switch (type) {
    case 'INTEGER':
    case 'Gauge32':
    case 'Counter32':
      return whole(/^(-?\d{1,10})\b/.exec(rest)?.[1] ?? /\((-?\d{1,10})\)/.exec(rest)?.[1]);
    case 'Timeticks':
      return whole(/^\((\d{1,10})\)/.exec(rest)?.[1]);
    case 'Counter64':
      return /^\d{1,20}$/.test(rest) ? { is: BigInt(rest) } : 'wrong';
    case 'Hex-STRING': {
      const bytes = fromHex(rest.replaceAll(' ', ''));
      return bytes === undefined ? 'wrong' : { is: bytes };
    }
    case 'STRING':
      return { is: rest.replace(/^"(.*)"$/, '$1') };
    case 'OID':
    case 'IpAddress':
    case 'Network Address':
      return { is: rest.replace(/^\./, '') };
    default:
      return 'wrong';
  }
}

const whole = (digits: string | undefined): 'wrong' | { readonly is: number } =>
  digits === undefined ? 'wrong' : { is: Number(digits) };
