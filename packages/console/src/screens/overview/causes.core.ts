import type { AlarmDto, RecipientDto } from '@cardwatch/contracts/api';

/** What somebody has to see to: raised, still burning, explained by nothing else. Worst level first, then most money, most records, longest. */
export function causesOf(alarms: readonly AlarmDto[]): readonly AlarmDto[] {
  return alarms
    .filter(({ causeId, raisedAt, condition }) => causeId === null && raisedAt !== null && condition !== 'cleared')
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

/** Whether the cause says already that something is wrong in this area of this campus. */
export const speaksOf = (alarm: AlarmDto, campus: string, area: string): boolean =>
  alarm.campus === campus && (alarm.area === null ? alarm.subject.kind === 'campus' : alarm.area.split('/').at(-1) === area);
