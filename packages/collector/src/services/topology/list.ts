import type { TopologyDto } from '@cardwatch/contracts/api';
import type { TopologySuggestion } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export async function showTopology({ watch }: Watched): Promise<Result<TopologyDto, ServiceFailure>> {
  const { topology, bindings } = await watch.settings();
  return ok({ nodes: [...topology], bindings: [...bindings] });
}

export const listSuggestions = (
  { watch }: Watched,
  ask: PageAsk & { readonly state?: string | undefined },
): Promise<PageResult<TopologySuggestion>> => watch.suggestions(ask);

export interface DecideAsk {
  readonly suggestionId: string;
  readonly decision: 'confirmed' | 'rejected';
  readonly reason: string;
  readonly idempotencyKey: string;
}

export async function decideSuggestion(
  services: Watched,
  caller: Caller,
  { suggestionId, decision, reason, idempotencyKey }: DecideAsk,
): Promise<Result<TopologySuggestion, ServiceFailure>> {
  const missing = err({ kind: 'notFound', place: 'suggestionId', value: suggestionId } as const);
  if ((await services.watch.suggestion(suggestionId)) === null) return missing;
  const act = { kind: 'decideSuggestion', suggestionId, decision, reason } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: suggestionId, detail: { decision, reason } });
  if (!done.ok) return done;
  const after = await services.watch.suggestion(suggestionId);
  return after === null ? missing : ok(after);
}
