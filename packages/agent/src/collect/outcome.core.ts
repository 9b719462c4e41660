import type { DeviceKind } from '@cardwatch/contracts';
import type { DriverFailure } from '@cardwatch/drivers';
import { minuteMs } from '@cardwatch/kernel';
import { proofOf } from './doubt.core.ts';
import type { Outcome } from './plan.core.ts';

/** How long a device that refused our credentials rests: most lock an account after five to seven tries. */
export const restAfterRefusalMs: Readonly<Record<DeviceKind, number>> = {
  gate: 30 * minuteMs,
  network: 10 * minuteMs,
  pos: 5 * minuteMs,
  shower: 5 * minuteMs,
  meter: 5 * minuteMs,
  other: 10 * minuteMs,
};

/** What the failure of a device says to the plan of its line. `shared`: others hang on the line, so that it is to blame when it cannot be reached. */
export function outcomeOf(
  failure: DriverFailure,
  { shared, kind }: { readonly shared: boolean; readonly kind: DeviceKind },
): Outcome & { readonly ok: false } {
  const proof = proofOf(failure);
  return {
    ok: false,
    parentDown: failure.kind === 'unreachable' && shared,
    ...(failure.kind === 'closed' || failure.kind === 'unreachable' ? {} : { silent: failure.kind === 'timeout' }),
    ...(proof === undefined ? {} : { proof }),
    ...(failure.kind === 'unauthorised' ? { restMs: restAfterRefusalMs[kind] } : {}),
  };
}
