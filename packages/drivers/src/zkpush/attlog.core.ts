import { type EpochMs, type Result, err, minuteMs, ok } from '@cardwatch/kernel';
import type { RawPass } from '../contract.ts';
import { integerOf } from './lines.core.ts';
import type { ZkProfile } from './model.ts';
import { looksLikeTime, zkTime } from './time.core.ts';

/** One line of table ATTLOG: tab-separated, 4 to 10 columns, of which the first five have a meaning. */
export interface AttRecord {
  /** Digits and letters as sent: leading zeros belong to it. */
  readonly pin: string;
  readonly time: string;
  readonly status: number;
  readonly verify: number;
  readonly workcode: string;
}

export function parseAttLine(line: string): Result<AttRecord, string> {
  const [pin = '', time = '', status, verify, workcode = ''] = line.split('\t').map((column) => column.trim());
  const columns = line.split('\t').length;
  if (columns < 4) return err(`short columns: attendance line of ${columns}, at least 4`);
  if (!/^[A-Za-z0-9]{1,24}$/.test(pin)) return err('attendance line without a person number');
  if (!looksLikeTime(time)) return err('attendance line without a time');
  const [statusNo, verifyNo] = [integerOf(status), integerOf(verify)];
  if (statusNo === undefined || verifyNo === undefined) return err('attendance line whose status or verify is no number');
  return ok({ pin, time, status: statusNo, verify: verifyNo, workcode: workcode.slice(0, 32) });
}

/** There is no number in a line: the same person, second, status and way is the same record. */
export const attKey = ({ pin, time, status, verify }: AttRecord): string => `a|${pin}|${time}|${status}|${verify}`;

export interface PassContext {
  readonly profile: Pick<ZkProfile, 'codes' | 'timeZoneHours'>;
  readonly direction: 'in' | 'out' | undefined;
  readonly now: EpochMs;
}

const liveMs = 5 * minuteMs;

/** Not stored for long before it was sent, as far as the two clocks agree. */
export const isLive = (observedAt: EpochMs | undefined, now: EpochMs): boolean =>
  observedAt !== undefined && Math.abs(now - observedAt) <= liveMs;

/** Terminals of this family log only who was recognised; a way that the model's table does not know makes the result unknown all the same. */
export function attPass(record: AttRecord, { profile, direction, now }: PassContext): RawPass {
  const { codes, timeZoneHours } = profile;
  const method = codes.methods[String(record.verify)];
  const observedAt = zkTime(record.time, timeZoneHours);
  return {
    type: 'pass',
    eventNo: undefined,
    ...(record.pin === '0' ? {} : { personNo: record.pin }),
    ...directionOf(codes.directions[String(record.status)], direction),
    method: method ?? 'unknown',
    result: method === undefined ? 'unknown' : 'granted',
    code: { scheme: 'zk-att', raw: `${record.status}/${record.verify}` },
    codeTable: `${codes.name}@${codes.version}`,
    observedText: record.time,
    observedAt,
    live: isLive(observedAt, now),
    source: 'push',
  };
}

/** Which terminal it is says more than its own mark. */
export function directionOf(
  told: 'in' | 'out' | 'unknown' | undefined,
  reader: 'in' | 'out' | undefined,
): Pick<RawPass, 'direction' | 'directionFrom'> {
  if (reader !== undefined) return { direction: reader, directionFrom: 'reader' };
  return told === 'in' || told === 'out' ? { direction: told, directionFrom: 'record' } : { direction: 'unknown' };
}
