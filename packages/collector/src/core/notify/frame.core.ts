/** What a message says around the alarm's own words; one file per language has it. */
import type { AlarmLevel, AlarmReason, NoticeReason } from '@cardwatch/contracts/watch';

/** What is said of an alarm itself. `missing`: gaps of its template that the alarm did not fill. */
export interface Said {
  readonly title: string;
  readonly text: string;
  readonly missing: readonly string[];
}

/** The words of alarms, in one language. */
export type AlarmSay = (reason: AlarmReason) => Said;

export interface Frame {
  readonly level: Readonly<Record<AlarmLevel, string>>;
  readonly reason: Readonly<Record<NoticeReason, string>>;
  readonly records: (count: number, estimated: boolean) => string;
  readonly yuan: (amount: string, estimated: boolean) => string;
  readonly oldest: (time: string) => string;
  readonly place: (place: string) => string;
  readonly since: (time: string) => string;
  readonly clearedAt: (time: string, minutes: number) => string;
  readonly devices: (names: readonly string[], more: number) => string;
  readonly symptoms: (count: number) => string;
  readonly digest: (raised: number, cleared: number) => string;
  readonly line: (what: 'raised' | 'cleared', title: string) => string;
  readonly moreLines: (count: number) => string;
  readonly storm: (total: number, active: number, groups: string) => string;
  readonly group: (name: string, count: number) => string;
  readonly reference: (id: string) => string;
}
