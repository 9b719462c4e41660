/** Events of the stream other than passes. They carry no number: what is lost with the stream is lost, and the state is polled. */
import type { EpochMs } from '@cardwatch/kernel';
import type { RawEvent } from '../contract.ts';
import { type CodeTable, meaningOf } from '../gate/code-table.core.ts';
import { type Fields, count32At, textAt } from '../gate/fields.core.ts';
import type { GateEvent } from '../gate/intake.ts';
import { isoShanghai } from '../gate/iso-time.core.ts';
import type { DahuaProfile } from './model.ts';
import { epochOf } from './pass.core.ts';

export interface Told {
  readonly code: string;
  readonly action: string;
  readonly data: Fields;
}

/** Undefined for a code that the table does not know: the stream tells of many things that are none of ours. */
export function stateEventOf(
  { code, action, data }: Told,
  { codeTable, createTime }: { readonly codeTable: CodeTable; readonly createTime: DahuaProfile['createTime'] },
  now: EpochMs,
): GateEvent | undefined {
  const status = textAt(data, 'Status');
  const meaning =
    (status === undefined ? undefined : meaningOf(codeTable, `${code}/${action}/${status}`)) ??
    meaningOf(codeTable, `${code}/${action}`);
  const seconds = count32At(data, 'UTC') ?? count32At(data, 'CreateTime');
  const at = seconds === undefined ? now : epochOf(seconds, createTime);
  const told = { observedText: isoShanghai(at), observedAt: at };
  const event = eventOf(meaning, told, { code, action, data });
  return event === undefined ? undefined : { eventNo: undefined, observedAt: at, replayed: false, event };
}

function eventOf(
  meaning: ReturnType<typeof meaningOf>,
  told: { readonly observedText: string; readonly observedAt: EpochMs },
  { code, action, data }: Told,
): RawEvent | undefined {
  switch (meaning?.as) {
    case 'door':
      return { type: 'door', ...told, point: meaning.point, state: meaning.state };
    case 'alarm':
      return { type: 'deviceAlarm', ...told, alarm: meaning.alarm, active: meaning.active, detail: `${code}/${action}` };
    case 'audit': {
      const actor = textAt(data, 'UserID', 32);
      return {
        type: 'deviceAudit',
        ...told,
        action: meaning.action,
        ...(actor === undefined ? {} : { actor }),
        detail: `${code}/${action}`,
      };
    }
    case 'pass':
    case undefined:
      return undefined;
  }
}
