import { epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { Entry } from './store.core.ts';

export type Family = 'attendance' | 'access';

const pad = (value: number): string => String(value).padStart(2, '0');

/** Local time of a terminal that stands in Shanghai. */
export function localTime(at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at));
  return `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

export function line(family: Family, { no, at, pin, card, event, way, verify }: Entry): string {
  const time = localTime(at);
  if (family === 'attendance') return [pin, time, way, verify, 0, 0, 0].join('\t');
  const fields = { time, pin, cardno: card, eventaddr: 1, event, inoutstatus: way, verifytype: verify, index: no, sitecode: 0 };
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .join('\t')}\tlinkid=0\tmaskflag=0\ttemperature=36.5\tconvtemperature=36.5\r`;
}

export const bytesOf = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((each) => `${each}\n`).join(''));

/** A person as a terminal uploads it without being asked, in GBK where the firmware is old: exactly what must not arrive anywhere. */
export function userUpload(family: Family, pin: string, name: string): string {
  return family === 'attendance'
    ? `USER PIN=${pin}\tName=${name}\tPri=0\tPasswd=\tCard=\tGrp=1\tTZ=0000000100000000`
    : `user uid=1\tcardno=\tpin=${pin}\tpassword=\tgroup=1\tname=${name}\tprivilege=0`;
}

/** 门 in GBK, as old firmware writes what it calls text. */
export const gbkTail = Uint8Array.of(0xc3, 0xc5, 0xb1, 0xf0, 0x0a);

export const doorState = (at: number, open: boolean, alarm: boolean): string =>
  `time=${localTime(at)}\tsensor=${open ? '02' : '01'}\trelay=00\talarm=${alarm ? '0100000000000000' : '0000000000000000'}\tdoor=01`;
