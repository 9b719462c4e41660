import type { AlarmDto, RecipientDto } from '@cardwatch/contracts/api';

/** What somebody has to see to: raised, still burning, explained by nothing else. Worst level first, then most money, most records, longest. */
export function causesOf(alarms: readonly AlarmDto[]): readonly AlarmDto[] {
  return alarms
    .filter(
      ({ causeId, raisedAt, condition, suppressedBy }) =>
        causeId === null && raisedAt !== null && condition !== 'cleared' && suppressedBy.length === 0,
    )
    .toSorted(
      (a, b) =>
        a.level - b.level ||
        (b.exposure.fen ?? 0) - (a.exposure.fen ?? 0) ||
        b.exposure.records - a.exposure.records ||
        since(a) - since(b),
    );
}

export const since = ({ raisedAt, since: from }: AlarmDto): number => raisedAt ?? from;

/** Display name of who has it; the account's name where nobody of that name is told of anything; undefined: nobody has it. */
export function takenBy(
  { owner, handling }: Pick<AlarmDto, 'owner' | 'handling'>,
  people: readonly RecipientDto[],
): string | undefined {
  if (owner === null || handling === 'new') return undefined;
  return people.find(({ user, recipientId }) => user === owner || recipientId === owner)?.displayName ?? owner;
}

interface Place {
  readonly campus: string;
  readonly building: string;
  readonly area: string;
}
const nameOf = ({ campus, building, area }: Place): string => [campus, building, area].join('\n');

/** `campus/building/area`, as alarms name it. */
function placeOf(campus: string, path: string): Place {
  const [, building = '', area = ''] = path.split('/');
  return { campus, building, area };
}

/** Areas of which some open alarm speaks (`spoken`), and those whose trouble another alarm explains (`explained`), for `speaks`. */
export function areasOfAlarms(alarms: readonly AlarmDto[]): {
  readonly spoken: ReadonlySet<string>;
  readonly explained: ReadonlySet<string>;
} {
  const placed = alarms.flatMap((alarm) => {
    const { campus, area } = alarm;
    return campus === null || area === null || alarm.condition === 'cleared' || isAside(alarm)
      ? []
      : [{ alarm, name: nameOf(placeOf(campus, area)) }];
  });
  const speaking = placed.filter(({ alarm }) => alarm.raisedAt !== null || alarm.causeId !== null);
  const spoken = new Set(speaking.map(({ name }) => name));
  const explained = new Set(placed.filter(({ alarm }) => alarm.causeId !== null).map(({ name }) => name));
  return { spoken, explained };
}

/** Of cards and money: it says nothing of how devices stand. */
const isAside = ({ subject, rule }: AlarmDto): boolean => subject.kind === 'card' || rule === 'recordGap';

export const speaks = (areas: ReadonlySet<string>, place: Place): boolean => areas.has(nameOf(place));
