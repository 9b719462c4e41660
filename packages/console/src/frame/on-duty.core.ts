import type { RecipientDto, ShiftsDto } from '@cardwatch/contracts/api';

export interface OnDuty {
  readonly duty: string;
  readonly name: string;
  /** Masked, as the API gives it; undefined: none is known. */
  readonly phone: string | undefined;
  readonly until: number;
}

const phoneChannels: ReadonlySet<string> = new Set(['sms', 'voice']);

/** Who stands where now; of shifts of one duty the later row counts, those on site first. */
export function onDutyNow(
  { shifts }: Pick<ShiftsDto, 'shifts'>,
  people: readonly RecipientDto[],
  now: number,
): readonly OnDuty[] {
  const standing = new Map(shifts.filter(({ from, to }) => from <= now && now < to).map((shift) => [shift.duty, shift]));
  return [...standing.values()]
    .toSorted((a, b) => Number(b.onSite) - Number(a.onSite) || a.duty.localeCompare(b.duty))
    .map(({ duty, recipientId, to }) => {
      const person = people.find((one) => one.recipientId === recipientId);
      const phone = person?.addresses.find(({ channel }) => phoneChannels.has(channel))?.masked;
      return { duty, name: person?.displayName ?? recipientId, phone, until: to };
    });
}
