import type { PersonDto } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { actsOf, standingOf } from './acts.core.ts';

const now = 1_000;
const person = (change: Partial<PersonDto> = {}): PersonDto => ({
  name: 'li',
  displayName: '李工',
  role: 'duty',
  areas: null,
  disabled: false,
  createdAt: 0,
  lastSignInAt: null,
  lockedUntil: null,
  resetPending: false,
  ...change,
});

describe('an account', () => {
  test.each<[string, Partial<PersonDto>, string, readonly string[]]>([
    ['as made', {}, 'person.enabled', ['disableUser', 'resetPassword']],
    ['locked', { lockedUntil: now + 1 }, 'people.locked', ['disableUser', 'resetPassword', 'unlockUser']],
    ['no longer locked', { lockedUntil: now }, 'person.enabled', ['disableUser', 'resetPassword']],
    ['reset', { resetPending: true }, 'people.resetPending', ['disableUser', 'resetPassword']],
    ['disabled and reset', { disabled: true, resetPending: true }, 'person.disabled', ['enableUser']],
    ['disabled and locked', { disabled: true, lockedUntil: now + 1 }, 'person.disabled', ['enableUser', 'unlockUser']],
  ])('%s', (_what, change, standing, acts) => {
    expect(standingOf(person(change), now)).toBe(standing);
    expect(actsOf(person(change), 'boss', now)).toEqual(acts);
  });

  test('of one’s own is neither disabled nor reset by oneself', () => {
    expect(actsOf(person(), 'li', now)).toEqual([]);
    expect(actsOf(person({ lockedUntil: now + 1 }), 'li', now)).toEqual(['unlockUser']);
  });
});
