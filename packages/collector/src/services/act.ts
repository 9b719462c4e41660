/** Has the watch do something for a caller: audited before it is done, its failures in the services' words. */
import { err, type Result, unreachable } from '@cardwatch/kernel';
import type { Act, ActDone, ActFailure, ActHead } from '../core/watch/act.core.ts';
import { auditOf, type Caller } from './caller.ts';
import type { ServiceFailure } from './failure.ts';
import { watchRetryS, type Watched } from './watch-desk.ts';

type Bare<A> = A extends ActHead ? Omit<A, keyof ActHead> : never;

export interface Order {
  readonly act: Bare<Act>;
  readonly idempotencyKey: string;
  /** What the trail says that it was done to. */
  readonly object: string;
  /** What else the trail keeps: reasons and notes, never addresses or tokens. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The trail says what was asked; when the watch refuses, a second row says why. */
export async function order(
  services: Watched,
  caller: Caller,
  { act, idempotencyKey, object, detail }: Order,
): Promise<Result<ActDone, ServiceFailure>> {
  const at = services.clock.now();
  const action = `watch.${act.kind}`;
  const audit = (result: string): Promise<void> =>
    services.people.appendAudit(
      auditOf(caller, { action, object, result, detail: { ...detail, id: idempotencyKey } }, services.clock.now()),
    );
  await audit('ok');
  const done = await services.watch.act({ ...act, by: caller.actor, at, idempotencyKey });
  if (done.ok) return done;
  await audit(done.error.kind === 'refused' ? `refused: ${done.error.why}` : done.error.kind);
  return err(failureOf(done.error));
}

/** A refusal of the watch in the services' words. */
export function failureOf(failure: ActFailure): ServiceFailure {
  switch (failure.kind) {
    case 'notFound':
      return { kind: 'notFound', place: failure.what, value: failure.id };
    case 'refused':
      return { kind: 'refused', why: failure.why };
    case 'invalid':
      return { kind: 'invalid', place: failure.place, expected: failure.expected };
    case 'inTheWay':
      return { kind: 'inTheWay', place: 'rows', value: namesOf(failure.rows) };
    case 'changedMeanwhile':
      return { kind: 'changedMeanwhile' };
    case 'keyUsed':
      return { kind: 'keyUsed' };
    case 'link':
      return { kind: 'link', why: failure.why };
    case 'full':
      return { kind: 'full', limit: failure.limit };
    case 'down':
      return { kind: 'watchDown', retryAfterS: watchRetryS };
    default:
      return unreachable(failure);
  }
}

/** So many rows are named. */
const namedMax = 20;

const namesOf = (rows: readonly string[]): string =>
  [...rows.slice(0, namedMax), ...(rows.length > namedMax ? [`+${rows.length - namedMax}`] : [])].join(', ');
