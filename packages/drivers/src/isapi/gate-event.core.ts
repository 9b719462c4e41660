/** From an event of the terminal to what leaves the driver, by the profile's code table. */
import type { RawEvent, RawPass } from '../contract.ts';
import { type CodeTable, meaningOf, tableName } from '../gate/code-table.core.ts';
import type { GateEvent } from '../gate/intake.ts';
import type { AcsEvent } from './acs-event.core.ts';

export interface ReadBy {
  readonly table: CodeTable;
  readonly direction: RawPass['direction'];
  /** By reader number. */
  readonly readers: Readonly<Record<string, RawPass['direction']>>;
}

export type Source = 'stream' | 'push' | 'backfill' | 'poll';

/** Always something: a number that vanished would look like a lost event. */
export function gateEventOf(event: AcsEvent, by: ReadBy, source: Source): GateEvent {
  return {
    eventNo: event.serialNo,
    observedAt: event.at,
    replayed: event.current === false,
    event: rawEventOf(event, by, source),
  };
}

function rawEventOf(event: AcsEvent, by: ReadBy, source: Source): RawEvent {
  const code = `${event.major}/${event.minor}`;
  const told = {
    ...(event.serialNo === undefined ? {} : { eventNo: event.serialNo }),
    observedText: event.text,
    observedAt: event.at,
  };
  const meaning = meaningOf(by.table, code) ?? unknownOf(event.major);
  switch (meaning.as) {
    case 'pass':
      return passOf(event, { code, meaning, source }, by);
    case 'door':
      return { type: 'door', ...told, point: meaning.point, state: meaning.state };
    case 'alarm':
      return { type: 'deviceAlarm', ...told, alarm: meaning.alarm, active: meaning.active, detail: detailOf(code, event) };
    case 'audit':
      return {
        type: 'deviceAudit',
        ...told,
        action: meaning.action,
        ...(event.netUser === undefined ? {} : { actor: event.netUser }),
        detail: detailOf(code, event),
      };
  }
}

type Meaning = NonNullable<ReturnType<typeof meaningOf>>;

/** Majors: 1 alarm, 2 exception, 3 operation, 5 event at the door. */
function unknownOf(major: number): Meaning {
  if (major === 5) return { as: 'pass', result: 'unknown', method: 'unknown', reason: 'unknown-code' };
  if (major === 1 || major === 2) return { as: 'alarm', alarm: 'unknownCode', active: true };
  return { as: 'audit', action: 'unknownCode' };
}

const detailOf = (code: string, { remoteHost, doorNo }: AcsEvent): string =>
  [code, ...(doorNo === undefined ? [] : [`door ${doorNo}`]), ...(remoteHost === undefined ? [] : [`from ${remoteHost}`])].join(
    ', ',
  );

function passOf(
  event: AcsEvent,
  { code, meaning, source }: { readonly code: string; readonly meaning: Meaning & { as: 'pass' }; readonly source: Source },
  by: ReadBy,
): RawPass {
  const ofReader = event.readerNo === undefined ? undefined : by.readers[String(event.readerNo)];
  const direction = ofReader ?? by.direction;
  return {
    type: 'pass',
    eventNo: event.serialNo,
    ...(event.personNo === undefined ? {} : { personNo: event.personNo }),
    ...(event.cardNo === undefined ? {} : { cardNo: event.cardNo }),
    direction,
    ...(direction === 'unknown' ? {} : { directionFrom: 'reader' as const }),
    method: meaning.method,
    result: meaning.result,
    ...(meaning.reason === undefined ? {} : { reason: meaning.reason }),
    code: { scheme: 'hik', raw: code },
    codeTable: tableName(by.table),
    observedText: event.text,
    observedAt: event.at,
    live: (source === 'stream' || source === 'push') && event.current !== false,
    source,
  };
}
