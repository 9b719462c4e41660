/**
 * Which process start of an agent may speak for it. A lease ends when its connection ends, or when its holder was not heard for `leaseMs`; a connection
 * that is thrown out by a second one does not end it, so a copy of the agent cannot take the lease by connecting.
 */
import type { EpochMs } from '@cardwatch/kernel';

export interface Lease {
  readonly instance: string;
  readonly heardAt: EpochMs;
}

export type LeaseAnswer =
  | { readonly held: true; readonly lease: Lease }
  | { readonly held: false; readonly lease: Lease; readonly retryAfterMs: number };

/** An instance speaks: it holds the lease, takes a free one, or is refused. */
export function speak(lease: Lease | undefined, instance: string, leaseMs: number, now: EpochMs): LeaseAnswer {
  if (lease === undefined || lease.instance === instance || now - lease.heardAt >= leaseMs) {
    return { held: true, lease: { instance, heardAt: now } };
  }
  return { held: false, lease, retryAfterMs: leaseMs - (now - lease.heardAt) };
}
