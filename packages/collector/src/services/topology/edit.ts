/** Single changes of the register: each is a plan like an import, kept with who and why, and can be taken back. */
import type { DeviceId } from '@cardwatch/contracts';
import type { RegisteredDeviceDto, SuggestionDto } from '@cardwatch/contracts/api';
import type { UpstreamGroup } from '@cardwatch/contracts/watch';
import { epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { bindPlan, type ConfirmAs, editPlan, endPlan, type RegisterPlan, type RowPlace } from '../../core/register/index.core.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { registeredOf, showRegistered } from './list.ts';
import { type RegisterView, registerView } from './register-view.ts';

interface Reasoned {
  readonly reason: string;
  readonly idempotencyKey: string;
}
type Shown = Promise<Result<RegisteredDeviceDto, ServiceFailure>>;

export interface EditAsk extends Reasoned {
  readonly deviceId: DeviceId;
  readonly place?: RowPlace | null | undefined;
  readonly upstream?: readonly UpstreamGroup[] | null | undefined;
  readonly port?: string | null | undefined;
}

export const editRegistered = (services: Watched, caller: Caller, { place, upstream, port, ...ask }: EditAsk): Shown =>
  change(services, caller, ask, ({ register, reaches }) => {
    if (place !== null && place !== undefined && !reaches(place.area))
      return err({ kind: 'invalid', place: 'body.place.area', value: place.area, expected: (caller.areas ?? []).join(', ') });
    return ok(editPlan(register, { deviceId: ask.deviceId, place, upstream, port }));
  });

export interface BindAsk extends Reasoned {
  readonly deviceId: DeviceId;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly validFrom: number;
  readonly validTo?: number | null | undefined;
}

export const bindMerchant = (services: Watched, caller: Caller, ask: BindAsk): Shown =>
  change(services, caller, ask, ({ register }) => {
    const { deviceId, merchantId, merchantName, validTo } = ask;
    if (validTo !== undefined && validTo !== null && validTo <= ask.validFrom) return endsEarly(validTo, ask.validFrom);
    const until = validTo === undefined || validTo === null ? validTo : epochMs(validTo);
    const binding = { merchantId, merchantName, validFrom: epochMs(ask.validFrom), validTo: until };
    const plan = bindPlan(register, deviceId, binding, services.clock.now());
    if (plan.ok) return plan;
    const { column, value, code, right } = plan.error;
    const place = `body.${column === 'validThrough' ? 'validTo' : column}`;
    return err({ kind: 'invalid', place, value, expected: `${code}: ${right}` });
  });

export interface EndAsk extends Reasoned {
  readonly deviceId: DeviceId;
  readonly validFrom: number;
  readonly validTo: number;
}

export const endMerchant = (services: Watched, caller: Caller, ask: EndAsk): Shown =>
  change(services, caller, ask, ({ register }) => {
    const plan = endPlan(register, ask);
    if (plan.ok) return plan;
    if (plan.error === 'endBeforeStart') return endsEarly(ask.validTo, ask.validFrom);
    return err({ kind: 'notFound', place: 'validFrom', value: String(ask.validFrom) });
  });

const endsEarly = (validTo: number, validFrom: number): Result<never, ServiceFailure> =>
  err({ kind: 'invalid', place: 'body.validTo', value: String(validTo), expected: `> ${validFrom}` });

/** Nothing to change is nothing done. */
async function change(
  services: Watched,
  caller: Caller,
  { deviceId, reason, idempotencyKey }: Reasoned & { readonly deviceId: DeviceId },
  planOf: (view: RegisterView) => Result<RegisterPlan, ServiceFailure>,
): Shown {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const known = registeredOf(view.value, deviceId);
  if (!known.ok) return known;
  const plan = planOf(view.value);
  if (!plan.ok) return plan;
  if (plan.value.length === 0) return known;
  const act = { kind: 'applyRegister', plan: plan.value, digest: null, reason } as const;
  const detail = { edits: plan.value.map(({ table, before, after }) => ({ table, before, after })), reason };
  const done = await order(services, caller, { act, idempotencyKey, object: deviceId, detail });
  return done.ok ? showRegistered(services, caller, deviceId) : done;
}

export interface DecideAsk extends Reasoned {
  readonly suggestionId: string;
  readonly decision: 'confirmed' | 'rejected';
  readonly as: ConfirmAs;
}

/** A link becomes topology by a person alone. */
export async function decideSuggestion(
  services: Watched,
  caller: Caller,
  { suggestionId, decision, as, reason, idempotencyKey }: DecideAsk,
): Promise<Result<SuggestionDto, ServiceFailure>> {
  const missing = err({ kind: 'notFound', place: 'suggestionId', value: suggestionId } as const);
  const before = await services.watch.suggestion(suggestionId);
  if (before === null) return missing;
  if (caller.areas !== null) {
    const view = await registerView(services, caller);
    if (!view.ok) return view;
    if (!view.value.mine(before.deviceId)) return missing;
  }
  const act = { kind: 'decideSuggestion', suggestionId, decision, as, reason } as const;
  const { deviceId, parent, evidence } = before;
  const detail = { decision, as, deviceId, parent, evidence, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: suggestionId, detail });
  if (!done.ok) return done;
  const after = await services.watch.suggestion(suggestionId);
  return after === null ? missing : ok(after);
}
