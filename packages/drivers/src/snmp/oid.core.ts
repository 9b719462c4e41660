/** Object ids as dotted text, and those that the driver asks for. */

/** Parts of an id; undefined when it is none. At most 128 parts (RFC 3416 section 4.1). */
export function partsOf(oid: string): readonly number[] | undefined {
  if (oid.length > 1_408 || !/^\d{1,10}(\.\d{1,10})*$/.test(oid)) return undefined;
  const parts = oid.split('.').map(Number);
  return parts.length <= 128 && parts.every((part) => part <= 0xffffffff) ? parts : undefined;
}

/** Whether `next` comes behind `oid` in the order of a walk. False for what is no id: a walk ends there. */
export function follows(oid: string, next: string): boolean {
  const a = partsOf(oid);
  const b = partsOf(next);
  if (a === undefined || b === undefined) return false;
  for (let at = 0; at < a.length; at++) {
    const left = a[at] ?? 0;
    const right = b[at];
    if (right === undefined || right < left) return false;
    if (right > left) return true;
  }
  return b.length > a.length;
}

/** What follows `column` in `oid`, without the dot; undefined when it stands elsewhere. */
export const indexIn = (column: string, oid: string): string | undefined =>
  oid.startsWith(`${column}.`) ? oid.slice(column.length + 1) : undefined;

/** Scalars: RFC 3418, RFC 3411, IEEE 802.1AB, RFC 4188. */
export const scalar = {
  sysDescr: '1.3.6.1.2.1.1.1.0',
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  sysName: '1.3.6.1.2.1.1.5.0',
  engineId: '1.3.6.1.6.3.10.2.1.1.0',
  engineBoots: '1.3.6.1.6.3.10.2.1.2.0',
  engineTime: '1.3.6.1.6.3.10.2.1.3.0',
  bridgeAddress: '1.3.6.1.2.1.17.1.1.0',
} as const;

/** Columns: RFC 2863 (if), RFC 3635 (duplex), RFC 3621 (PoE), IEEE 802.1AB (LLDP), RFC 4188 and 4363 (bridge), RFC 4293 (ARP). */
export const column = {
  ifName: '1.3.6.1.2.1.31.1.1.1.1',
  ifAdmin: '1.3.6.1.2.1.2.2.1.7',
  ifOper: '1.3.6.1.2.1.2.2.1.8',
  ifLastChange: '1.3.6.1.2.1.2.2.1.9',
  ifInErrors: '1.3.6.1.2.1.2.2.1.14',
  ifHcIn: '1.3.6.1.2.1.31.1.1.1.6',
  ifHcOut: '1.3.6.1.2.1.31.1.1.1.10',
  ifHighSpeed: '1.3.6.1.2.1.31.1.1.1.15',
  ifAlias: '1.3.6.1.2.1.31.1.1.1.18',
  duplex: '1.3.6.1.2.1.10.7.2.1.19',
  poeDetection: '1.3.6.1.2.1.105.1.1.1.6',
  poeClass: '1.3.6.1.2.1.105.1.1.1.10',
  lldpLocalPort: '1.0.8802.1.1.2.1.3.7.1.3',
  lldpChassis: '1.0.8802.1.1.2.1.4.1.1.5',
  lldpPort: '1.0.8802.1.1.2.1.4.1.1.7',
  lldpSysName: '1.0.8802.1.1.2.1.4.1.1.9',
  basePort: '1.3.6.1.2.1.17.1.4.1.2',
  fdb: '1.3.6.1.2.1.17.4.3.1.2',
  fdbByVlan: '1.3.6.1.2.1.17.7.1.2.2.1.2',
  arp: '1.3.6.1.2.1.4.22.1.2',
} as const;
export type ColumnName = keyof typeof column;
