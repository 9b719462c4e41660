import type { PoliciesDto, RecipientDto, ShiftsDto } from '@cardwatch/contracts/api';
import { dayMs, ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { dutiesOf, shiftGaps } from './gaps.core.ts';
import { recipientDto } from './mask.core.ts';

/** How far ahead shifts are shown and looked through for gaps. */
export const shiftsShownMs = 14 * dayMs;

export const listPolicies = async ({ watch }: Watched): Promise<Result<PoliciesDto, ServiceFailure>> =>
  ok({ policies: [...(await watch.settings()).policies] });

export const listRecipients = async ({ watch }: Watched): Promise<Result<{ items: RecipientDto[] }, ServiceFailure>> =>
  ok({ items: (await watch.settings()).recipients.map(recipientDto) });

export async function listShifts({ watch, clock }: Watched): Promise<Result<ShiftsDto, ServiceFailure>> {
  const from = clock.now();
  const to = from + shiftsShownMs;
  const { shifts, policies } = await watch.settings();
  const shown = shifts.filter((shift) => shift.to > from && shift.from < to).toSorted((a, b) => a.from - b.from);
  const named = dutiesOf(policies.flatMap(({ steps }) => steps.flatMap(({ who }) => who)));
  return ok({ from, to, shifts: shown, gaps: shiftGaps(shown, named, { from, to }) });
}
