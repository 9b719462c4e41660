/** Words around an alarm in a message, in English. */
import type { Frame } from './frame.core.ts';

const about = (estimated: boolean): string => (estimated ? 'about ' : '');
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const frameEn: Frame = {
  level: { 1: 'Level 1', 2: 'Level 2', 3: 'Level 3' },
  reason: {
    raised: 'new',
    levelRaised: 'level raised',
    reminder: 'not yet acknowledged',
    escalated: 'escalated',
    cleared: 'cleared',
    digest: 'digest',
    storm: 'alarm storm',
    flapping: 'flapping',
    test: 'channel test',
  },
  records: (count, estimated) => `${about(estimated)}${plural(count, 'record')} not uploaded`,
  yuan: (amount, estimated) => `${about(estimated)}¥${amount}`,
  oldest: (time) => `Oldest record: ${time}`,
  place: (place) => `Place: ${place}`,
  since: (time) => `Since: ${time}`,
  clearedAt: (time, minutes) => `Cleared: ${time}, after ${plural(minutes, 'minute')}`,
  devices: (names, more) => `Devices: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  symptoms: (count) => `Explains ${plural(count, 'other alarm')}`,
  digest: (raised, cleared) => `${raised} raised, ${cleared} cleared`,
  line: (what, title) => `${what === 'raised' ? '●' : '○ cleared'} ${title}`,
  moreLines: (count) => `… and ${count} more, see the list`,
  storm: (total, active, groups) => `Alarm storm: ${total} in all, ${active} still active (${groups})`,
  group: (name, count) => `${name}: ${count}`,
  reference: (id) => `Ref #${id}`,
};
