import type { PoliciesDto, RecipientDto, ShiftsDto } from '@cardwatch/contracts/api';
import type { ChannelKind, NoticePolicy, Recipient, Shift } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { listPolicies, listRecipients, listShifts } from './list.ts';
import { recipientDto } from './mask.core.ts';

export const dutyLimits = { recipients: 500, shiftsMs: 92 * dayMs, shiftMs: 7 * dayMs } as const;

interface Reasoned {
  readonly reason: string;
  readonly idempotencyKey: string;
}

export async function savePolicies(
  services: Watched,
  caller: Caller,
  { policies, reason, idempotencyKey }: Reasoned & { readonly policies: readonly NoticePolicy[] },
): Promise<Result<PoliciesDto, ServiceFailure>> {
  const { recipients } = await services.watch.settings();
  const fault = policiesFault(policies, new Set(recipients.map(({ recipientId }) => recipientId)));
  if (fault !== undefined) return err(fault);
  const act = { kind: 'savePolicies', policies, reason } as const;
  const detail = { policies: policies.map(({ policyId }) => policyId), reason };
  const done = await order(services, caller, { act, idempotencyKey, object: 'policies', detail });
  return done.ok ? listPolicies(services) : done;
}

function policiesFault(policies: readonly NoticePolicy[], known: ReadonlySet<string>): ServiceFailure | undefined {
  const ids = policies.map(({ policyId }) => policyId);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) return { kind: 'invalid', place: 'body.policies.policyId', value: twice, expected: 'unique' };
  const named = policies.flatMap(({ steps, deputy }) => [
    ...steps.flatMap(({ who }) => who.filter((one) => !one.startsWith('duty:'))),
    ...(deputy === undefined ? [] : [deputy]),
  ]);
  const stranger = named.find((one) => !known.has(one));
  if (stranger === undefined) return undefined;
  return { kind: 'invalid', place: 'body.policies.who', value: stranger, expected: 'a recipient | duty:<name>' };
}

export interface RecipientAsk extends Omit<Recipient, 'addresses'>, Reasoned {
  /** null: as it is. */
  readonly addresses: readonly { readonly channel: ChannelKind; readonly address: string | null }[];
}

/** The trail says which channels it has, never an address. */
export async function saveRecipient(
  services: Watched,
  caller: Caller,
  { reason, idempotencyKey, addresses, ...head }: RecipientAsk,
): Promise<Result<RecipientDto, ServiceFailure>> {
  const { recipients } = await services.watch.settings();
  const before = recipients.find(({ recipientId }) => recipientId === head.recipientId);
  if (before === undefined && recipients.length >= dutyLimits.recipients)
    return err({ kind: 'full', limit: dutyLimits.recipients });
  const kept: Recipient['addresses'] = [];
  for (const { channel, address } of addresses) {
    const known = address ?? before?.addresses.find((one) => one.channel === channel)?.address;
    if (known === undefined) return err({ kind: 'invalid', place: `body.addresses.${channel}`, expected: 'an address' });
    kept.push({ channel, address: known });
  }
  const recipient: Recipient = { ...head, addresses: kept };
  const act = { kind: 'saveRecipient', recipient, reason } as const;
  const detail = { channels: kept.map(({ channel }) => channel), user: head.user, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: head.recipientId, detail });
  return done.ok ? ok(recipientDto(recipient)) : done;
}

export async function removeRecipient(
  services: Watched,
  caller: Caller,
  { recipientId, reason, idempotencyKey }: Reasoned & { readonly recipientId: string },
): Promise<Result<{ items: RecipientDto[] }, ServiceFailure>> {
  const { policies, shifts, recipients } = await services.watch.settings();
  const again = (await services.watch.actDone(idempotencyKey)) !== null;
  if (!again && !recipients.some((one) => one.recipientId === recipientId))
    return err({ kind: 'notFound', place: 'recipientId', value: recipientId });
  const now = services.clock.now();
  const inPolicy = policies.some(
    ({ steps, deputy }) => deputy === recipientId || steps.some(({ who }) => who.includes(recipientId)),
  );
  if (inPolicy) return err({ kind: 'refused', why: 'namedByPolicy' });
  if (shifts.some((shift) => shift.recipientId === recipientId && shift.to > now))
    return err({ kind: 'refused', why: 'hasShifts' });
  const act = { kind: 'removeRecipient', recipientId, reason } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: recipientId, detail: { reason } });
  return done.ok ? listRecipients(services) : done;
}

export interface ShiftsAsk extends Reasoned {
  readonly duties: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly shifts: readonly Shift[];
}

export async function saveShifts(
  services: Watched,
  caller: Caller,
  { duties, from, to, shifts, reason, idempotencyKey }: ShiftsAsk,
): Promise<Result<ShiftsDto, ServiceFailure>> {
  const { recipients } = await services.watch.settings();
  const fault = shiftsFault({ duties, from, to, shifts }, new Set(recipients.map(({ recipientId }) => recipientId)));
  if (fault !== undefined) return err(fault);
  const act = { kind: 'saveShifts', duties, from: epochMs(from), to: epochMs(to), shifts, reason } as const;
  const detail = { duties, from, to, shifts: shifts.length, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: 'shifts', detail });
  return done.ok ? listShifts(services) : done;
}

function shiftsFault(
  { duties, from, to, shifts }: Omit<ShiftsAsk, keyof Reasoned>,
  known: ReadonlySet<string>,
): ServiceFailure | undefined {
  if (to <= from || to - from > dutyLimits.shiftsMs)
    return { kind: 'invalid', place: 'body.to', value: String(to), expected: `> from, <= from + ${dutyLimits.shiftsMs} ms` };
  for (const shift of shifts) {
    const place = 'body.shifts';
    if (!duties.includes(shift.duty)) return { kind: 'invalid', place, value: shift.duty, expected: duties.join(' | ') };
    if (!known.has(shift.recipientId)) return { kind: 'invalid', place, value: shift.recipientId, expected: 'a recipient' };
    if (shift.from < from || shift.from >= to)
      return { kind: 'invalid', place, value: String(shift.from), expected: '>= from, < to' };
    if (shift.to <= shift.from || shift.to - shift.from > dutyLimits.shiftMs)
      return { kind: 'invalid', place, value: String(shift.to), expected: `> from, <= from + ${dutyLimits.shiftMs} ms` };
  }
  return undefined;
}
