/** Events of a gate as `decode` prints them: the one shape of all protocols, told apart by `kind`. Numbers of people, tails of cards, no names. */
import type { RawEvent, RawPass } from '../contract.ts';
import type { DecodedObservation, Rejection } from '../decode.ts';
import type { EpochMs } from '@cardwatch/kernel';

/** Before 2020 a clock was never set: its battery is dead. */
const clockSetFrom = 1_577_808_000_000;

/** What stands beside an event in its message. */
export interface Aside {
  /** As the device said it. */
  readonly code?: string;
  readonly door?: string;
  readonly source?: string;
  /** Names, pictures, temperatures that were thrown away. */
  readonly discarded?: number;
}

export const timeQualityOf = (at: EpochMs | undefined): 'ok' | 'invalid' =>
  at !== undefined && at >= clockSetFrom ? 'ok' : 'invalid';

/** An observation. `timeQuality` invalid: no date, or one before any of these devices was made; then the time of receiving counts. */
export function observationOf(event: RawEvent, aside: Aside = {}): DecodedObservation {
  const { code, door, discarded = 0 } = aside;
  const told = {
    ...(event.eventNo === undefined ? {} : { deviceSeq: event.eventNo }),
    ...(event.observedText === '' ? {} : { observedText: event.observedText, deviceTime: event.observedText }),
    timeQuality: timeQualityOf(event.observedAt),
    ...(code === undefined ? {} : { code }),
    ...(door === undefined ? {} : { door }),
    ...(discarded === 0 ? {} : { discarded }),
  };
  switch (event.type) {
    case 'pass': {
      const person = plainPerson(event.personNo);
      return {
        kind: 'pass',
        result: event.result,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        method: event.method,
        direction: event.direction,
        ...(person === undefined ? {} : { person }),
        ...(event.cardNo === undefined ? {} : { cardTail: tailOf(event.cardNo) }),
        live: event.live,
        ...told,
        ...tableOf(event, code),
      };
    }
    case 'door':
      return { kind: 'door', point: event.point, state: event.state, ...told };
    case 'deviceAlarm':
      return { kind: 'health', about: 'alarm', alarm: event.alarm, active: event.active, ...detailOf(event), ...told };
    case 'deviceAudit':
      return {
        kind: 'audit',
        action: event.action,
        ...(event.actor === undefined ? {} : { actor: event.actor }),
        ...detailOf(event),
        ...told,
      };
  }
}

/** The device's code, and the table that it was read by. */
const tableOf = (event: RawPass, code = event.code.raw): { readonly code: string; readonly codeTable: string } => ({
  code,
  codeTable: event.codeTable,
});

const detailOf = ({ detail }: { readonly detail?: string }): { readonly detail?: string } =>
  detail === undefined ? {} : { detail };

/** A number, or a token of the device's own list. What has spaces or other scripts in it could be a name. */
export const plainPerson = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : undefined;

/** The last four, when there are more of them. */
export const tailOf = (card: string): string => (card.length > 4 ? `****${card.slice(-4)}` : '****');

/** Numbers that a device gave and that are not there; or that it began to count anew. */
export const gapOf = (from: number, to: number, cause: string): DecodedObservation => ({ kind: 'gap', from, to, cause });

interface Numbered {
  readonly serial: number | undefined;
  readonly at: EpochMs | undefined;
  /** Number of the event before it, as the device says. */
  readonly previous?: number | undefined;
}

/** Holes in a run of events as they came. A lower number with a later time begins a new count. */
export function gapsIn(events: readonly Numbered[]): readonly DecodedObservation[] {
  const gaps: DecodedObservation[] = [];
  let last: { readonly serial: number; readonly at: EpochMs | undefined } | undefined;
  for (const { serial, at, previous } of events) {
    if (serial === undefined) continue;
    if (last !== undefined && serial > last.serial + 1 && previous !== last.serial)
      gaps.push(gapOf(last.serial + 1, serial - 1, 'skipped'));
    const later = last?.at !== undefined && at !== undefined && at > last.at;
    const again = last !== undefined && serial < last.serial && later;
    if (again && last !== undefined) gaps.push(gapOf(last.serial, serial, 'countRestarted'));
    if (last === undefined || serial > last.serial || again) last = { serial, at };
  }
  return gaps;
}

export const rejectedAs = (
  reason: string,
  atByte = 0,
): { readonly frames: []; readonly observations: []; readonly rejected: [Rejection] } => ({
  frames: [],
  observations: [],
  rejected: [{ atByte, reason }],
});
