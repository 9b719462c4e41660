import type { Clock, Logger } from '@cardwatch/kernel';
import type { RefusalFact } from '../../core/world/world.core.ts';
import type { PeopleRole } from '../../store/people/roles.ts';
import type { RefusalBook } from './refusal-book.core.ts';
import { Seldom } from './seldom.ts';

/** What broker, ingest and the HTTP side refuse: who, from where, why; never a payload. `of`: left out, the broker. */
export type FieldRefusal =
  | {
      readonly of?: 'http';
      readonly refusal: string;
      readonly ip: string;
      readonly agent: string | undefined;
      readonly detail: string;
    }
  | { readonly action: string; readonly agent: string; readonly reason: string };

/** Rows of the trail that refusals from the field may make in a minute, whoever makes them. */
export const fieldRowsPerMinute = 60;

/** Refusals before the secret was right name an agent of the caller's choice: they are told apart by address alone. */
const proven: ReadonlySet<string> = new Set([
  'publish',
  'subscribe',
  'throttled',
  'takeovers',
  'flapping',
  'slowReader',
  'silent',
]);

/** Slowed or lost and not refused, or watched by a rule of their own. */
const noRefusals: ReadonlySet<string> = new Set(['throttled', 'silent', 'duplicateIdentity']);

/** What the sign-in, or the refusal of a signed-in caller, has written into the trail itself. */
const writtenAlready: ReadonlySet<string> = new Set(['badCredentials', 'locked', 'quota', 'setupCode', 'resetCode']);

function factOf(entry: FieldRefusal): Omit<RefusalFact, 'count'> | undefined {
  const limit = 'refusal' in entry ? entry.refusal : entry.action;
  if (noRefusals.has(limit)) return undefined;
  if (!('refusal' in entry)) return { source: 'agent', who: entry.agent, limit };
  const isProven = proven.has(limit) && entry.agent !== undefined;
  return isProven ? { source: 'agent', who: entry.agent ?? '-', limit } : { source: 'address', who: entry.ip, limit };
}

/** Notes refusals in the book and takes them into the trail, each kind of an agent or address once a minute, with how many there were in between. */
export function fieldRefusals({
  people,
  book,
  clock,
  log,
}: {
  readonly people: Pick<PeopleRole, 'appendAudit'>;
  readonly book: RefusalBook;
  readonly clock: Clock;
  readonly log: Logger;
}): (entry: FieldRefusal) => void {
  const seldom = new Seldom(clock, fieldRowsPerMinute);
  return (entry) => {
    const { agent = '-' } = entry;
    const fact = factOf(entry);
    if (fact !== undefined) book.note(fact, clock.now());
    if ('refusal' in entry && entry.of === 'http' && writtenAlready.has(entry.refusal)) return;
    const [action, result, ip] =
      'refusal' in entry
        ? [`${entry.of ?? 'broker'}.${entry.refusal}`, entry.detail, entry.ip]
        : [`ingest.${entry.action}`, entry.reason, '-'];
    const known = 'refusal' in entry && !proven.has(entry.refusal) ? '-' : agent;
    const held = seldom.take(`${action} ${known} ${ip}`);
    if (held === undefined) return;
    const detail = JSON.stringify(held === 0 ? {} : { heldBack: held });
    people
      .appendAudit({ at: clock.now(), actor: agent === '-' ? '-' : `agent:${agent}`, ip, action, object: agent, result, detail })
      .catch((error: unknown) => log.log('error', 'audit.failed', { error: String(error) }));
  };
}
