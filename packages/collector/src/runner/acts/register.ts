/** Acts on the register 台账: a plan is applied whole to the register that it was made from, kept with who and why, and taken back by another plan. */
import type { RegisterImport, TopologySuggestion } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, unreachable } from '@cardwatch/kernel';
import type { GraphFailure } from '../../core/cause/index.core.ts';
import { type ApplyFailure, applyPlan, confirmPlan, countsOf, inverse, kindOf } from '../../core/register/index.core.ts';
import type { RegisterPlan } from '../../core/register/index.core.ts';
import type { ActFailure } from '../../core/watch/act.core.ts';
import type { RegisterImportRow, Settings, WatchChange, WatchStore } from '../../store/watch/roles.ts';
import { type ActOf, doneWith, type NewSetting, type Worked } from './work.ts';

/** Devices of the register, and merchants: each list is one setting. */
export const registerLimits = { devices: 20_000, bindings: 100_000 } as const;

export interface RegisterGround {
  readonly settings: Settings;
  readonly deviceIds: Iterable<string>;
  readonly store: Pick<WatchStore, 'suggestion' | 'registerImport'>;
}

type RegisterAct = ActOf<'applyRegister' | 'rollbackRegister' | 'decideSuggestion'>;

export async function registerWork(ground: RegisterGround, act: RegisterAct, now: EpochMs): Promise<Worked> {
  switch (act.kind) {
    case 'applyRegister': {
      const { plan, digest, reason } = act;
      return changed(ground, plan, { ...headOf(act, now), kind: digest === null ? 'edit' : 'import', reason, digest });
    }
    case 'rollbackRegister':
      return rollback(ground, act, now);
    case 'decideSuggestion':
      return decide(ground, act, now);
    default:
      return unreachable(act);
  }
}

type Head = Omit<RegisterImport, 'counts'>;

const headOf = ({ idempotencyKey, by, reason }: RegisterAct, now: EpochMs): Omit<Head, 'kind'> => ({
  importId: idempotencyKey,
  at: now,
  by,
  reason,
  digest: null,
  rollbackOf: null,
  rolledBackBy: null,
});

interface More {
  readonly imports?: readonly RegisterImportRow[];
  readonly change?: WatchChange;
  /** What the caller is told of; else the change of the register. */
  readonly id?: string;
}

function changed(
  { settings, deviceIds }: RegisterGround,
  plan: RegisterPlan,
  head: Head,
  { imports = [], change = {}, id = head.importId }: More = {},
): Worked {
  const applied = applyPlan(settings, plan, deviceIds);
  if (!applied.ok) return err(problemOf(applied.error, head.kind === 'rollback'));
  const { places, topology, bindings } = applied.value.register;
  const full = [
    { rows: places.length, limit: registerLimits.devices },
    { rows: topology.length, limit: registerLimits.devices },
    { rows: bindings.length, limit: registerLimits.bindings },
  ].find(({ rows, limit }) => rows > limit);
  if (full !== undefined) return err({ kind: 'full', limit: full.limit });
  const touched = new Set(plan.map(({ table }) => table));
  const values: readonly NewSetting[] = [
    { name: 'places', value: places, reason: head.reason },
    { name: 'topology', value: topology, reason: head.reason },
    { name: 'bindings', value: bindings, reason: head.reason },
  ];
  const item = { ...head, counts: countsOf(plan.map((edit) => ({ kind: kindOf(edit) }))) };
  return ok({
    done: doneWith(id),
    settings: values.filter(({ name }) => touched.has(name as 'places' | 'topology' | 'bindings')),
    change: { ...change, imports: [{ item, plan }, ...imports] },
  });
}

async function rollback(ground: RegisterGround, act: ActOf<'rollbackRegister'>, now: EpochMs): Promise<Worked> {
  const row = await ground.store.registerImport(act.importId);
  if (row === null) return err({ kind: 'notFound', what: 'importId', id: act.importId });
  if (row.item.rolledBackBy !== null) return err({ kind: 'refused', why: 'rolledBack' });
  if (row.item.kind === 'rollback') return err({ kind: 'refused', why: 'isRollback' });
  const head: Head = { ...headOf(act, now), kind: 'rollback', rollbackOf: act.importId };
  return changed(ground, inverse(row.plan), head, { imports: [{ item: { ...row.item, rolledBackBy: head.importId } }] });
}

async function decide(ground: RegisterGround, act: ActOf<'decideSuggestion'>, now: EpochMs): Promise<Worked> {
  const suggestion = await ground.store.suggestion(act.suggestionId);
  if (suggestion === null) return err({ kind: 'notFound', what: 'suggestionId', id: act.suggestionId });
  if (suggestion.state !== 'open') return err({ kind: 'refused', why: suggestion.state });
  const decided: TopologySuggestion = { ...suggestion, state: act.decision, decidedBy: act.by };
  const change = { suggestions: [decided] };
  const plan = act.decision === 'rejected' ? [] : confirmPlan(ground.settings, suggestion, act.as);
  if (plan.length === 0) return ok({ done: doneWith(act.suggestionId), change });
  return changed(ground, plan, { ...headOf(act, now), kind: 'suggestion' }, { change, id: act.suggestionId });
}

function problemOf(failure: ApplyFailure, isRollback: boolean): ActFailure {
  switch (failure.kind) {
    case 'changedSince':
      return isRollback ? { kind: 'inTheWay', rows: failure.keys } : { kind: 'changedMeanwhile' };
    case 'overlap':
      return { kind: 'invalid', place: 'bindings', expected: `no overlap: ${failure.keys.join(', ')}`.slice(0, 400) };
    case 'graph':
      return graphProblem(failure.why);
    default:
      return unreachable(failure);
  }
}

function graphProblem(failure: GraphFailure): ActFailure {
  switch (failure.kind) {
    case 'cycle':
      return { kind: 'invalid', place: 'nodes', expected: `no circle: ${failure.nodes.join(' > ')}` };
    case 'unknownParents': {
      const ways = failure.missing.map(({ nodeId, parent }) => `${nodeId} > ${parent}`).join(', ');
      return { kind: 'invalid', place: 'nodes', expected: `parents that are known: ${ways}`.slice(0, 400) };
    }
    case 'tooLarge':
      return { kind: 'full', limit: failure.max };
    case 'duplicateNode':
    case 'emptyGroup':
    case 'tooDeep':
      return { kind: 'invalid', place: 'nodes', expected: `${failure.kind} ${failure.nodeId}` };
    default:
      return unreachable(failure);
  }
}
