/** From a record, or from a live event, to a pass: the same fields stand in both, but only a record has a number. */
import { type EpochMs, epochMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { RawPass } from '../contract.ts';
import { tableName } from '../gate/code-table.core.ts';
import { type Fields, count32At, textAt } from '../gate/fields.core.ts';
import type { GateEvent } from '../gate/intake.ts';
import { isoShanghai } from '../gate/iso-time.core.ts';
import type { DahuaProfile } from './model.ts';

export interface DahuaBy {
  readonly profile: Pick<DahuaProfile, 'codeTable' | 'methods' | 'errors' | 'createTime'>;
  readonly direction: RawPass['direction'];
  readonly readers: Readonly<Record<string, RawPass['direction']>>;
}

export type DahuaSource = 'stream' | 'backfill';

export interface DahuaPass {
  readonly event: GateEvent;
  /** Names and pictures that were thrown away here. */
  readonly discarded: number;
  readonly errorCode: number | undefined;
  /** As the device numbers it. */
  readonly door: string | undefined;
  /** Who, when and where, to find the record of a live event: the two share no number. */
  readonly joint: PassJoint;
}

export interface PassJoint {
  readonly person: string;
  readonly door: number;
  readonly createdS: number;
}

const private_ = [
  'CardName',
  'UserName',
  'URL',
  'ImageInfo',
  'SnapPath',
  'ImageEntropy',
  'FaceIndex',
  'Temperature',
  'CurrentTemperature',
] as const;

/** Undefined when the fields are no pass: no time, or a record without a number. */
export function passOf(fields: Fields, by: DahuaBy, source: DahuaSource, live: boolean): DahuaPass | undefined {
  const createdS = count32At(fields, 'CreateTime') ?? count32At(fields, 'UTC') ?? count32At(fields, 'RealUTC');
  const recNo = count32At(fields, 'RecNo');
  if (createdS === undefined) return undefined;
  const status = count32At(fields, 'Status');
  const errorCode = count32At(fields, 'ErrorCode');
  const method = count32At(fields, 'Method');
  const person = textAt(fields, 'UserID');
  const cardNo = textAt(fields, 'CardNo');
  const door = count32At(fields, 'Door') ?? 0;
  const at = epochOf(createdS, by.profile.createTime);
  const { result, reason } = resultOf(status, errorCode, by.profile.errors);
  const known = method === undefined ? undefined : own(by.profile.methods, String(method));
  const event: RawPass = {
    type: 'pass',
    eventNo: recNo,
    ...(person === undefined ? {} : { personNo: person }),
    ...(cardNo === undefined || /^0*$/.test(cardNo) ? {} : { cardNo }),
    ...directionOf(fields, by),
    method: known ?? 'unknown',
    result,
    ...(reason === undefined ? {} : { reason }),
    code: { scheme: 'dahua', raw: `${status ?? '?'}/${errorCode ?? '?'}/${method ?? '?'}` },
    codeTable: tableName(by.profile.codeTable),
    observedText: isoShanghai(at),
    observedAt: at,
    live,
    source,
  };
  return {
    event: { eventNo: recNo, observedAt: at, replayed: !live, event },
    discarded: private_.filter((name) => Object.hasOwn(fields, name) && fields[name] !== '').length,
    errorCode,
    door: textAt(fields, 'Door', 16),
    joint: { person: person ?? '', door, createdS },
  };
}

export const epochOf = (seconds: number, kind: DahuaProfile['createTime']): EpochMs =>
  epochMs(Math.max(0, seconds * 1_000 - (kind === 'local' ? shanghaiOffsetMs : 0)));

export const secondsOf = (at: number, kind: DahuaProfile['createTime']): number =>
  Math.max(0, Math.floor((at + (kind === 'local' ? shanghaiOffsetMs : 0)) / 1_000));

/** The same pass, told live and written down: the clock may have ticked once in between. */
export const isSamePass = (a: PassJoint, b: PassJoint): boolean =>
  a.person === b.person && a.door === b.door && Math.abs(a.createdS - b.createdS) <= 1;

/** Granted only when both say so. A pass that is said to be good and carries an error is disputed. */
function resultOf(
  status: number | undefined,
  errorCode: number | undefined,
  errors: Readonly<Record<string, string>>,
): { readonly result: RawPass['result']; readonly reason?: string } {
  if (status === 0)
    return {
      result: 'denied',
      ...(errorCode === undefined || errorCode === 0 ? {} : { reason: own(errors, String(errorCode)) ?? `error-${errorCode}` }),
    };
  if (status !== 1) return { result: 'unknown', reason: 'unknown-code' };
  return errorCode === undefined || errorCode === 0 ? { result: 'granted' } : { result: 'unknown', reason: 'disputed-code' };
}

function directionOf(fields: Fields, { direction, readers }: DahuaBy): Pick<RawPass, 'direction' | 'directionFrom'> {
  const reader = textAt(fields, 'ReaderID');
  const ofReader = reader === undefined ? undefined : own(readers, reader);
  if (ofReader !== undefined && ofReader !== 'unknown') return { direction: ofReader, directionFrom: 'reader' };
  const said = textAt(fields, 'Type');
  if (said === 'Entry') return { direction: 'in', directionFrom: 'record' };
  if (said === 'Exit') return { direction: 'out', directionFrom: 'record' };
  return direction === 'unknown' ? { direction } : { direction, directionFrom: 'reader' };
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
