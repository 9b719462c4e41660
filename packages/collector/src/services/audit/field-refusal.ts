import type { Clock, Logger } from '@cardwatch/kernel';
import type { PeopleRole } from '../../store/people/roles.ts';
import { Seldom } from './seldom.ts';

/** What broker and ingest refuse: who, from where, why; never a payload. */
export type FieldRefusal =
  | { readonly refusal: string; readonly ip: string; readonly agent: string | undefined; readonly detail: string }
  | { readonly action: string; readonly agent: string; readonly reason: string };

/** Takes refusals from the field side into the trail, each kind of an agent once a minute. */
export function fieldRefusals({
  people,
  clock,
  log,
}: {
  readonly people: PeopleRole;
  readonly clock: Clock;
  readonly log: Logger;
}): (entry: FieldRefusal) => void {
  const seldom = new Seldom(clock);
  return (entry) => {
    const { agent = '-' } = entry;
    const [action, result, ip] =
      'refusal' in entry ? [`broker.${entry.refusal}`, entry.detail, entry.ip] : [`ingest.${entry.action}`, entry.reason, '-'];
    if (!seldom.pass(`${action} ${agent} ${ip}`)) return;
    people
      .appendAudit({ at: clock.now(), actor: `agent:${agent}`, ip, action, object: agent, result, detail: '{}' })
      .catch((error: unknown) => log.log('error', 'audit.failed', { error: String(error) }));
  };
}
