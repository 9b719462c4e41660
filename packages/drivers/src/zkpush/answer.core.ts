import { epochMs, hourMs, shanghaiFromEpoch, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { ZkProfile } from './model.ts';

/** A stamp as terminals send it; anything else is not given back to them. */
export const stampOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;

interface Handshake {
  readonly serial: string;
  /** The last stamp that is in our custody; undefined: none since this program started, the terminal goes on from its own mark. */
  readonly stamp: string | undefined;
  readonly profile: Pick<ZkProfile, 'options' | 'timeZoneHours'>;
}

/** Answer to the hello of the attendance family. The attendance log alone is asked for: no photo, no template, no operation log of old. */
export function attendanceOptions({ serial, stamp, profile: { options, timeZoneHours } }: Handshake): string {
  const lines = [
    `GET OPTION FROM: ${serial}`,
    `ATTLOGStamp=${stamp ?? 'None'}`,
    'OPERLOGStamp=9999',
    'ATTPHOTOStamp=None',
    `ErrorDelay=${options.errorDelayS}`,
    `Delay=${options.delayS}`,
    `TransTimes=${options.transTimes}`,
    `TransInterval=${options.transIntervalMin}`,
    'TransFlag=TransData AttLog',
    `TimeZone=${timeZoneHours}`,
    'Realtime=1',
    `ServerVer=${options.serverVersion}`,
    `PushProtVer=${options.pushVersion}`,
    'Encrypt=None',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

interface AccessHello {
  readonly registryCode: string;
  readonly profile: Pick<ZkProfile, 'options' | 'timeZoneHours'>;
}

/** Configuration of the access family: its own event log in real time, and no tables of users or templates. */
export function accessOptions({ registryCode, profile: { options } }: AccessHello): string {
  const lines = [
    'registry=ok',
    `RegistryCode=${registryCode}`,
    `ServerVersion=${options.serverVersion}`,
    'ServerName=Cardwatch',
    `PushProtVer=${options.pushVersion}`,
    `ErrorDelay=${options.errorDelayS}`,
    `RequestDelay=${options.delayS}`,
    `TransTimes=${options.transTimes}`,
    `TransInterval=${options.transIntervalMin}`,
    'TransTables=Transaction',
    'Realtime=1',
    `SessionID=${registryCode}`,
    'TimeoutSec=10',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Time for a terminal that asks for it, as `/iclock/rtdata?type=time` wants it. */
export const timeAnswer = (nowMs: number, zoneHours: number): string =>
  `DateTime=${zkSeconds(nowMs, zoneHours)},ServerTZ=${zoneHours < 0 ? '-' : '+'}${String(Math.abs(zoneHours)).padStart(2, '0')}00`;

/** The terminals' own count of seconds since 2000: every month has 31 days. */
export function zkSeconds(nowMs: number, zoneHours: number): number {
  const local = shanghaiFromEpoch(epochMs(nowMs + zoneHours * hourMs - shanghaiOffsetMs));
  const days = (local.year - 2_000) * 12 * 31 + (local.month - 1) * 31 + local.day - 1;
  return days * 86_400 + local.hour * 3_600 + local.minute * 60 + local.second;
}
