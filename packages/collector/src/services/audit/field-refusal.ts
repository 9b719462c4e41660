import type { Clock, Logger } from '@cardwatch/kernel';
import type { PeopleRole } from '../../store/people/roles.ts';
import { Seldom } from './seldom.ts';

/** What broker and ingest refuse: who, from where, why; never a payload. */
export type FieldRefusal =
  | { readonly refusal: string; readonly ip: string; readonly agent: string | undefined; readonly detail: string }
  | { readonly action: string; readonly agent: string; readonly reason: string };

/** Rows of the trail that refusals from the field may make in a minute, whoever makes them. */
export const fieldRowsPerMinute = 60;

/** Refusals before the secret was right name an agent of the caller's choice: they are told apart by address alone. */
const proven: ReadonlySet<string> = new Set(['publish', 'subscribe', 'throttled']);

/** Takes refusals from the field side into the trail, each kind of an agent once a minute, with how many there were in between. */
export function fieldRefusals({
  people,
  clock,
  log,
}: {
  readonly people: PeopleRole;
  readonly clock: Clock;
  readonly log: Logger;
}): (entry: FieldRefusal) => void {
  const seldom = new Seldom(clock, fieldRowsPerMinute);
  return (entry) => {
    const { agent = '-' } = entry;
    const [action, result, ip] =
      'refusal' in entry ? [`broker.${entry.refusal}`, entry.detail, entry.ip] : [`ingest.${entry.action}`, entry.reason, '-'];
    const known = 'refusal' in entry && !proven.has(entry.refusal) ? '-' : agent;
    const held = seldom.take(`${action} ${known} ${ip}`);
    if (held === undefined) return;
    const detail = JSON.stringify(held === 0 ? {} : { heldBack: held });
    people
      .appendAudit({ at: clock.now(), actor: `agent:${agent}`, ip, action, object: agent, result, detail })
      .catch((error: unknown) => log.log('error', 'audit.failed', { error: String(error) }));
  };
}
