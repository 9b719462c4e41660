import type { PersonDto, Role } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { peopleLimits } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export interface NewUser {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly password: string;
}

export async function addUser(
  services: Pick<Services, 'people' | 'passwords' | 'clock'>,
  caller: Caller,
  { name, displayName, role, password }: NewUser,
): Promise<Result<PersonDto, ServiceFailure>> {
  const hashed = await services.passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const createdAt = services.clock.now();
  const act = { action: 'user.add', object: name, result: 'ok', detail: { given: role } };
  const person = { name, displayName, role, password: hashed.value, createdAt };
  const made = await services.people.addPerson(person, auditOf(caller, act, createdAt));
  if (made.ok) return ok(made.value);
  if (made.error.kind === 'exists') return err({ kind: 'exists', place: 'name', value: name });
  return err({ kind: 'full', limit: peopleLimits.persons });
}
