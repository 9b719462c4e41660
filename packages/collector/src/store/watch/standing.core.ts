/** What is over: it stands in lists and reports, no longer in the watch's memory. */
import type { Alarm, Incident, Notice } from '@cardwatch/contracts/watch';

/** Gone, and nobody has it in hand: what is assigned, worked on or held stays until somebody says that it is done. */
export const isAlarmOver = ({ condition, handling }: Pick<Alarm, 'condition' | 'handling'>): boolean =>
  condition === 'cleared' && handling !== 'assigned' && handling !== 'working' && handling !== 'onHold';

export const isIncidentOver = ({ state }: Pick<Incident, 'state'>): boolean =>
  state === 'closed' || state === 'merged' || state === 'falseAlarm';

/** One message for (alarm, transition, recipient, channel); null for one that tells several alarms: its id is its key. */
export function toldKey({ alarmIds, reason, transition, recipient, channel }: Notice): string | null {
  const [alarmId] = alarmIds;
  if (alarmId === undefined || alarmIds.length > 1 || reason === 'digest') return null;
  return `${alarmId}/${transition}/${channel}/${recipient}`;
}
