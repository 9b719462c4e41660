import type { PersonDto } from '@cardwatch/contracts/api';

export type PersonAct = 'disableUser' | 'enableUser' | 'unlockUser' | 'resetPassword';

/** What an administrator may do to this account now; one's own password is changed in one's own menu, and oneself is not disabled. */
export function actsOf(person: PersonDto, own: string | undefined, now: number): readonly PersonAct[] {
  const locked: readonly PersonAct[] = isLocked(person, now) ? ['unlockUser'] : [];
  if (person.name === own) return locked;
  return person.disabled ? ['enableUser', ...locked] : ['disableUser', 'resetPassword', ...locked];
}

export const isLocked = ({ lockedUntil }: PersonDto, now: number): boolean => lockedUntil !== null && lockedUntil > now;

/** The one word for the state column: what keeps the person out comes first. */
export function standingOf(
  person: PersonDto,
  now: number,
): 'person.disabled' | 'people.resetPending' | 'people.locked' | 'person.enabled' {
  if (person.disabled) return 'person.disabled';
  if (person.resetPending) return 'people.resetPending';
  return isLocked(person, now) ? 'people.locked' : 'person.enabled';
}
